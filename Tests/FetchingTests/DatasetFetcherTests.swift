import FolderLocks
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Fetching

@Suite("Fetching files", .withCurl)
struct DatasetFetcherTests {
  @Test func aWholeFile() async throws {
    let fetching = try await FetchingCase()
    let server = try fetching.server()
    let shown = Mutex<[Int]>([])
    var fetcher = fetching.fetcher([server.url])
    fetcher.onProgress = { received, total in
      shown.withLock { $0.append(received) }
      #expect(total == 300_000)
    }
    #expect(try await fetcher.fetch())
    #expect(fetching.fetched == fetching.contents)
    #expect(try fetching.folder.names == [fetching.name], "something else was left behind")
    #expect(server.requests == [.init(path: fetching.name, first: nil)])
    #expect(shown.withLock { $0.last } == 300_000 && shown.withLock { $0 == $0.sorted() })
  }

  @Test func whatIsThereIsNotFetchedAgain() async throws {
    let fetching = try await FetchingCase()
    try fetching.folder.write(fetching.contents, as: fetching.name)
    let server = try fetching.server()
    #expect(try await !fetching.fetcher([server.url]).fetch())
    #expect(server.requests.isEmpty)
  }

  @Test func onlyTheRestIsAskedFor() async throws {
    let fetching = try await FetchingCase()
    try fetching.folder.write(fetching.contents.prefix(100_000), as: fetching.name + ".partial")
    let server = try fetching.server()
    #expect(try await fetching.fetcher([server.url]).fetch())
    #expect(fetching.fetched == fetching.contents)
    #expect(server.requests == [.init(path: fetching.name, first: 100_000)])
  }

  @Test func aCompletePartNeedsNoServer() async throws {
    let fetching = try await FetchingCase()
    try fetching.folder.write(fetching.contents, as: fetching.name + ".partial")
    let server = try fetching.server()
    #expect(try await fetching.fetcher([server.url]).fetch())
    #expect(fetching.fetched == fetching.contents && server.requests.isEmpty)
  }

  @Test func aServerThatSendsNoPartsSendsAll() async throws {
    let fetching = try await FetchingCase()
    try fetching.folder.write(fetching.contents.prefix(100_000), as: fetching.name + ".partial")
    let server = try fetching.server(hasRanges: false)
    #expect(try await fetching.fetcher([server.url]).fetch())
    #expect(fetching.fetched == fetching.contents)
    #expect(server.requests.map(\.first) == [100_000, nil])
  }

  @Test func aBrokenConnectionIsMadeAgain() async throws {
    let fetching = try await FetchingCase()
    let server = try fetching.server(cut: 120_000)
    #expect(try await fetching.fetcher([server.url]).fetch())
    #expect(fetching.fetched == fetching.contents)
    #expect(server.requests.map(\.first) == [nil, 120_000, 240_000])
  }

  @Test("A wrong beginning, from whatever time, is thrown away and the file fetched as a whole")
  func wrongBeginning() async throws {
    let fetching = try await FetchingCase()
    for size in [100_000, 300_000, 400_000] {
      try fetching.folder.write([UInt8](repeating: 7, count: size), as: fetching.name + ".partial")
      let server = try fetching.server()
      #expect(try await fetching.fetcher([server.url]).fetch())
      #expect(fetching.fetched == fetching.contents)
      #expect(server.requests.map(\.first) == (size < 300_000 ? [size, nil] : [nil]))
      try FileManager.default.removeItem(at: fetching.folder.file(fetching.name))
    }
  }

  @Test func theSecondMirrorIsUsedWhereTheFirstFails() async throws {
    let fetching = try await FetchingCase()
    let (empty, full) = (try TestServer([:]), try fetching.server())
    let wrong = try TestServer([fetching.name: .init(contents: fetching.contents.reversed())])
    #expect(try await fetching.fetcher([empty.url, wrong.url, full.url]).fetch())
    #expect(fetching.fetched == fetching.contents)
    #expect(
      empty.requests.count == 1 && wrong.requests.count == 1
        && full.requests == [.init(path: fetching.name, first: nil)])
  }

  // MARK: Failures, each in one line

  @Test func aWrongChecksum() async throws {
    let fetching = try await FetchingCase()
    let server = try TestServer([fetching.name: .init(contents: fetching.contents.reversed())])
    #expect(
      await fetching.complaint([server.url])
        == "digits.gz cannot be fetched; \(server.url)digits.gz: what it sends does not have the published checksum")
    #expect(try fetching.folder.names == [], "a wrong file is left")
  }

  @Test func aFileThatIsTooLarge() async throws {
    let fetching = try await FetchingCase()
    let server = try TestServer([fetching.name: .init(contents: fetching.contents + [0])])
    #expect(
      await fetching.complaint([server.url])
        == "digits.gz cannot be fetched; \(server.url)digits.gz: Maximum file size exceeded")
    #expect(fetching.fetched == nil)
  }

  @Test func aFileThatIsNotFound() async throws {
    let fetching = try await FetchingCase()
    let (first, second) = (try TestServer([:]), try TestServer([:]))
    #expect(
      await fetching.complaint([first.url, second.url])
        == "digits.gz cannot be fetched; \(first.url)digits.gz: The requested URL returned error: 404; "
        + "\(second.url)digits.gz: The requested URL returned error: 404")
    #expect(try fetching.folder.names == [])
  }

  @Test func aServerThatIsNotThere() async throws {
    let fetching = try await FetchingCase()
    let server = try fetching.server()
    server.stop()
    try fetching.folder.write(fetching.contents.prefix(10), as: fetching.name + ".partial")
    let complaint = try #require(await fetching.complaint([server.url]))
    #expect(complaint.hasPrefix("digits.gz cannot be fetched; \(server.url)digits.gz: Failed to connect to 127.0.0.1"))
    #expect(!complaint.contains("\n"))
    #expect(try fetching.folder.names == [fetching.name + ".partial"], "what had come before is lost")
  }

  @Test func anotherFileOfThisNameIsLeftAsItIs() async throws {
    let fetching = try await FetchingCase()
    try fetching.folder.write([1, 2, 3], as: fetching.name)
    let server = try fetching.server()
    #expect(
      await fetching.complaint([server.url])
        == fetching.folder.file(fetching.name).path
        + ": not known to be the published file; move it away, or name another folder")
    #expect(fetching.fetched == [1, 2, 3] && server.requests.isEmpty)
  }

  @Test func aFolderIsForOneFetchAtATime() async throws {
    let fetching = try await FetchingCase()
    let server = try fetching.server()
    var lock: FolderLock? = try FolderLock(fetching.folder.url)
    #expect(
      await fetching.complaint([server.url])
        == fetching.folder.path + ": another ddpm is at work in this folder")
    withExtendedLifetime(lock) {}
    lock = nil
    #expect(try await fetching.fetcher([server.url]).fetch())
  }

  @Test func aFileInThePlaceOfTheFolder() async throws {
    let fetching = try await FetchingCase()
    try fetching.folder.write([], as: "file")
    let fetcher = DatasetFetcher(PublishedDataset(.mnist), to: fetching.folder.file("file"))
    let error = await #expect(throws: FetchError.self) { try await fetcher.fetch() }
    #expect(error?.description == fetching.folder.file("file").path + ": the folder cannot be opened (not a directory)")
  }

  @Test("A fetch that is canceled ends soon, and what has come stays") func canceled() async throws {
    let fetching = try await FetchingCase()
    let server = try TestServer([fetching.name: .init(contents: fetching.contents, cut: 50_000, staysSilent: true)])
    let fetcher = fetching.fetcher([server.url])
    let work = Task { try await fetcher.fetch() }
    while try fetching.folder.names.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
    #expect(try fetching.folder.names == [fetching.name + ".partial"])
  }
}

import Foundation
import TestSupport
import Testing

@testable import Fetching

@Suite("Fetching archives", .withCurl)
struct ArchiveTests {
  private let fetching: FetchingCase
  private let archive: [UInt8]
  private let file: PublishedDataset.File
  private static let name = "batches.tar.gz"
  private static let list = "batches.tar.gz.contents.sha256"

  init() async throws {
    fetching = try await FetchingCase(byteCount: 10)
    let scratch = try TemporaryFolder()
    try FileManager.default.createDirectory(at: scratch.file("inner"), withIntermediateDirectories: false)
    for name in ["one.bin", "two.bin", "readme"] { try scratch.write(name.utf8, as: "inner/" + name) }
    let packing = try await SystemProgram.run(
      "tar", ["-czf", scratch.file(Self.name).path, "-C", scratch.path, "inner"])
    #expect(packing.succeeded)
    archive = [UInt8](try Data(contentsOf: scratch.file(Self.name)))
    file = try await Self.file(archive)
  }

  private static func file(_ archive: [UInt8], members: [String] = ["one.bin", "two.bin"]) async throws
    -> PublishedDataset.File
  {
    .init(
      name: name, byteCount: archive.count, sha256: try await FetchingCase.sha256(of: archive), members: members)
  }

  private func fetch(_ server: TestServer) async throws -> Bool {
    try await fetching.fetcher([server.url], [file]).fetch()
  }

  private func contents(_ name: String) throws -> String {
    try String(contentsOf: fetching.folder.file(name), encoding: .utf8)
  }

  @Test func whatIsWantedIsTakenOut() async throws {
    let server = try TestServer([Self.name: .init(contents: archive)])
    #expect(try await fetch(server))
    #expect(try fetching.folder.names == [Self.list, "one.bin", "two.bin"])
    #expect(try contents("one.bin") == "one.bin" && contents("two.bin") == "two.bin")
    #expect(try await !fetch(server), "what is there was fetched again")
    #expect(server.requests.count == 1)
  }

  @Test func whatIsMissingIsFetchedAgain() async throws {
    let server = try TestServer([Self.name: .init(contents: archive)])
    #expect(try await fetch(server))
    try FileManager.default.removeItem(at: fetching.folder.file("two.bin"))
    #expect(try await fetch(server))
    #expect(try contents("two.bin") == "two.bin")
  }

  @Test func anArchiveThatIsThereIsUnpacked() async throws {
    try fetching.folder.write(archive, as: Self.name)
    let server = try TestServer([:])
    #expect(try await fetch(server))
    #expect(try fetching.folder.names == [Self.name, Self.list, "one.bin", "two.bin"])
    #expect(server.requests.isEmpty)
  }

  @Test func otherFilesOfTheseNamesAreLeftAsTheyAre() async throws {
    try fetching.folder.write("mine".utf8, as: "two.bin")
    let server = try TestServer([Self.name: .init(contents: archive)])
    let error = await #expect(throws: FetchError.self) { try await fetch(server) }
    #expect(
      error?.description == fetching.folder.file("two.bin").path
        + ": not known to be the published file; move it away, or name another folder")
    #expect(try contents("two.bin") == "mine" && fetching.folder.names == ["two.bin"])
  }

  @Test func anArchiveWithoutWhatIsWanted() async throws {
    let server = try TestServer([Self.name: .init(contents: archive)])
    let file = try await Self.file(archive, members: ["one.bin", "three.bin"])
    let error = await #expect(throws: FetchError.self) {
      try await fetching.fetcher([server.url], [file]).fetch()
    }
    #expect(error?.description.hasSuffix("/batches.tar.gz.partial: holds no three.bin") == true)
    #expect(try fetching.folder.names == [Self.name + ".partial"])
  }

  @Test func whatIsNoArchive() async throws {
    let server = try TestServer([Self.name: .init(contents: [1, 2, 3])])
    let file = try await Self.file([1, 2, 3])
    let error = await #expect(throws: FetchError.self) {
      try await fetching.fetcher([server.url], [file]).fetch()
    }
    #expect(error?.description.contains("/batches.tar.gz.partial: cannot be unpacked (") == true)
    #expect(error?.description.contains("\n") == false)
    #expect(try fetching.folder.names == [Self.name + ".partial"])
  }
}

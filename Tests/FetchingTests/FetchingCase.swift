import Foundation
import TestSupport
import Testing

@testable import Fetching

/// A file to be fetched, a folder for it, and how to fetch it.
struct FetchingCase {
  let contents: [UInt8]
  let name = "digits.gz"
  let folder: TemporaryFolder
  /// The published checksum of the contents.
  let sha256: String

  init(byteCount: Int = 300_000) async throws {
    contents = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    folder = try TemporaryFolder()
    sha256 = try await Self.sha256(of: contents)
  }

  static func sha256(of contents: [UInt8]) async throws -> String {
    let scratch = try TemporaryFolder()
    try scratch.write(contents, as: "file")
    return try await Checksum.sha256(of: scratch.file("file"))
  }

  var fetched: [UInt8]? { (try? Data(contentsOf: folder.file(name))).map { [UInt8]($0) } }

  /// A server that sends the file.
  func server(hasRanges: Bool = true, cut: Int? = nil) throws -> TestServer {
    try TestServer([name: .init(contents: contents, hasRanges: hasRanges, cut: cut)])
  }

  func fetcher(_ servers: [URL]) -> DatasetFetcher {
    fetcher(servers, [.init(name: name, byteCount: contents.count, sha256: sha256)])
  }

  func fetcher(_ servers: [URL], _ files: [PublishedDataset.File]) -> DatasetFetcher {
    var fetcher = DatasetFetcher(PublishedDataset(mirrors: servers, files: files), to: folder.url)
    // A proxy for the world outside does not know this machine's servers.
    fetcher.options = ["--noproxy", "*"]
    return fetcher
  }

  /// What is said when the file cannot be fetched; nil where it can.
  func complaint(_ servers: [URL]) async -> String? {
    do {
      _ = try await fetcher(servers).fetch()
      return nil
    } catch {
      return "\(error)"
    }
  }
}

extension Trait where Self == ConditionTrait {
  /// Runs the tests only where curl is installed; the rest of the package does without it.
  static var withCurl: Self {
    .enabled("curl is not installed") { (try? await SystemProgram.run("curl", ["--version"]))?.succeeded == true }
  }
}

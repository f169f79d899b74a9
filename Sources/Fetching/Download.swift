import Foundation

/// One file on its way from a server into a folder, by the system's curl.
///
/// What has come lies under the file's name with `.partial` behind it until all is there and has the right checksum. When the
/// way is interrupted it stays, and the next download asks the server for the rest.
struct Download: Sendable {
  let file: PublishedDataset.File
  let mirrors: [URL]
  let folder: URL
  /// More of curl's options.
  var options: [String] = []
  /// Told how many bytes are there, several times a second.
  var onProgress: @Sendable (Int) -> Void = { _ in }

  /// Where the file lies until it is known to be right.
  var partial: URL { folder.appendingPathComponent(file.name + ".partial") }

  /// Brings the file from the first mirror that gives the right one.
  ///
  /// - Returns: ``partial``, which then has the right checksum.
  /// - Throws: ``FetchError`` that says of each mirror what is wrong with it.
  func run() async throws -> URL {
    var problems: [String] = []
    for mirror in mirrors {
      let source = mirror.appendingPathComponent(file.name)
      do {
        try await bring(from: source)
        return partial
      } catch let error as FetchError {
        problems.append("\(source.absoluteString): \(error)")
      }
    }
    throw FetchError("\(file.name) cannot be fetched; " + problems.joined(separator: "; "))
  }

  private func bring(from source: URL) async throws {
    let wasResumed = receivedBytes > 0
    try await transfer(from: source)
    if try await Checksum.sha256(of: partial) == file.sha256 { return }
    try FileManager.default.removeItem(at: partial)
    // Perhaps the beginning was wrong, which came at another time or from another mirror.
    if wasResumed { return try await bring(from: source) }
    throw FetchError("what it sends does not have the published checksum")
  }

  /// Receives what is still missing, in several attempts as long as each brings something.
  private func transfer(from source: URL) async throws {
    var attempts = 0
    while receivedBytes < file.byteCount {
      let before = receivedBytes
      let result = try await receive(from: source)
      attempts += 1
      if result.succeeded { return }
      if result.exitStatus == Self.cannotResume, before > 0 {
        try FileManager.default.removeItem(at: partial)
      } else if receivedBytes <= before || attempts >= 10 {
        throw FetchError(result.complaint)
      }
    }
  }

  /// Curl's exit status where a server does not send a part of a file.
  private static let cannotResume: Int32 = 33

  private func receive(from source: URL) async throws -> SystemProgram.Result {
    let arguments =
      [
        "--silent", "--show-error", "--fail", "--location", "--globoff", "--continue-at", "-",
        // A connection on which nothing comes is given up.
        "--connect-timeout", "20", "--speed-time", "30", "--speed-limit", "1",
        "--max-filesize", "\(file.byteCount)", "--output", partial.path,
      ] + options + ["--url", source.absoluteString]
    return try await withThrowingTaskGroup(of: SystemProgram.Result?.self) { group in
      group.addTask { try await SystemProgram.run("curl", arguments) }
      group.addTask {
        while true {
          try await Task.sleep(for: .milliseconds(200))
          onProgress(receivedBytes)
        }
      }
      defer { group.cancelAll() }
      guard let result = try await group.next() ?? nil else { throw CancellationError() }
      return result
    }
  }

  private var receivedBytes: Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: partial.path)
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }
}

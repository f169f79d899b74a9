import FolderLocks
import Foundation

/// Brings a published dataset into a folder, where `Datasets` reads it.
///
/// What is there and right is left as it is. No file has its final name before its checksum is known to be right, and no file
/// that somebody else has put there is replaced.
public struct DatasetFetcher: Sendable {
  let dataset: PublishedDataset
  let folder: URL
  /// More of curl's options.
  var options: [String] = []
  /// Told, several times a second, how many bytes have come of those that were missing.
  public var onProgress: @Sendable (_ received: Int, _ total: Int) -> Void = { _, _ in }

  /// - Parameter folder: A folder that is there.
  public init(_ dataset: PublishedDataset, to folder: URL) {
    self.dataset = dataset
    self.folder = folder
  }

  /// Fetches what is missing. Where it is interrupted, the next call goes on from there.
  ///
  /// - Returns: Whether anything was missing.
  /// - Throws: ``FetchError`` in one line; `CancellationError` where the task was canceled.
  public func fetch() async throws -> Bool {
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    var missing: [PublishedDataset.File] = []
    for file in dataset.files where try await !isThere(file) { missing.append(file) }
    guard !missing.isEmpty else { return false }
    guard access(folder.path, W_OK | X_OK) == 0 else {
      throw FetchError("\(folder.path): the folder cannot be written to (\(lastSystemError))")
    }
    let total = missing.reduce(0) { $0 + $1.byteCount }
    var received = 0
    for file in missing {
      // The end is told once, when all is known to be right.
      try await bring(file) { [received] in onProgress(min(received + $0, total - 1), total) }
      received += file.byteCount
    }
    onProgress(total, total)
    return true
  }

  private func lock() throws -> FolderLock {
    do {
      return try FolderLock(folder)
    } catch .held {
      throw FetchError("\(folder.path): another ddpm is at work in this folder")
    } catch .unopened(let reason) {
      throw FetchError("\(folder.path): the folder cannot be opened (\(reason))")
    }
  }

  /// Whether a file, or all that is taken out of it, is there.
  ///
  /// - Throws: ``FetchError`` where other files have the names.
  private func isThere(_ file: PublishedDataset.File) async throws -> Bool {
    var expected = [file.name: Optional(file.sha256)]
    if !file.members.isEmpty {
      let list = ChecksumList(contentsOf: checksumList(of: file))
      expected = Dictionary(uniqueKeysWithValues: file.members.map { ($0, list[$0]) })
    }
    var isComplete = true
    for (name, sha256) in expected.sorted(by: { $0.key < $1.key }) {
      let url = folder.appendingPathComponent(name)
      if !FileManager.default.fileExists(atPath: url.path) {
        isComplete = false
      } else if try await Checksum.sha256(of: url) != sha256 {
        throw FetchError("\(url.path): not known to be the published file; move it away, or name another folder")
      }
    }
    return isComplete
  }

  private func bring(_ file: PublishedDataset.File, onProgress: @escaping @Sendable (Int) -> Void) async throws {
    let target = folder.appendingPathComponent(file.name)
    // An archive may have come in another way.
    if FileManager.default.fileExists(atPath: target.path), try await Checksum.sha256(of: target) == file.sha256 {
      return try await unpack(target, file)
    }
    let download = Download(
      file: file, mirrors: dataset.mirrors, folder: folder, options: options, onProgress: onProgress)
    let partial = try await download.run()
    guard !file.members.isEmpty else { return try moveReplacing(partial, to: target) }
    try await unpack(partial, file)
    try FileManager.default.removeItem(at: partial)
  }

  private func unpack(_ archive: URL, _ file: PublishedDataset.File) async throws {
    try await Archive(file: archive).unpack(file.members, into: folder, listing: checksumList(of: file))
  }

  /// Where the checksums of what was in an archive stand, when it is gone.
  private func checksumList(of file: PublishedDataset.File) -> URL {
    folder.appendingPathComponent(file.name + ".contents.sha256")
  }
}

import Foundation

/// A folder for files of a test, which is removed with its last user.
public final class TemporaryFolder: Sendable {
  public let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

  public init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: url) }

  public var path: String { url.path }

  /// The names of what it holds, sorted.
  public var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }

  /// Where a file of that name is, or would be.
  public func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  /// Writes a file.
  public func write(_ bytes: some Sequence<UInt8>, as name: String) throws { try Data(bytes).write(to: file(name)) }
}

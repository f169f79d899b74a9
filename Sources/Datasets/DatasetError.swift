/// Why a dataset cannot be read.
public struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file or folder concerned.
  public let path: String
  /// What is wrong with it, in a few words.
  public let reason: String

  /// Makes an error about a file or folder.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// One line: the path and the reason.
  public var description: String { "\(path): \(reason)" }
}

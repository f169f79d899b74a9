import Foundation

/// Why a picture or a chart could not be read, made or written: one line that names the file, where there is one, and the
/// reason.
public struct ImageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the file; nil where the problem does not lie in a file.
  public let file: String?

  /// What went wrong, in one line.
  public let reason: String

  /// Makes an error with its reason.
  public init(_ reason: String, file: String? = nil) {
    self.file = file
    self.reason = reason
  }

  public var description: String { file.map { "\($0): \(reason)" } ?? reason }

  /// The same error, said of a file.
  func naming(_ url: URL) -> ImageError { ImageError(reason, file: url.path) }

  /// What the file system reported about a file, in its own words, such as "no such file or directory": Foundation's
  /// descriptions leave out the cause or spread it over several lines.
  init(_ error: any Error, file url: URL) {
    let cause = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error) as NSError
    if cause.domain == NSPOSIXErrorDomain {
      self.init(String(cString: strerror(Int32(cause.code))).lowercased(), file: url.path)
    } else {
      self.init("the file cannot be opened (\(cause.domain) \(cause.code))", file: url.path)
    }
  }
}

extension Data {
  /// Writes a file as a whole: a reader sees the old content or the new, never a part.
  ///
  /// What is no file, such as `/dev/stdout`, is written to as it is; renaming a file to its name would destroy it.
  ///
  /// - Throws: An ``ImageError`` that names the file.
  func writeWhole(to url: URL) throws {
    var information = stat()
    let isThere = stat(url.path, &information) == 0
    let isFile = !isThere || [S_IFREG, S_IFDIR].contains(information.st_mode & S_IFMT)
    do {
      try write(to: url, options: isFile ? .atomic : [])
    } catch {
      throw ImageError(error, file: url)
    }
  }
}

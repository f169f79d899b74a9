import Foundation

/// Files of a dataset, read as a whole where it is sure that the reading ends.
enum DataFile {
  /// Whether there is a file at `path`: reading a pipe would wait for ever, and reading a device might never end.
  static func isRegular(_ path: String) -> Bool {
    attributes(of: path)?[.type] as? FileAttributeType == .typeRegular
  }

  /// The contents of a file.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - limit: The largest size to read, in bytes.
  ///   - dataset: What the file belongs to, for the error that it is too large.
  /// - Throws: A ``DatasetError`` that names the file where it is none, is too large or cannot be read.
  static func contents(of path: String, limit: Int, dataset: String) throws(DatasetError) -> Data {
    // What is not there is told by the system's own words.
    if let attributes = attributes(of: path) {
      guard isRegular(path) else { throw DatasetError(path: path, reason: "not a file") }
      let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
      guard size <= limit else {
        throw DatasetError(path: path, reason: "\(size) bytes, where no file of \(dataset) has more than \(limit)")
      }
    }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw DatasetError(path: path, reason: "cannot be read: \(error.localizedDescription)")
    }
  }

  private static func attributes(of path: String) -> [FileAttributeKey: Any]? {
    try? FileManager.default.attributesOfItem(atPath: (path as NSString).resolvingSymlinksInPath)
  }
}

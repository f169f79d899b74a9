import Foundation

/// The files of a course that are worth copying.
enum CourseFiles {
  /// The regular files under a file or folder, by their paths in the course, sorted; hidden files, caches and links are left
  /// out. None where there is nothing.
  static func all(in folder: CourseFolder, under path: String) throws -> [String] {
    let manager = FileManager.default
    guard let type = try? manager.attributesOfItem(atPath: folder.url(path).path)[.type] as? FileAttributeType else {
      return []
    }
    switch type {
    case .typeRegular: return [path]
    case .typeDirectory:
      return try manager.contentsOfDirectory(atPath: folder.url(path).path).sorted()
        .filter { !$0.hasPrefix(".") && $0 != "__pycache__" }
        .flatMap { try all(in: folder, under: path + "/" + $0) }
    default: return []
    }
  }
}

import Foundation

/// The folder `exercises` of a submission, which may lie within others that nobody asked for.
enum ExercisesFolder {
  /// How far down it is looked for.
  private static let deepest = 3

  /// The folders of that name, in whatever case, up to three levels down.
  static func candidates(in folder: URL) -> [URL] { candidates(in: folder, levels: deepest) }

  private static func candidates(in folder: URL, levels: Int) -> [URL] {
    let folders = FolderEntries.folders(in: folder)
    let named = folders.filter { $0.lastPathComponent.lowercased() == "exercises" }
    guard named.isEmpty, levels > 1 else { return named }
    return folders.flatMap { candidates(in: $0, levels: levels - 1) }
  }

  /// The one folder of that name.
  ///
  /// - Throws: A ``CourseError`` where there is none, or more than one.
  static func find(in folder: URL) throws -> URL {
    let found = candidates(in: folder)
    guard let first = found.first else {
      throw CourseError("holds no folder exercises, nor do its folders, three levels down")
    }
    guard found.count == 1 else {
      let names = found.map { path(of: $0, in: folder) }
      throw CourseError("holds \(found.count) folders exercises: \(names.joined(separator: " and ")); leave one")
    }
    return first
  }

  /// The path of a folder found in another.
  static func path(of found: URL, in folder: URL) -> String {
    let root = folder.standardizedFileURL.path
    let path = found.standardizedFileURL.path
    return path.hasPrefix(root) ? String(path.dropFirst(root.count).drop { $0 == "/" }) : path
  }
}

import Foundation

/// What lies in a folder that somebody else has filled.
enum FolderEntries {
  /// What nobody wrote: hidden files, `.git` and `.DS_Store` among them, and what macOS adds to archives.
  private static func isLeftOut(_ name: String) -> Bool { name.hasPrefix(".") || name == "__MACOSX" }

  /// The entries of a folder in the order of their names.
  static func visible(in folder: URL) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { !isLeftOut($0) }.sorted().map { folder.appending(path: $0) }
  }

  /// The folders in a folder; links are none.
  static func folders(in folder: URL) -> [URL] { visible(in: folder).filter { kind(of: $0) == .typeDirectory } }

  /// What lies at a place; a link is a link.
  static func kind(of place: URL) -> FileAttributeType? {
    // A slash at the end would lead through a link.
    let path = place.path.hasSuffix("/") && place.path != "/" ? String(place.path.dropLast()) : place.path
    return try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
  }
}

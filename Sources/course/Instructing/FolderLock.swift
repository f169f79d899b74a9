import Foundation

/// Holds a folder for one process at a time, for as long as the lock is kept.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// - Throws: A ``CourseError`` where another process holds the folder.
  init(_ folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // Programs started while it is held must not hold it on.
    descriptor = open(folder.appending(path: "lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw CourseError("\(folder.path) cannot be written") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw CourseError("another grading is running in this course")
    }
  }

  deinit { close(descriptor) }
}

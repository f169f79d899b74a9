import Foundation

/// Holds a folder for one process at a time, until the lock is given up or the process ends in whatever way.
///
/// A program that is started meanwhile is for a moment, between its fork and its first instruction, a second holder of every
/// open file. Closing alone would leave the folder held for that moment, so the lock is taken off before.
public final class FolderLock: Sendable {
  /// Why a folder cannot be locked.
  public enum Failure: Error, Equatable {
    /// Someone else holds it.
    case held
    /// The folder cannot be opened, for the system's reason.
    case unopened(String)
  }

  let descriptor: Int32

  /// - Parameter folder: A folder that is there.
  public init(_ folder: URL) throws(Failure) {
    descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unopened(String(cString: strerror(errno)).lowercased()) }
    // Some network file systems know no locks: there it must do without.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { throw .held }
  }

  // Also run for an object that its `init` has thrown away.
  deinit {
    guard descriptor >= 0 else { return }
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

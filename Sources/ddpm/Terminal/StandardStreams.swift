import Foundation
import Training

/// Standard output and standard error, which may have been closed before the program started.
enum StandardStreams {
  /// Keeps a closed stream from disturbing what the program writes elsewhere.
  static func makeSafe() {
    // Otherwise the next file to be opened would get the number of the closed stream, and the messages would go into it.
    for descriptor in 0...2 where fcntl(Int32(descriptor), F_GETFD) == -1 { _ = open("/dev/null", O_RDWR) }
    // A training continues when nobody reads its messages any more.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Writes a result to standard output. A reader that stops early, such as `head`, is no error.
  static func writeResult(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      guard errno != EPIPE else { return }
      throw CommandError("standard output: cannot be written (\(reason(for: error)))")
    }
  }
}

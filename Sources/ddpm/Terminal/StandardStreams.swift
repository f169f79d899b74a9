import Foundation
import Training

/// Standard output and standard error, which whoever started the program may have closed.
enum StandardStreams {
  /// Makes sure that no closed stream can harm what the program writes elsewhere.
  static func makeSafe() {
    // A file opened later would get the number of a closed stream, and all messages with it.
    for descriptor in 0...2 where fcntl(Int32(descriptor), F_GETFD) == -1 { _ = open("/dev/null", O_RDWR) }
    // A training continues when nobody reads its messages any more.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Writes a result to standard output. A reader that has had enough, such as `head`, is no error.
  static func writeResult(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      guard errno != EPIPE else { return }
      throw CommandError("standard output: cannot be written (\(reason(for: error)))")
    }
  }
}

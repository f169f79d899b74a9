import Foundation

/// Standard error: messages and progress. On a terminal the progress stays on one line; elsewhere it is a line now and
/// then.
struct Terminal {
  static let standardError = Terminal()

  let isInteractive = isatty(FileHandle.standardError.fileDescriptor) != 0

  func write(line: String) { write((isInteractive ? "\r\u{1B}[K" : "") + line + "\n") }

  /// Replaces the last line; only for terminals.
  func replaceLine(with line: String) { write("\r\u{1B}[K" + line) }

  private func write(_ text: String) {
    // Nobody is left to be told that standard error is closed.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}

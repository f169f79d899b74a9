import Foundation

/// Standard error: messages and progress. On a terminal the progress stays on one line; elsewhere it is a line now and
/// then.
struct Terminal {
  static let standardError = Terminal()

  private let descriptor = FileHandle.standardError.fileDescriptor
  let isInteractive = isatty(FileHandle.standardError.fileDescriptor) != 0

  func write(line: String) { write((isInteractive ? Self.clearing : "") + line + "\n") }

  /// Replaces the last line; only for terminals.
  func replaceLine(with line: String) { write(Self.clearing + line.prefix(columns - 1)) }

  /// How many characters fit in a line; a longer one would take two, of which only the second could be replaced.
  private var columns: Int {
    var size = winsize()
    return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) : 80
  }

  private func write(_ text: String) {
    // Nobody is left to be told that standard error is closed.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  private static let clearing = "\r\u{1B}[K"
}

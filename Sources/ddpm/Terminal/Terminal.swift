import Foundation

/// Where messages and progress go, usually standard error. On a terminal the progress stays on one line; elsewhere it is
/// a line now and then.
struct Terminal {
  static let standardError = Terminal(.standardError)

  private let handle: FileHandle
  let isInteractive: Bool

  init(_ handle: FileHandle) {
    self.handle = handle
    isInteractive = isatty(handle.fileDescriptor) != 0
  }

  func write(line: String) { write((isInteractive ? Self.clearing : "") + line + "\n") }

  /// Replaces the last line; only for terminals.
  func replaceLine(with line: String) { write(Self.clearing + line.prefix(columns - 1)) }

  /// How many characters fit in a line; a longer line would wrap, and only its last part could be replaced.
  private var columns: Int {
    var size = winsize()
    return ioctl(handle.fileDescriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) : 80
  }

  private func write(_ text: String) {
    // Where standard error is closed there is nowhere to report it.
    try? handle.write(contentsOf: Data(text.utf8))
  }

  private static let clearing = "\r\u{1B}[K"
}

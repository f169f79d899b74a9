import Foundation

/// Colors for standard output, where it is a terminal that wants them.
enum Style: String {
  case bold = "1"
  case dim = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"

  /// Whether to color: on a terminal, unless `NO_COLOR` is set.
  private static let isOn =
    isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
    && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  func callAsFunction(_ text: String) -> String { Self.isOn ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text }
}

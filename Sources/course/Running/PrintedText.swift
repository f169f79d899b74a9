import Foundation

/// What the code under test printed, in as many lines as someone would read: the first, which say how it began, and the last,
/// which say where it came to.
struct PrintedText: Codable, Equatable, Sendable {
  let lines: [String]

  /// So many lines are kept at either end, and so many characters of each.
  static let (most, widest) = (12, 200)

  /// Nil where nothing was printed.
  init?(contentsOf file: URL) {
    guard let data = FileManager.default.contents(atPath: file.path), !data.isEmpty else { return nil }
    var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    let left = lines.count - 2 * Self.most
    let (first, last) = (lines.prefix(Self.most), lines.dropFirst(Self.most).suffix(Self.most))
    self.lines =
      first.map(Self.readable) + (left > 0 ? ["… \(left) more lines …"] : []) + last.map(Self.readable)
  }

  /// A line that cannot steer the terminal.
  private static func readable(_ line: Data) -> String {
    // A character has at most some tens of bytes, and what is cut within one is only seen where the line is cut anyway.
    let text = String(decoding: line.prefix(16 * widest), as: UTF8.self)
    let printable = text.unicodeScalars.map { $0.properties.generalCategory == .control && $0 != "\t" ? " " : $0 }
    let characters = String(String.UnicodeScalarView(printable))
    return characters.count > widest ? characters.prefix(widest) + "…" : characters
  }
}

import Foundation

/// What of a line of source matters when it is looked for elsewhere.
enum SourceLine {
  /// A line without what surrounds it, and without the slashes that make it a comment.
  static func bare(_ line: some StringProtocol) -> String {
    String(line.drop { $0 == " " || $0 == "/" }).trimmingCharacters(in: .whitespaces)
  }

  /// Whether anybody would write a line so, whatever follows: an empty array, noise for images.
  static func isIdiom(_ bare: String) -> Bool {
    bare == "let noise = Tensor.normal(x0.shape, using: &generator)"
      || bare.wholeMatch(of: /var \w+: \[\w+\] = \[\]/) != nil
  }

  /// Whether a line would tell something; a brace, a short return or the head of a loop stands in many places.
  static func isTelling(_ line: some StringProtocol) -> Bool {
    let text = bare(line)
    return text.count >= 24 && !text.hasPrefix("for ") && !text.hasPrefix("guard ")
  }
}

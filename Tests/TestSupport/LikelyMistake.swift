import Testing

/// The sentence about the wrong answer that a number looks like, or a general one where it looks like none.
///
/// - Parameters:
///   - found: What an exercise answered.
///   - mistakes: What is said about a wrong answer, and the number that it gives. Of several that fit the first is taken.
///   - tolerance: How far `found` may be from a wrong answer, relative to the larger.
///   - otherwise: What is said where no wrong answer fits.
public func likelyMistake(
  _ found: Double, _ mistakes: KeyValuePairs<String, Double>, within tolerance: Double = 1e-6, otherwise: String
) -> Comment {
  let sentence = mistakes.first { agree(found, $0.value, relative: tolerance) }?.key ?? otherwise
  return Comment(rawValue: "\(sentence) (the answer is \(found))")
}

/// The same for several numbers at once: a wrong answer fits where it does so in all of them.
public func likelyMistake(
  _ found: [Double], _ mistakes: KeyValuePairs<String, [Double]>, within tolerance: Double = 1e-6, otherwise: String
) -> Comment {
  let fitting = mistakes.first { _, wrong in
    wrong.count == found.count && zip(wrong, found).allSatisfy { agree($0, $1, relative: tolerance) }
  }
  let shown = found.prefix(4).map(\.description).joined(separator: ", ")
  return Comment(rawValue: "\(fitting?.key ?? otherwise) (the answer begins with \(shown))")
}

import Testing

// What `likelyMistake` says about numbers that are counted, not measured.

/// The sentence about the wrong answer that a whole number is, or a general one where it is none; then the number and what it
/// should be.
///
/// - Parameters:
///   - found: What an exercise answered.
///   - right: What it should answer.
///   - mistakes: What is said about a wrong answer, and the number that it gives. Of several that fit the first is taken. One
///     that gives the right answer too is passed over.
///   - otherwise: What is said where no wrong answer fits.
public func likelyMistake(
  _ found: Int, insteadOf right: Int, _ mistakes: KeyValuePairs<String, Int>, otherwise: String
) -> Comment {
  let fitting = mistakes.first { $0.value == found && found != right }
  return Comment(rawValue: "\(fitting?.key ?? otherwise) (yours is \(found) instead of \(right))")
}

/// The same for several whole numbers at once; they are shown from the first that is wrong on.
public func likelyMistake(
  _ found: [Int], insteadOf right: [Int], _ mistakes: KeyValuePairs<String, [Int]>, otherwise: String
) -> Comment {
  let fitting = mistakes.first { $0.value == found && found != right }
  let sentence = fitting?.key ?? otherwise
  guard found.count == right.count else {
    return Comment(
      rawValue: "\(sentence) (yours has \(found.count) numbers, \(shown(found)), instead of \(right.count))")
  }
  let wrong = zip(found, right).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
  // Few are shown from the beginning, so that one sees what they are.
  let first = wrong < 8 ? 0 : wrong
  return Comment(
    rawValue: """
      \(sentence) (yours\(first == 0 ? "" : " from \(first) on") is \(shown(found[first...])) instead of \
      \(shown(right[first...])))
      """)
}

/// Numbers in brackets, not more than ten of them.
private func shown(_ numbers: some Collection<Int>) -> String {
  "[\(numbers.prefix(10).map { "\($0)" }.joined(separator: ", "))\(numbers.count > 10 ? ", …" : "")]"
}

extension Comment {
  /// The same sentence after the case that it is about, as in "t = 417: …".
  public func about(_ example: String) -> Comment { Comment(rawValue: "\(example): \(rawValue)") }
}

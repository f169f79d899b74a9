import Testing

// What `likelyMistake` says about numbers that are counted, not measured.

/// The sentence about the wrong answer that a whole number is, or a general one where it is none; then the number and what it
/// should be.
///
/// - Parameters:
///   - found: What an exercise answered.
///   - right: What it should answer.
///   - mistakes: What is said about a wrong answer, and the number that it gives. Whole numbers are few, so several may fit,
///     and then all of them are said. One that gives the right answer too is passed over.
///   - otherwise: What is said where no wrong answer fits.
public func likelyMistake(
  _ found: Int, insteadOf right: Int, _ mistakes: KeyValuePairs<String, Int>, otherwise: String
) -> Comment {
  let sentence = fitting(found, right, mistakes) ?? otherwise
  return Comment(rawValue: "\(sentence) (yours is \(found) instead of \(right))")
}

/// The same for several whole numbers at once; they are shown from the first that is wrong on.
public func likelyMistake(
  _ found: [Int], insteadOf right: [Int], _ mistakes: KeyValuePairs<String, [Int]>, otherwise: String
) -> Comment {
  let sentence = fitting(found, right, mistakes) ?? otherwise
  guard found.count == right.count else {
    return Comment(
      rawValue: "\(sentence) (yours is \(shown(found)), \(found.count) instead of \(right.count) numbers)")
  }
  let wrong = zip(found, right).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
  // Few are shown from the beginning, so that one sees what they are.
  let first = wrong < 8 ? 0 : wrong
  return Comment(
    rawValue: """
      \(sentence) (yours\(place(first, of: found.count)) is \(shown(found[first...])) instead of \
      \(shown(right[first...])))
      """)
}

/// What is said about the wrong answers that something looks like; nil where it looks like none.
private func fitting<Answer: Equatable>(
  _ found: Answer, _ right: Answer, _ mistakes: KeyValuePairs<String, Answer>
) -> String? {
  let sentences = mistakes.filter { $0.value == found && found != right }.map(\.key)
  return sentences.isEmpty ? nil : sentences.joined(separator: "; or ")
}

/// Numbers in brackets, not more than ten of them.
private func shown(_ numbers: some Collection<Int>) -> String {
  "[\(numbers.prefix(10).map { "\($0)" }.joined(separator: ", "))\(numbers.count > 10 ? ", …" : "")]"
}

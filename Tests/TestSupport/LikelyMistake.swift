import Foundation
import Testing

/// The sentence about the wrong answer that a number looks like, or a general one where it looks like none; then the number
/// and what it should be.
///
/// - Parameters:
///   - found: What an exercise answered.
///   - right: What it should answer.
///   - mistakes: What is said about a wrong answer, and the number that it gives. Of several that fit the first is taken. One
///     that gives the right answer too is passed over.
///   - tolerance: How far `found` may be from a wrong answer, relative to the larger.
///   - otherwise: What is said where no wrong answer fits.
public func likelyMistake(
  _ found: Double, insteadOf right: Double, _ mistakes: KeyValuePairs<String, Double>, within tolerance: Double = 1e-6,
  otherwise: String
) -> Comment {
  let fitting = mistakes.first {
    agree(found, $0.value, relative: tolerance) && !agree(right, $0.value, relative: tolerance)
  }
  guard !right.isNaN else { return nothingToCompareWith }
  let (yours, wanted) = shown([found], [right])
  let sentence = fitting?.key ?? otherwise + laterDigits([found], [right])
  return Comment(rawValue: "\(sentence) (yours is \(yours[0]) instead of \(wanted[0]))")
}

/// The same for several numbers at once: a wrong answer fits where it does so in all of them.
///
/// - Parameter names: What the few numbers are called, as in "cosine and sine"; all are shown then. Others are shown from the
///   first that is wrong on.
public func likelyMistake(
  _ found: [Double], insteadOf right: [Double], _ mistakes: KeyValuePairs<String, [Double]>,
  within tolerance: Double = 1e-6, otherwise: String, names: String? = nil
) -> Comment {
  let agreesWith = { (a: [Double], b: [Double]) in
    a.count == b.count && zip(a, b).allSatisfy { agree($0, $1, relative: tolerance) }
  }
  let fitting = mistakes.first { agreesWith($0.value, found) && !agreesWith($0.value, right) }
  let sentence = fitting?.key ?? otherwise + laterDigits(found, right)
  guard found.count == right.count else {
    let count = found.count == 1 ? "1 number" : "\(found.count) numbers"
    return Comment(rawValue: "\(sentence) (yours has \(count) instead of \(right.count))")
  }
  guard !right.contains(where: \.isNaN) else { return nothingToCompareWith }
  // From the first that is wrong on, for the others teach nothing.
  let wrong = found.indices.filter { found[$0] != right[$0] }
  let first = names != nil ? 0 : wrong.first { !agree(found[$0], right[$0], relative: tolerance) } ?? wrong.first ?? 0
  let range = first..<min(first + 4, found.count)
  let subject = names.map { "your \($0) are" } ?? "yours\(place(first, of: found.count)) is"
  let (yours, wanted) = shown(Array(found[range]), Array(right[range]))
  return Comment(
    rawValue: """
      \(sentence) (\(subject) \(yours.joined(separator: ", ")) instead of \(wanted.joined(separator: ", ")))
      """)
}

/// What to look for where numbers are nearly right, after the sentence that says what they should be; else nothing.
private func laterDigits(_ found: [Double], _ right: [Double]) -> String {
  let areNear =
    found.count == right.count && found != right
    && zip(found, right).allSatisfy { agree($0, $1, relative: 0.01) || $0 == $1 }
  return areNear
    ? "; the first digits are right, so look for a small number that is added or left out, or for Float where Double is needed"
    : ""
}

/// Where the numbers begin that are shown; nothing where it is the beginning.
func place(_ first: Int, of count: Int) -> String {
  first == 0 ? "" : first == count - 1 ? " at index \(first)" : " from index \(first) on"
}

/// What is said where the expected value is computed from an answer of another exercise, and that is no number.
private let nothingToCompareWith: Comment =
  "nothing can be said here: what this is computed from is no number, so look at the exercises before"

/// Numbers in as few digits as tell the two lists apart, but at least six.
private func shown(_ found: [Double], _ right: [Double]) -> ([String], [String]) {
  func list(_ numbers: [Double], digits: Int) -> [String] {
    numbers.map { $0.isNaN ? "NaN" : String(format: "%.\(digits)g", $0) }
  }
  // Seventeen digits tell all Doubles apart.
  let digits = [6, 9, 12].first { list(found, digits: $0) != list(right, digits: $0) } ?? 17
  return (list(found, digits: digits), list(right, digits: digits))
}

extension Comment {
  /// The same sentence after the case that it is about, as in "t = 417: …".
  public func about(_ example: String) -> Comment { Comment(rawValue: "\(example): \(rawValue)") }
}

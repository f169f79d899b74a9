import Foundation
import Syllabus

/// A wrong answer: what a student might write, and the words by which the tests must name the mistake.
///
///     exercise: 3.4
///     mistake: statistics over each channel instead of over its group
///     names: each channel|per channel
///     was:
///         … text that occurs once in the solution's answer …
///     is:
///         … what stands there instead …
///
/// In place of these two parts, `answer:` may be followed by the whole answer; where a file has several parts of it, a line of
/// four dashes stands between them.
struct Mutant: Sendable {
  /// The file's path in the course.
  let path: String
  let exercise: Exercise
  /// What is wrong, in a few words.
  let mistake: String
  /// One of these must occur in the message of a failing test.
  let names: [String]
  /// What is changed of the answer, or the whole of another one.
  private enum Change {
    case replacing(String, with: String)
    case answer(WholeAnswer)
  }

  private let change: Change

  init(path: String, in folder: CourseFolder) throws {
    let text = try folder.text(path)
    func fail(_ what: String) -> CourseError { CourseError("\(path): \(what)") }
    let head: Substring
    if let was = text.range(of: "was:\n"), let now = text.range(of: "\nis:\n", range: was.upperBound..<text.endIndex) {
      head = text[..<was.lowerBound]
      change = .replacing(
        String(text[was.upperBound..<now.lowerBound]).trimmingCharacters(in: .newlines),
        with: String(text[now.upperBound...]).trimmingCharacters(in: .newlines))
    } else if let whole = WholeAnswer(in: text) {
      head = text[..<whole.head]
      change = .answer(whole)
    } else {
      throw fail("a wrong answer has a part `was:` and a part `is:`, or a part `answer:`")
    }
    let fields = try WholeAnswer.fields(head, of: path)
    guard let id = fields["exercise"], let exercise = Course.exercise(id),
      let mistake = fields["mistake"] ?? fields["how"],
      let names = fields["names"] ?? fields["how"]
    else {
      throw fail("exercise (of the syllabus), mistake and names are needed, or for a right answer how it differs")
    }
    self.path = path
    self.exercise = exercise
    self.mistake = mistake
    self.names = names.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// All wrong answers, in the order of their exercises.
  static func all(in folder: CourseFolder) throws -> [Mutant] { try all(under: "Tests/Mutants", in: folder) }

  /// Right answers that are written otherwise than the solutions; `how:` says how. None may be refused.
  static func variants(in folder: CourseFolder) throws -> [Mutant] { try all(under: "Tests/Variants", in: folder) }

  private static func all(under place: String, in folder: CourseFolder) throws -> [Mutant] {
    try Course.chapters.flatMap { chapter in
      try folder.entries(of: "\(place)/\(chapter.folder)").map {
        try Mutant(path: "\(place)/\(chapter.folder)/\($0)", in: folder)
      }
    }
  }

  /// The solution with the mistake in it.
  ///
  /// - Throws: A ``CourseError`` where the text to be replaced does not occur exactly once in an answer.
  func source(in folder: CourseFolder) throws -> String {
    let solution = Course.path(of: exercise, in: "solutions")
    let text = try folder.text(solution)
    switch change {
    case .answer(let answer): return try answer.source(insteadOf: text, name: solution)
    case .replacing(let original, let replacement):
      let answers = try MarkedSource(text, name: solution).answerTexts
      guard answers.filter({ $0.contains(original) }).count == 1, text.components(separatedBy: original).count == 2
      else {
        throw CourseError("\(path): what `was:` says does not occur exactly once in an answer of \(solution)")
      }
      guard original != replacement else { throw CourseError("\(path): nothing is changed") }
      return text.replacing(original, with: replacement)
    }
  }
}

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
struct Mutant: Sendable {
  /// The file's path in the course.
  let path: String
  let exercise: Exercise
  /// What is wrong, in a few words.
  let mistake: String
  /// One of these must occur in the message of a failing test.
  let names: [String]
  private let original: String
  private let replacement: String

  init(path: String, in folder: CourseFolder) throws {
    let text = try folder.text(path)
    func fail(_ what: String) -> CourseError { CourseError("\(path): \(what)") }
    guard let was = text.range(of: "was:\n"), let now = text.range(of: "\nis:\n", range: was.upperBound..<text.endIndex)
    else { throw fail("a wrong answer has a part `was:` and a part `is:`") }
    var fields: [Substring: String] = [:]
    for line in text[..<was.lowerBound].split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { throw fail("`\(line)` is not a name, a colon and a value") }
      fields[parts[0]] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    guard let id = fields["exercise"], let exercise = Course.exercise(id), let mistake = fields["mistake"],
      let names = fields["names"]
    else { throw fail("exercise (of the syllabus), mistake and names are needed") }
    self.path = path
    self.exercise = exercise
    self.mistake = mistake
    self.names = names.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    original = String(text[was.upperBound..<now.lowerBound]).trimmingCharacters(in: .newlines)
    replacement = String(text[now.upperBound...]).trimmingCharacters(in: .newlines)
  }

  /// All wrong answers, in the order of their exercises.
  static func all(in folder: CourseFolder) throws -> [Mutant] {
    try Course.chapters.flatMap { chapter in
      try folder.entries(of: "Tests/Mutants/\(chapter.folder)").map {
        try Mutant(path: "Tests/Mutants/\(chapter.folder)/\($0)", in: folder)
      }
    }
  }

  /// The solution with the mistake in it.
  ///
  /// - Throws: A ``CourseError`` where the text to be replaced does not occur exactly once in an answer.
  func source(in folder: CourseFolder) throws -> String {
    let solution = Course.path(of: exercise, in: "solutions")
    let text = try folder.text(solution)
    let answers = try MarkedSource(text, name: solution).answerTexts
    guard answers.filter({ $0.contains(original) }).count == 1, text.components(separatedBy: original).count == 2 else {
      throw CourseError("\(path): what `was:` says does not occur exactly once in an answer of \(solution)")
    }
    guard original != replacement else { throw CourseError("\(path): nothing is changed") }
    return text.replacing(original, with: replacement)
  }
}

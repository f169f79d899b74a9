import Foundation
import Syllabus

/// A submission that is made to be graded, and what must be found of it.
struct KnownSubmission {
  let name: String
  /// What its exercises say. What does not differ from the stub is unfinished; all else passes, but for ``outcomes``.
  private var texts: [Exercise: String]
  /// What must be found of those that do not pass, though they are no stubs.
  private var outcomes: [Exercise: Verdict.Outcome] = [:]
  /// Other files, by their paths in the submission.
  var files: [String: String] = [:]
  /// Symbolic links, by their paths in the submission: what they point at in the course.
  var links: [String: String] = [:]
  /// Where a pipe stands in place of a file, from which nobody ever reads an end.
  var pipes: [String] = []

  init(_ name: String, _ texts: [Exercise: String]) {
    self.name = name
    self.texts = texts
  }

  /// Gives an exercise another text, of which an outcome other than success is expected.
  mutating func change(_ exercise: Exercise, expecting outcome: Verdict.Outcome, _ change: (inout String) -> Void) {
    change(&texts[exercise, default: ""])
    outcomes[exercise] = outcome
  }

  /// Writes the submission into a folder.
  func write(into folder: CourseFolder, of course: CourseFolder) throws {
    // One of which nothing is known is missing.
    for (exercise, text) in texts where !text.isEmpty {
      try folder.write(text, to: Course.path(of: exercise))
    }
    for (path, text) in files { try folder.write(text, to: path) }
    for (path, target) in links {
      try FileManager.default.removeItem(at: folder.url(path))
      try FileManager.default.createSymbolicLink(at: folder.url(path), withDestinationURL: course.url(target))
    }
    for path in pipes {
      try FileManager.default.removeItem(at: folder.url(path))
      guard mkfifo(folder.url(path).path, 0o600) == 0 else { throw CourseError("\(path) cannot be made a pipe") }
    }
  }

  /// What is wrong with the grade that it got; nothing where it is the right one.
  func problems(with grade: Grade, stubs: [Exercise: String]) -> [String] {
    zip(Course.exercises, grade.lines).compactMap { exercise, line in
      let expected = outcomes[exercise] ?? (texts[exercise] == stubs[exercise] ? .unfinished : .passed)
      let worth = expected == .passed ? exercise.points : 0
      if line.visible.outcome == expected, line.earned == worth {
        // Where nothing is wrong, nothing is when the student's chapters stand on one another either.
        let together = line.together?.outcome
        guard outcomes.isEmpty, expected == .passed, together != .passed else { return nil }
        return "\(exercise.id) passes alone, but with the others it is \(together?.rawValue ?? "not run")"
      }
      let found = [line.visible, line.hidden].compactMap { $0?.findings.first?.message }.first ?? ""
      let verdict = "\(line.visible.outcome.rawValue) and earns \(line.earned)"
      return "\(exercise.id) is \(verdict), not \(expected.rawValue) and \(worth)"
        + (found.isEmpty ? "" : ": \(found)")
    }
  }
}

import Foundation
import Syllabus

/// Judges submissions, one after another, in one copy of the course.
struct Grader: Sendable {
  let copy: GradingCopy
  /// The reference answers.
  let references: [Exercise: String]
  /// Whether hidden tests count.
  let hidden: Bool

  init(course: CourseFolder, hidden: Bool) throws {
    // A place for each, because SwiftPM remembers for a place which test folders were there.
    let place = course.url(".build/grading/\(hidden ? "hidden" : "visible")")
    copy = try GradingCopy(of: course, in: place, hidden: hidden)
    references = try Dictionary(
      uniqueKeysWithValues: Course.exercises.map { ($0, try course.text(Course.path(of: $0, in: "solutions"))) })
    self.hidden = hidden
  }

  /// What became of one exercise's tests.
  private struct Result {
    var visible: Verdict
    var hidden: Verdict?
  }

  /// Grades a submission on both stacks.
  func grade(_ submission: Submission) async throws -> Grade {
    var results: [Exercise: Result] = submission.refused.mapValues { Result(visible: $0) }
    var answers = submission.texts.filter { $0.value != copy.stubs[$0.key] }
    for exercise in submission.texts.keys where answers[exercise] == nil {
      results[exercise] = Result(visible: Verdict(exercise, .unfinished, "not begun"))
    }
    let alone = try await judgeAlone(&answers)
    results.merge(alone) { _, judged in judged }

    let (bundle, dropped) = try await copy.build(answers, others: copy.stubs, stack: .together)
    let exercises = Course.exercises.filter { answers[$0] != nil && dropped[$0] == nil }
    let run = try await bundle.run(exercises, .visible)
    var together = Dictionary(uniqueKeysWithValues: zip(exercises, run))
    together.merge(dropped) { _, verdict in verdict }

    return Grade(
      student: submission.name,
      lines: Course.exercises.map { exercise in
        Grade.Line(
          exercise, visible: results[exercise]?.visible ?? Verdict(exercise, .rejected, "the file is missing"),
          hidden: hidden ? results[exercise]?.hidden : nil, countsHidden: hidden, together: together[exercise])
      })
  }

  /// Judges each answer as if all others were right: on reference code below its chapter, and with the reference in the place
  /// of what is missing, does not compile or turned out wrong beside it.
  ///
  /// - Parameter answers: The answers; those that do not compile are taken out.
  private func judgeAlone(_ answers: inout [Exercise: String]) async throws -> [Exercise: Result] {
    var results: [Exercise: Result] = [:]
    var kept = answers
    var pending = Course.exercises.filter { answers[$0] != nil }
    while true {
      let (bundle, dropped) = try await copy.build(kept, others: references, stack: .alone)
      for (exercise, verdict) in dropped {
        results[exercise] = Result(visible: verdict)
        kept[exercise] = nil
        answers[exercise] = nil
        pending.removeAll { $0 == exercise }
      }
      let visible = try await bundle.run(pending, .visible)
      for (exercise, verdict) in zip(pending, visible) { results[exercise] = Result(visible: verdict) }
      // Hidden tests say nothing new of an answer that the visible ones find wrong.
      let passing = zip(pending, visible).filter { $0.1.outcome == .passed }.map(\.0)
      if hidden {
        for (exercise, verdict) in zip(passing, try await bundle.run(passing, .hidden)) {
          results[exercise]?.hidden = verdict
        }
      }
      let failing = pending.filter { !passing.contains($0) }
      // An exercise may need earlier ones of its chapter. So the first that is wrong gives way to the reference, and those after
      // it are judged again.
      let first = Course.chapters.compactMap { chapter in failing.first { $0.chapter == chapter.number } }
      pending = failing.filter { !first.contains($0) }
      if pending.isEmpty { return results }
      for exercise in first { kept[exercise] = nil }
    }
  }
}

import FolderLocks
import Foundation
import Syllabus

/// Judges submissions, one after another, in one copy of the course.
struct Grader: Sendable {
  let copy: GradingCopy
  /// The reference answers.
  let references: [Exercise: String]
  /// Whether hidden tests count.
  let hidden: Bool
  /// One grader at a time: another would lay its answers between this one's and their build.
  private let lock: FolderLock

  /// - Parameters:
  ///   - number: Which of several graders that work side by side, from 1.
  ///   - part: Which part of a class they grade.
  init(course: CourseFolder, hidden: Bool, number: Int = 1, part: Int? = nil) throws {
    let name = "grading" + (part.map { "-part-\($0)" } ?? "") + (number == 1 ? "" : "-\(number)")
    let folder = course.url(".build/\(name)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      lock = try FolderLock(folder)
    } catch FolderLock.Failure.held {
      throw CourseError("another grading is running in this course")
    } catch FolderLock.Failure.unopened(let reason) {
      throw CourseError("\(folder.path) cannot be opened: \(reason)")
    } catch {
      throw CourseError("\(folder.path) cannot be made: \(error.localizedDescription)")
    }
    // A place for each, because SwiftPM remembers for a place which test folders were there.
    let place = folder.appending(path: hidden ? "hidden" : "visible")
    copy = try GradingCopy(of: course, in: place, hidden: hidden)
    references = try Dictionary(
      uniqueKeysWithValues: Course.exercises.map { ($0, try course.text(Course.path(of: $0, in: "solutions"))) })
    self.hidden = hidden
  }

  /// Builds the tests on the references, and asks those what is right for inputs that are drawn now.
  func makeSpotChecks() async throws -> SpotChecks {
    var patience = GradingCopy.Patience()
    let (bundle, dropped) = try await copy.build(references, others: references, stack: .alone, patience: &patience)
    if let verdict = dropped.values.first {
      throw CourseError("the course itself does not build: \(verdict.findings.first?.message ?? verdict.exercise)")
    }
    return try await SpotChecks(of: bundle)
  }

  /// Grades a submission on both stacks.
  func grade(_ submission: Submission, _ spotChecks: SpotChecks) async throws -> Grade {
    let begun = submission.texts.filter { $0.value != copy.stubs[$0.key] }
    var visible = submission.refused
    for exercise in submission.texts.keys where begun[exercise] == nil {
      visible[exercise] = Verdict(exercise, .unfinished, "not begun")
    }
    var patience = GradingCopy.Patience()
    let alone = try await judgeAlone(begun, .visible, spotChecks, patience: &patience)
    visible.merge(alone) { _, verdict in verdict }
    // Hidden tests say nothing new of an answer that the visible ones find wrong.
    let right = begun.filter { alone[$0.key]?.outcome == .passed }
    let unseen = hidden ? try await judgeAlone(right, .hidden, nil, patience: &patience) : [:]

    let together = try await judgeTogether(
      begun.filter { alone[$0.key]?.outcome != .doesNotCompile }, patience: &patience)

    return Grade(
      student: submission.name,
      lines: Course.exercises.map { exercise in
        Grade.Line(
          exercise, visible: visible[exercise] ?? Verdict(exercise, .rejected, Verdict.missingFile),
          hidden: unseen[exercise], countsHidden: hidden, together: together[exercise],
          note: submission.notes[exercise])
      }, remark: submission.remark)
  }

  /// Runs the tests that students have on the student's own chapters.
  private func judgeTogether(
    _ answers: [Exercise: String], patience: inout GradingCopy.Patience
  ) async throws -> [Exercise: Verdict] {
    guard !answers.isEmpty else { return [:] }
    let (bundle, dropped) = try await copy.build(answers, others: copy.stubs, stack: .together, patience: &patience)
    let exercises = Course.exercises.filter { answers[$0] != nil && dropped[$0] == nil }
    return Dictionary(uniqueKeysWithValues: zip(exercises, try await bundle.run(exercises, .visible)))
      .merging(dropped) { _, verdict in verdict }
  }

  /// Judges each answer as if all others were right: on reference code below its chapter, and with references in the places of
  /// those beside it that are missing, do not compile, or are wrong.
  ///
  /// - Parameter spotChecks: What the answers that pass must give for other inputs; nil where that is known already.
  private func judgeAlone(
    _ answers: [Exercise: String], _ suites: TestBundle.Suites, _ spotChecks: SpotChecks?,
    patience: inout GradingCopy.Patience
  ) async throws -> [Exercise: Verdict] {
    // There is nothing to build for a submission of which nothing may be built.
    guard !answers.isEmpty else { return [:] }
    var verdicts: [Exercise: Verdict] = [:]
    func judge(_ exercises: [Exercise], among answers: [Exercise: String]) async throws {
      let (bundle, dropped) = try await copy.build(
        answers, others: references, stack: .alone, patience: &patience)
      // Those that were judged before stay as they were judged, whichever is blamed for what another one did.
      verdicts.merge(dropped.filter { exercises.contains($0.key) }) { _, verdict in verdict }
      let built = exercises.filter { dropped[$0] == nil }
      for (exercise, verdict) in zip(built, try await bundle.run(built, suites)) { verdicts[exercise] = verdict }
      if let spotChecks {
        let passing = built.filter { verdicts[$0]?.outcome == .passed }
        verdicts.merge(try await spotChecks.refusals(of: passing, in: bundle)) { _, refusal in refusal }
      }
    }
    try await judge(Course.exercises.filter { answers[$0] != nil }, among: answers)

    // Wrong answers may have made one another look right, so what passes must do so without those that do not.
    var judged = answers
    var right = judged.filter { verdicts[$0.key]?.outcome == .passed }
    while right.count < judged.count {
      judged = right
      try await judge(Course.exercises.filter { judged[$0] != nil }, among: judged)
      right = judged.filter { verdicts[$0.key]?.outcome == .passed }
    }
    // A wrong answer may also have made others of its chapter look wrong, or kept them from being compiled, even those of other
    // chapters where it could not be found. Where there are several, each is judged once more without the rest; chapters do not
    // see each other here, so one of each goes at a time.
    let wrong = Course.exercises.filter { answers[$0] != nil && right[$0] == nil }
    var doubtful = Dictionary(grouping: wrong, by: \.chapter).values.filter { $0.count > 1 || patience.searches == 0 }
    while !doubtful.isEmpty {
      let round = doubtful.compactMap(\.first)
      try await judge(round, among: right.merging(round.map { ($0, answers[$0] ?? "") }) { _, answer in answer })
      doubtful = doubtful.map { Array($0.dropFirst()) }.filter { !$0.isEmpty }
    }
    return verdicts
  }
}

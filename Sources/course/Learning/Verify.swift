import ArgumentParser
import Foundation
import Syllabus

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tests an exercise, a chapter, or all that has been begun.",
    discussion: "Each exercise runs in a process of its own, with a clock and a memory limit.")

  @Argument(
    help: "Exercises such as 3.4 or 3.1-3.4, or chapters such as 3; without any, every exercise whose stub is gone.")
  var what: [String] = []

  @OptionGroup var json: JSONOption

  func run() async throws {
    let folder = try CourseFolder.current()
    let exercises = try Self.exercises(what, in: folder)
    let verdicts = try await Self.verify(exercises, in: folder)
    let passed = verdicts.filter { $0.outcome == .passed }.count
    if json.isOn {
      try JSONOption.write(verdicts)
    } else {
      for verdict in verdicts { VerdictReport.show(verdict) }
      if verdicts.isEmpty { say("No exercise has been begun.") }
      let broken = verdicts.filter { $0.outcome == .doesNotCompile }.map(\.exercise)
      if let first = broken.first(where: { id in !exercises.contains { $0.id == id } }) {
        say("You did not ask for \(first), but as long as it does not compile its stub stands in for it.")
        say("To leave it for later: ./course reset \(first) brings the stub back, and keeps what you wrote.")
      }
      if verdicts.count > 1 {
        let others = verdicts.filter { $0.outcome != .passed }.map(\.exercise).joined(separator: ", ")
        say("\n\(passed) of the \(verdicts.count) tested pass" + (others.isEmpty ? "" : "; not yet \(others)"))
      }
      if !verdicts.isEmpty, passed == verdicts.count {
        say(Next.sentence(folder, ProgressRecord(in: folder)))
      }
    }
    if passed < verdicts.count { throw ExitCode.failure }
  }

  /// The exercises that the arguments name, in the order of the course.
  static func exercises(_ arguments: [String], in folder: CourseFolder) throws -> [Exercise] {
    guard !arguments.isEmpty else {
      let record = ProgressRecord(in: folder)
      return Course.exercises.filter { record.state(of: $0, in: folder) != .notStarted }
    }
    let named = try Set(arguments.flatMap { try exercises(named: $0) })
    return Course.exercises.filter(named.contains)
  }

  /// The exercises that `3.4`, `3.1-3.4`, `3` or `3-5` names.
  private static func exercises(named argument: String) throws -> [Exercise] {
    if let chapter = Course.chapters.first(where: { "\($0.number)" == argument }) { return chapter.exercises }
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard ends.count == 2 else { return [try CourseFolder.exercise(argument)] }
    let (first, last) = (try exercises(named: ends[0]), try exercises(named: ends[1]))
    guard let start = first.first.flatMap(Course.exercises.firstIndex),
      let end = last.last.flatMap(Course.exercises.firstIndex), start <= end
    else { throw CourseError("\(argument): the first of a range comes before the last, as in 3.1-3.4") }
    return Array(Course.exercises[start...end])
  }

  /// Builds, runs and notes. An exercise whose file does not compile gets the compiler's words for a verdict, and the others are
  /// run with its stub in its place.
  static func verify(_ exercises: [Exercise], in folder: CourseFolder) async throws -> [Verdict] {
    guard !exercises.isEmpty else { return [] }
    let dates = ProgressRecord.dates(in: folder)
    let verdicts = try await judge(exercises, in: folder)
    // Read only now: a hint may have been asked for while the tests ran.
    var record = ProgressRecord(in: folder)
    record.note(verdicts, datedBy: dates, prerequisites: Prerequisites(in: folder))
    try record.write(in: folder)
    return verdicts
  }

  private static func judge(_ exercises: [Exercise], in folder: CourseFolder) async throws -> [Verdict] {
    guard folder.hasSolutions || folder.exists(Release.stubs) else {
      throw CourseError("the folder \(Release.stubs) is missing: copy it from where you have the course from")
    }
    var build = Build(folder: folder, stack: .learning)
    var broken: [Verdict] = []
    while let failure = try await failure(of: build) {
      let verdicts = Course.exercises.filter { !build.leftOut.contains($0) }.compactMap { exercise in
        Verdict(exercise, complaints: failure.complaints.filter { $0.file == Course.path(of: exercise) })
      }
      guard !verdicts.isEmpty else { throw missingName(failure, folder) ?? failure }
      broken += verdicts
      build.leftOut += try verdicts.compactMap { Course.exercise($0.exercise) }.map { exercise in
        try folder.write(Reset.stub(of: exercise, in: folder), to: Course.path(of: exercise, in: "runs/stubs"))
        return exercise
      }
    }
    let bundle = try TestBundle(of: build)
    let whole = exercises.filter { !build.leftOut.contains($0) }
    let verdicts = try await Status.showing("testing") {
      let verdicts = try await bundle.run(whole, .visible)
      return try await blamingPrerequisites(verdicts, bundle).map { try refusingWhatGradersRefuse($0, folder) }
    }
    let all = Dictionary(uniqueKeysWithValues: (verdicts + broken).map { ($0.exercise, $0) })
    return Course.exercises.compactMap { all[$0.id] }
  }

  /// Why a build does not succeed; nil where it does.
  private static func failure(of build: Build) async throws -> Build.Failure? {
    do {
      try await build.run(showing: "building")
      return nil
    } catch let failure as Build.Failure {
      return failure
    }
  }

  /// What to say of a build that fails in given code or tests, for want of a name that an exercise's file no longer declares;
  /// nil where it fails for another reason.
  private static func missingName(_ failure: Build.Failure, _ folder: CourseFolder) -> CourseError? {
    for complaint in failure.complaints {
      for name in complaint.message.matches(of: /'([\p{L}_][\w]*)/).map({ String($0.1) }) {
        let declaration = "func \(name)("
        let exercise = Course.exercises.first {
          (try? Reset.stub(of: $0, in: folder))?.contains(declaration) == true
            && (try? folder.text(Course.path(of: $0)))?.contains(declaration) != true
        }
        guard let exercise else { continue }
        return CourseError(
          "\(Course.path(of: exercise)) no longer declares \(name), which \(complaint.file):\(complaint.line) needs: "
            + "./course reset \(exercise.id) brings the stub back")
      }
    }
    return nil
  }

  /// Adds to the verdicts on answers that fail which of the exercises that they rest on fail too.
  private static func blamingPrerequisites(_ verdicts: [Verdict], _ bundle: TestBundle) async throws -> [Verdict] {
    guard verdicts.contains(where: \.outcome.isWrong) else { return verdicts }
    let record = ProgressRecord(in: bundle.folder)
    let prerequisites = Prerequisites(in: bundle.folder)
    let known = Dictionary(uniqueKeysWithValues: verdicts.map { ($0.exercise, $0.outcome.isWrong) })
    let suspects = verdicts.map { verdict in
      guard verdict.outcome.isWrong, let exercise = Course.exercise(verdict.exercise) else { return [Exercise]() }
      return prerequisites.exercises(under: exercise).filter { other in
        known[other.id] ?? [.failing, .changed].contains(record.state(of: other, in: bundle.folder))
      }
    }
    // Of those that were not tested just now the record may know an older state.
    let untested = Set(suspects.joined().map(\.id)).filter { known[$0] == nil }
    let failing = try await bundle.run(Course.exercises.filter { untested.contains($0.id) }, .visible)
      .filter(\.outcome.isWrong).map(\.exercise)
    return zip(verdicts, suspects).map { verdict, suspects in
      var verdict = verdict
      let guilty = suspects.map(\.id).filter { known[$0] ?? failing.contains($0) }
      verdict.failingPrerequisites = guilty.isEmpty ? nil : guilty
      return verdict
    }
  }

  /// What passes here must not be refused by a grader.
  private static func refusingWhatGradersRefuse(_ verdict: Verdict, _ folder: CourseFolder) throws -> Verdict {
    guard verdict.outcome == .passed, let exercise = Course.exercise(verdict.exercise) else { return verdict }
    let path = Course.path(of: exercise)
    let rules = SourceRules(stub: try Reset.stub(of: exercise, in: folder), exercise: exercise)
    let text = try folder.text(path)
    do throws(SourceRules.Violation) {
      try rules.check(text)
      return verdict
    } catch {
      return Verdict(
        exercise, .rejected, "it passes, but a grader will not accept it: \(error.reason)",
        place: "\(path):\(error.line)")
    }
  }
}

extension Verdict {
  /// The verdict on a file that does not compile; nil where there is no complaint about it.
  init?(_ exercise: Exercise, complaints: [Build.Complaint]) {
    guard !complaints.isEmpty else { return nil }
    self.init(
      exercise: exercise.id, outcome: .doesNotCompile, passed: 0, checks: 0,
      findings: complaints.map { Finding(check: "", message: $0.message, place: "\($0.file):\($0.line)") })
  }
}

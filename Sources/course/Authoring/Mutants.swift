import ArgumentParser
import Foundation
import Syllabus

struct Mutants: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Builds and runs each wrong answer; the visible tests must find every one, and name the mistake.",
    shouldDisplay: CourseTool.showsAllCommands)

  @Argument(help: "An exercise such as 3.4, or a chapter such as 3; without it, all.")
  var what: String?

  @Flag(help: "Run the right answers of Tests/Variants instead, none of which the visible tests may refuse.")
  var right = false

  /// What became of a wrong answer.
  private struct Result {
    let mutant: Mutant
    let verdict: Verdict
    /// A crash is found too, and costs no more than its exercise.
    var isKilled: Bool { [.failed, .crashed].contains(verdict.outcome) }
    var isNamed: Bool {
      isKilled
        && verdict.findings.contains { finding in
          mutant.names.contains { finding.message.localizedCaseInsensitiveContains($0) }
        }
    }
  }

  func run() async throws {
    let course = try CourseFolder.current()
    guard course.hasSolutions else { throw CourseError("this is a student's copy; wrong answers are kept elsewhere") }
    let mutants = try (right ? Mutant.variants(in: course) : Mutant.all(in: course)).filter {
      what == nil || $0.exercise.id == what || "\($0.exercise.chapter)" == what
    }
    guard !mutants.isEmpty else { throw CourseError("there is no wrong answer for \(what ?? "any exercise")") }
    let grader = try Grader(course: course, hidden: true)

    var results: [Result] = []
    for round in Self.rounds(mutants) {
      let answers = try Dictionary(uniqueKeysWithValues: round.map { ($0.exercise, try $0.source(in: course)) })
      let (bundle, dropped) = try await Status.showing("\(results.count)/\(mutants.count) wrong answers") {
        var patience = GradingCopy.Patience()
        return try await grader.copy.build(
          answers, others: grader.references, stack: .alone, patience: &patience)
      }
      let verdicts = try await bundle.run(round.map(\.exercise), .visible)
      for (mutant, verdict) in zip(round, verdicts) {
        results.append(Result(mutant: mutant, verdict: dropped[mutant.exercise] ?? verdict))
        show(results[results.count - 1])
      }
    }
    if right {
      let refused = results.filter { $0.verdict.outcome != .passed }.count
      say("\(results.count - refused) of \(results.count) right answers pass")
      if refused > 0 { throw CourseError("\(refused) right answers are refused, crash or do not compile") }
      return
    }
    let (killed, named) = (results.filter(\.isKilled).count, results.filter(\.isNamed).count)
    say("\(killed) of \(results.count) wrong answers found, \(named) mistakes named")
    if killed < results.count {
      throw CourseError("\(results.count - killed) wrong answers pass or do not compile")
    }
    if named < results.count { throw CourseError("\(results.count - named) mistakes are found, but not named") }
  }

  /// Wrong answers that can be built together: one of each chapter, as chapters are judged on right ones.
  private static func rounds(_ mutants: [Mutant]) -> [[Mutant]] {
    let chapters = Dictionary(grouping: mutants, by: \.exercise.chapter).sorted { $0.key < $1.key }.map(\.value)
    return (0..<(chapters.map(\.count).max() ?? 0)).map { round in
      chapters.compactMap { $0.indices.contains(round) ? $0[round] : nil }
    }
  }

  private func show(_ result: Result) {
    let mark =
      right && result.verdict.outcome == .passed
      ? Style.green("passed")
      : result.isNamed
        ? Style.green("named ") : result.isKilled ? Style.yellow("found ") : Style.red(result.verdict.outcome.rawValue)
    say("\(mark) \(result.mutant.exercise.id)  \(result.mutant.mistake)")
    if right || !result.isNamed, let finding = result.verdict.findings.first {
      say(Style.dim("         \(finding.message.replacing("\n", with: " "))"))
    }
  }
}

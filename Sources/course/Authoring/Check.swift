import ArgumentParser
import Foundation
import Syllabus

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Proves that the course holds together; changes nothing but the build.",
    discussion: """
      Reads the syllabus, solutions, exercises, tests, wrong answers and texts against one another, and then runs all \
      suites of the exercises: on the solutions every suite must pass, with --stubs every suite must fail by its own \
      sentence.
      """,
    shouldDisplay: CourseTool.showsAllCommands)

  @Flag(help: "Run the suites on the untouched exercises instead of the solutions.")
  var stubs = false

  /// The fewest checks that a suite may have.
  private static let fewestChecks = 4

  func run() async throws {
    let folder = try CourseFolder.current()
    guard folder.hasSolutions else { throw CourseError("this is a student's copy; only the author's can be checked") }
    var problems = CourseCheck(folder: folder).problems()
    report(problems)
    if problems.isEmpty {
      let points = Course.chapters.reduce(0) { $0 + $1.points }
      say("\(Course.exercises.count) exercises, \(points) points: syllabus, trees, tests and texts agree")
    }

    let build = Build(folder: folder, stack: stubs ? .exercises : .solutions)
    try await build.run(showing: "building the tests")
    let bundle = try TestBundle(of: build)
    var checks = 0
    for suites in TestBundle.Suites.allCases {
      let verdicts = try await bundle.run(Course.exercises, suites)
      checks += verdicts.reduce(0) { $0 + $1.checks }
      let found = verdicts.compactMap { problem($0, suites) }
      report(found)
      problems += found
    }
    guard problems.isEmpty else { throw CourseError("\(problems.count) things are wrong") }
    say(
      stubs
        ? "all suites fail on the stubs, each by its own sentence"
        : "all suites pass on the solutions: \(checks) checks")
  }

  private func problem(_ verdict: Verdict, _ suites: TestBundle.Suites) -> String? {
    let name = "\(verdict.exercise), \(suites.rawValue)"
    if verdict.checks < Self.fewestChecks { return "\(name): only \(verdict.checks) checks ran" }
    if stubs {
      let own = verdict.findings.allSatisfy { $0.message.hasPrefix("\(verdict.exercise) ") }
      return verdict.outcome == .unfinished && verdict.passed == 0 && own
        ? nil : "\(name): the stub is \(verdict.outcome.rawValue), \(verdict.passed) passed: \(first(verdict))"
    }
    return verdict.outcome == .passed ? nil : "\(name): the solution is \(verdict.outcome.rawValue): \(first(verdict))"
  }

  private func first(_ verdict: Verdict) -> String {
    verdict.findings.first { UnfinishedNotice($0.message) == nil }?.message ?? verdict.findings.first?.message
      ?? ""
  }

  private func report(_ problems: [String]) {
    for problem in problems { say("✘ " + problem) }
  }
}

import Syllabus

/// What running an exercise's tests showed.
struct Verdict: Codable, Equatable, Sendable {
  /// What is said of an exercise of which a submission has no file.
  static let missingFile = "the file is missing"

  enum Outcome: String, Codable, Sendable {
    case passed
    case failed
    /// The stub is still there, or the stub of an exercise that this one needs.
    case unfinished
    case crashed
    case timedOut
    /// The file does not compile.
    case doesNotCompile
    /// The file uses what is not allowed in a submission.
    case rejected
    /// No test ran, or not all that there are.
    case incomplete

    /// Whether an answer was run and found wrong.
    var isWrong: Bool { [.failed, .crashed, .timedOut, .incomplete].contains(self) }
  }

  /// Something that was wrong.
  struct Finding: Codable, Equatable, Sendable {
    /// The check's name.
    var check: String
    /// What it says.
    var message: String
    /// Where, such as `GroupNormalizationTests.swift:31`.
    var place: String
  }

  var exercise: String
  var outcome: Outcome
  /// How many checks passed, and how many there are.
  var passed: Int
  var checks: Int
  var findings: [Finding]
  /// The exercises that this one rests on and whose own tests fail; nil where none is known.
  var failingPrerequisites: [String]?
  /// What the code under test printed; nil where that was nothing, or the tests were hidden ones.
  var printed: PrintedText?
}

extension Verdict {
  /// What events and the process's end say together.
  ///
  /// Nothing passes that did not run to its end: a check that started and did not end, a run that ended early, or fewer
  /// checks than there should be, are all failures.
  init(
    _ exercise: Exercise, events: TestEvents, ending: LimitedProcess.Ending, output: String,
    limits: LimitedProcess.Limits
  ) {
    let functions = events.functions
    let isPassed = { (function: TestEvents.Function) in
      function.hasStarted && function.hasEnded && !function.wasSkipped && function.issues.isEmpty
    }
    var findings = functions.flatMap { function in
      function.issues.map {
        Finding(check: function.name, message: $0.message, place: "\($0.file):\($0.line)")
      }
    }
    let unfinished = findings.filter { UnfinishedNotice($0.message) != nil }
    // Checks run one after another, so the one that began and did not end is where the process was.
    let running = functions.first { $0.hasStarted && !$0.hasEnded }?.name ?? ""
    var outcome: Outcome
    switch ending {
    case .timedOut:
      outcome = .timedOut
      findings.insert(
        Finding(
          check: running,
          message: "still running after \(Int(limits.seconds)) seconds: does a loop not end, or print very much?",
          place: Crash(output: output).place ?? ""),
        at: 0)
    case .signaled(let signal):
      outcome = .crashed
      let crash = Crash(output: output)
      let reason = crash.isOutOfMemory ? "it uses more than \(limits.memory ?? 0) MiB of memory" : crash.reason
      findings.insert(
        Finding(
          check: running, message: reason ?? Crash.meaning(of: signal, limits: limits), place: crash.place ?? ""),
        at: 0)
    case .exited where !events.hasEnded:
      outcome = .incomplete
      findings.insert(
        Finding(check: running, message: "the test process ended before its tests did", place: ""),
        at: 0)
    case .exited(let code):
      if functions.isEmpty || functions.contains(where: { !$0.hasEnded || $0.wasSkipped }) {
        outcome = .incomplete
        findings.insert(Finding(check: "", message: "not all of the tests ran", place: ""), at: 0)
      } else if functions.allSatisfy(isPassed) && code == 0 {
        outcome = .passed
      } else {
        outcome = !unfinished.isEmpty && unfinished.count == findings.count ? .unfinished : .failed
      }
    }
    // A message may quote an answer, which can be as long as it likes and hold what steers a terminal.
    for index in findings.indices {
      let lines = findings[index].message.prefix(2000).split(separator: "\n", omittingEmptySubsequences: false)
      findings[index].message = lines.map { printable(String($0)) }.joined(separator: "\n")
    }
    self.init(
      exercise: exercise.id, outcome: outcome, passed: functions.filter(isPassed).count, checks: functions.count,
      findings: findings)
  }
}

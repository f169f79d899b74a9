import Syllabus

/// A verdict in words for the author of the answer.
enum VerdictReport {
  /// The most findings that are shown of one exercise: who repairs the first often repairs them all.
  private static let most = 4

  static func show(_ verdict: Verdict) {
    guard let exercise = Course.exercise(verdict.exercise) else { return }
    let count = "\(verdict.passed) of \(verdict.checks) checks pass"
    switch verdict.outcome {
    case .passed: say(Style.green("✔ \(exercise)") + Style.dim("  \(count)"))
    case .unfinished: say(Style.yellow("○ \(exercise)"))
    case .failed, .incomplete: say(Style.red("✘ \(exercise)") + "  \(count)")
    case .crashed: say(Style.red("✘ \(exercise)") + "  it crashed")
    case .timedOut: say(Style.red("✘ \(exercise)") + "  it does not come to an end")
    case .doesNotCompile: say(Style.red("✘ \(exercise)") + "  it does not compile")
    case .rejected: say(Style.red("✘ \(exercise)") + "  it uses what a submission must not")
    }
    if let failing = verdict.failingPrerequisites {
      let verb = failing.count == 1 ? "fails" : "fail"
      say("    It rests on \(failing.joined(separator: ", ")), which \(verb) too: begin there.")
    }
    // A check that is run for several values says much the same for each, and so do checks that all meet the same stub.
    var (checks, messages) = (Set<String>(), Set<String>())
    let findings = verdict.findings.filter {
      messages.insert($0.message).inserted && ($0.check.isEmpty || checks.insert($0.check).inserted)
    }
    for finding in findings.prefix(most) {
      say("    " + finding.message.replacing("\n", with: "\n    "))
      let source = [finding.check.isEmpty ? nil : "“\(finding.check)”", finding.place.isEmpty ? nil : finding.place]
        .compactMap { $0 }
      if verdict.outcome != .unfinished, !source.isEmpty {
        say(Style.dim("      " + source.joined(separator: ", ")))
      }
      let other = Course.exercises.first { $0 != exercise && finding.place.hasPrefix(Course.path(of: $0) + ":") }
      if let other { say("      That is in the file of \(other.id): begin there.") }
    }
    if findings.count > most { say(Style.dim("    and \(findings.count - most) more")) }
    // What an exercise prints that is not written yet others have printed.
    if let printed = verdict.printed, verdict.outcome != .unfinished {
      say("    It printed:")
      for line in printed.lines { say(Style.dim("      | ") + line) }
    }
    switch verdict.outcome {
    case .passed, .doesNotCompile: break
    default: say(Style.dim("    ./course hint \(exercise.id)"))
    }
  }
}

import Foundation
import Syllabus

/// What a class has understood, exercise by exercise: what to talk about.
struct ClassSummary {
  private let grades: [Grade]

  init(_ grades: [Grade]) { self.grades = grades }

  /// A page in Markdown.
  var text: String {
    let earned = grades.map(\.earned).sorted()
    let middle = earned.isEmpty ? 0 : earned[earned.count / 2]
    let seconds = grades.compactMap(\.seconds).sorted()
    var lines = [
      "# The class", "",
      "\(grades.count) submissions; half of them earned \(middle) of \(Grade.fullPoints) points or more."
        + (seconds.isEmpty ? "" : " Grading one took \(Int(seconds[seconds.count / 2])) seconds."),
      "", "| Exercise | Begun | Pass | What is said most often |", "| --- | ---: | ---: | --- |",
    ]
    for (index, exercise) in Course.exercises.enumerated() {
      let verdicts = grades.compactMap { $0.lines.indices.contains(index) ? $0.lines[index].visible : nil }
      let begun = verdicts.filter { $0.outcome != .unfinished && $0.findings.first?.message != Verdict.missingFile }
      let passed = begun.filter { $0.outcome == .passed }.count
      let said = Self.commonest(begun.filter { $0.outcome != .passed })
      lines.append("| \(exercise) | \(begun.count) | \(passed) | \(said) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The three first sentences that stand in most verdicts, with how often they do.
  private static func commonest(_ verdicts: [Verdict]) -> String {
    var counts: [String: Int] = [:]
    for verdict in verdicts {
      // The numbers differ from answer to answer.
      let message =
        verdict.findings.first?.message.split(separator: "\n").first.map(String.init) ?? verdict.outcome.rawValue
      counts[String(message.replacing(#/ \(yours .*/#, with: "").prefix(160)), default: 0] += 1
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3)
      .map { "\($1)×: \($0.replacing("|", with: "\\|"))" }.joined(separator: "<br>")
  }
}

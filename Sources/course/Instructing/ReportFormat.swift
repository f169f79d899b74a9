import ArgumentParser
import Foundation
import Syllabus

/// How grades are written.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  /// Everything, for programs: a file a student.
  case json
  /// A table: a row a student, a column an exercise.
  case csv
  /// Gradescope's results.json: a folder a student.
  case gradescope
  /// JUnit's XML: a file a student.
  case junit

  /// Writes a student's report; nothing in a format that is one table for all.
  func write(_ grade: Grade, into folder: URL) throws {
    switch self {
    case .json: try Self.write(JSONOption.encoded(grade), to: folder.appending(path: grade.student + ".json"))
    case .gradescope:
      let own = folder.appending(path: grade.student)
      try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
      try Self.write(JSONOption.encoded(GradescopeResults(grade)), to: own.appending(path: "results.json"))
    case .junit: try Self.write(JUnitReport.xml(grade), to: folder.appending(path: grade.student + ".xml"))
    case .csv: break
    }
  }

  /// Tells a student why there is no grade, in a format that students get to read by themselves.
  func writeFailure(_ reason: String, of student: String, into folder: URL) throws {
    guard self == .gradescope else { return }
    let own = folder.appending(path: student)
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    try Self.write(JSONOption.encoded(GradescopeResults(failure: reason)), to: own.appending(path: "results.json"))
  }

  /// Writes the table of all so far, in a format that has one.
  func writeTable(_ grades: [Grade], into folder: URL) throws {
    if self == .csv { try Self.write(Self.table(grades), to: folder.appending(path: Self.tableName)) }
  }

  static let tableName = "grades.csv"

  private static func table(_ grades: [Grade]) -> String {
    let head = ["student", "earned", "points"] + Course.exercises.map(\.id)
    let rows = grades.map { grade in
      [grade.student, "\(grade.earned)", "\(grade.points)"] + grade.lines.map { "\($0.earned)" }
    }
    return ([head] + rows).map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
  }

  /// A cell in which a name that a spreadsheet would take for a formula has an apostrophe before it.
  ///
  /// Scalars are looked at, as a spreadsheet does: an equals sign and a combining accent are one character to Swift.
  static func cell(_ text: String) -> String {
    let looksLikeFormula = text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } == true
    return quoted(looksLikeFormula ? "'" + text : text)
  }

  /// A cell as RFC 4180 has it.
  static func quoted(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return text }
    let quoted = text.unicodeScalars.flatMap { $0 == "\"" ? [$0, $0] : [$0] }
    return "\"" + String(String.UnicodeScalarView(quoted)) + "\""
  }

  static func write(_ text: String, to file: URL) throws {
    do {
      try Data((text.hasSuffix("\n") ? text : text + "\n").utf8).write(to: file, options: .atomic)
    } catch {
      throw CourseError("\(file.path) cannot be written: \(error.localizedDescription)")
    }
  }
}

extension Grade.Line {
  /// What students are told. Of hidden tests they learn the kind that failed, never the message: it would give the test away.
  var explanation: String {
    var lines = visible.findings.map { finding in
      finding.message + (finding.place.isEmpty ? "" : " (\(finding.place))")
    }
    if let hidden, visible.outcome == .passed, hidden.outcome != .passed {
      let kinds = Set(hidden.findings.map(\.check)).filter { !$0.isEmpty }.sorted()
      lines.append(
        "hidden tests: \(hidden.outcome.rawValue)" + (kinds.isEmpty ? "" : ": " + kinds.joined(separator: ", ")))
    }
    if visible.outcome == .passed, let together, together.outcome != .passed {
      lines.append(
        "passes alone; with your other chapters: " + (together.findings.first?.message ?? together.outcome.rawValue))
    }
    if lines.isEmpty { lines = ["all \(visible.checks + (hidden?.checks ?? 0)) checks pass"] }
    if let note { lines.append(note) }
    var told = Set<String>()
    return lines.filter { told.insert($0).inserted }.joined(separator: "\n")
  }
}

/// Gradescope's results, as its documentation for autograders gives them.
private struct GradescopeResults: Encodable {
  struct Test: Encodable {
    let name: String
    let number: String
    let score: Int
    let maxScore: Int
    let status: String
    let output: String
    let visibility = "visible"

    enum CodingKeys: String, CodingKey {
      case name, number, score, status, output, visibility
      case maxScore = "max_score"
    }
  }

  let score: Int
  let output: String?
  let tests: [Test]

  init(failure: String) {
    score = 0
    output = "This submission could not be graded: \(failure)"
    tests = []
  }

  init(_ grade: Grade) {
    score = grade.earned
    output = grade.remark
    tests = grade.lines.map {
      Test(
        name: $0.title, number: $0.exercise, score: $0.earned, maxScore: $0.points,
        status: $0.earned == $0.points ? "passed" : "failed", output: $0.explanation)
    }
  }
}

/// JUnit's XML, as continuous integration reads it.
private enum JUnitReport {
  static func xml(_ grade: Grade) -> String {
    let failures = grade.lines.filter { $0.earned < $0.points }.count
    let suite = "name=\"\(escaped(grade.student))\" tests=\"\(grade.lines.count)\" failures=\"\(failures)\""
    let cases = grade.lines.map { line in
      let head =
        "    <testcase classname=\"\(escaped(module(line)))\" name=\"\(escaped("\(line.exercise) \(line.title)"))\""
      guard line.earned < line.points else { return head + "/>\n" }
      let message = "\(line.earned) of \(line.points) points"
      return head + ">\n      <failure message=\"\(message)\">\(escaped(line.explanation))</failure>\n    </testcase>\n"
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
        <testsuite \(suite)>
      \(cases.joined())  </testsuite>
      </testsuites>

      """
  }

  private static func module(_ line: Grade.Line) -> String {
    Course.exercise(line.exercise).map { Course.chapters[$0.chapter].module } ?? ""
  }

  /// Text as XML 1.0 takes it: control characters, and two of the scalars that are no characters, cannot be written at all.
  private static func escaped(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter {
          $0.value >= 32 && $0.value != 0xFFFE && $0.value != 0xFFFF || $0 == "\n" || $0 == "\t"
        })
    )
    .replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    .replacing("\"", with: "&quot;")
  }
}

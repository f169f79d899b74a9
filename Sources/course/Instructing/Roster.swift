import Foundation
import SwiftCSV

/// A class list, as a learning platform exports it or anybody writes it, and the same list with points, as the platform
/// imports it.
struct Roster {
  /// The platforms whose lists are known.
  private enum Platform {
    /// Canvas's gradebook: Student, ID, SIS User ID, SIS Login ID, Section, and a column for each assignment.
    case canvas
    /// Moodle's grading worksheet: Identifier, Full name, Email address, …, Grade, Maximum Grade.
    case moodle
    /// Any table with a column for names, numbers, logins or addresses.
    case plain
  }

  private let path: String
  private let header: [String]
  private let rows: [[String]]
  private let platform: Platform
  /// The column for points; nil where it is to be added.
  private let points: Int?

  /// - Parameters:
  ///   - path: A file of comma-separated values.
  ///   - column: The column for points; nil for the one that the platform has for it.
  /// - Throws: A ``CourseError`` where it cannot be read, or no column tells who a student is.
  init(_ path: String, column: String?) throws {
    guard let data = FileManager.default.contents(atPath: path), let (text, _) = Submission.decoded(data) else {
      throw CourseError("\(path) cannot be read as a text")
    }
    let table: CSV<Enumerated>
    do {
      table = try CSV<Enumerated>(string: text, loadColumns: false)
    } catch {
      throw CourseError("\(path) is no table of comma-separated values: \(error)")
    }
    self.path = path
    let header = table.header.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    self.header = header
    // A row may have fewer cells than the header, or a comma too many.
    rows = table.rows.filter { $0.contains { !$0.isEmpty } }.map { row in
      Array((row + Array(repeating: "", count: header.count)).prefix(header.count))
    }
    let names = header.map { $0.lowercased() }
    platform =
      names.contains("sis login id") || names.contains("sis user id")
      ? .canvas : names.contains("identifier") && names.contains("grade") ? .moodle : .plain
    guard names.contains(where: RosterMatch.isTelling) else {
      throw CourseError("\(path) has no column that tells who a student is, such as name, id, login or email")
    }
    if let column {
      guard let index = header.firstIndex(of: column) else {
        throw CourseError("\(path) has no column \(column); it has \(header.joined(separator: ", "))")
      }
      points = index
    } else {
      let assignments = header.indices.filter { header[$0].wholeMatch(of: /.+ \(\d+\)/) != nil }
      points =
        switch platform {
        case .canvas: assignments.count == 1 ? assignments[0] : nil
        case .moodle: names.firstIndex(of: "grade")
        case .plain: nil
        }
    }
  }

  /// What came of laying a class's grades beside the list.
  struct Result {
    /// The list with points, 0 for those who handed in nothing.
    let table: String
    let absent: [String]
    /// Those whose work could not be graded: their cells are left empty.
    let ungraded: [String]
    /// Students who are on no row, or whom several rows could mean.
    let unknown: [String]
  }

  /// Gives each row the points of the student that it is about.
  func filled(with grades: [(student: Student, grade: Grade)], failed: [Student] = []) -> Result {
    var earned: [Int: Grade] = [:]
    var unknown: [String] = []
    let ungraded = failed.compactMap(row)
    unknown += failed.filter { row(of: $0) == nil }.map(\.name)
    for (student, grade) in grades {
      if let row = row(of: student), earned[row] == nil {
        earned[row] = grade
      } else {
        unknown.append(student.name)
      }
    }
    let (name, full) = (nameColumn, Grade.fullPoints)
    let maximum = header.firstIndex { $0.lowercased() == "maximum grade" }
    // What Canvas's assignment has at most stands in a row of its own.
    let possible = points.flatMap { column in
      rows.first { platform == .canvas && $0[name].trimmingCharacters(in: .whitespaces) == "Points Possible" }
        .flatMap { Self.number($0[column]) }
    }
    var absent: [String] = []
    let lines = rows.indices.map { index -> [String] in
      var row = rows[index]
      guard isStudent(row) else {
        if points == nil { row.append(row[name].contains("Points Possible") ? "\(full)" : "") }
        return row
      }
      let isUngraded = earned[index] == nil && ungraded.contains(index)
      if earned[index] == nil, !isUngraded { absent.append(row[name]) }
      var value = isUngraded ? "" : "\(earned[index]?.earned ?? 0)"
      // In the scale of the assignment: Moodle refuses more than it has at most, and Canvas would show 280 of 100.
      if !isUngraded, let most = maximum.flatMap({ Self.number(row[$0]) }) ?? possible, most != Double(full) {
        value = String(format: "%.2f", Double(earned[index]?.earned ?? 0) * most / Double(full))
      }
      if let points { row[points] = value } else { row.append(value) }
      return row
    }
    let head = header + (points == nil ? ["Diffusion from Scratch"] : [])
    let kept = head.indices.filter { isKept($0) }
    let table = ([head] + lines).map { row in
      kept.map { ReportFormat.quoted(row[$0]) }.joined(separator: ",") + "\r\n"
    }.joined()
    return Result(
      table: table, absent: absent, ungraded: ungraded.map { rows[$0][name] }, unknown: unknown)
  }

  /// Canvas would take other assignments' columns for changes to them.
  private func isKept(_ index: Int) -> Bool {
    guard platform == .canvas, index < header.count, index != points else { return true }
    return ["student", "id", "sis user id", "sis login id", "section"].contains(header[index].lowercased())
  }

  /// Canvas has a row for what can be earned.
  private func isStudent(_ row: [String]) -> Bool {
    guard platform == .canvas, let id = header.firstIndex(where: { $0.lowercased() == "id" }) else { return true }
    return !row[id].trimmingCharacters(in: .whitespaces).isEmpty
  }

  private var nameColumn: Int {
    header.firstIndex { ["student", "name", "full name"].contains($0.lowercased()) } ?? 0
  }

  /// The row of a student; nil where there is none, or where several are as good.
  private func row(of student: Student) -> Int? {
    let match = RosterMatch(student: student, header: header, isOfCanvas: platform == .canvas)
    return match.row(among: rows.indices.filter { isStudent(rows[$0]) }.map { ($0, rows[$0]) })
  }

  /// A number as people write it, with a comma or a point.
  private static func number(_ text: String) -> Double? {
    Double(text.trimmingCharacters(in: .whitespaces).replacing(",", with: "."))
  }
}

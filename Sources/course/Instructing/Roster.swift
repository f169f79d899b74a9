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

  /// What tells who a student is, in the order in which it is believed.
  private static let telling = [
    "id", "identifier", "sis user id", "sid", "student id", "id number", "sis login id", "login", "username", "github",
    "github_username", "email", "email address", "student", "name", "full name",
  ]

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
    rows = table.rows.filter { $0.contains { !$0.isEmpty } }
    let names = header.map { $0.lowercased() }
    platform =
      names.contains("sis login id") || names.contains("sis user id")
      ? .canvas : names.contains("identifier") && names.contains("grade") ? .moodle : .plain
    guard names.contains(where: { Self.telling.contains($0) }) else {
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
    /// Students who are on no row, or whom several rows could mean.
    let unknown: [String]
  }

  /// Gives each row the points of the student that it is about.
  func filled(with grades: [(student: Student, grade: Grade)]) -> Result {
    var earned: [Int: Grade] = [:]
    var unknown: [String] = []
    for (student, grade) in grades {
      if let row = row(of: student), earned[row] == nil {
        earned[row] = grade
      } else {
        unknown.append(student.name)
      }
    }
    let (name, full) = (nameColumn, Grade.fullPoints)
    let maximum = header.firstIndex { $0.lowercased() == "maximum grade" }
    var absent: [String] = []
    let lines = rows.indices.map { index -> [String] in
      var row = rows[index] + Array(repeating: "", count: max(0, header.count - rows[index].count))
      guard isStudent(row) else {
        if points == nil { row.append("\(full)") }
        return row
      }
      if earned[index] == nil { absent.append(row[name]) }
      var value = "\(earned[index]?.earned ?? 0)"
      // Moodle refuses more than the grade that the assignment has at most.
      if let maximum, let most = Double(row[maximum]), most != Double(full) {
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
    return Result(table: table, absent: absent, unknown: unknown)
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
    let own = [student.id, student.email, student.name].compactMap { $0 }
    for title in Self.telling {
      guard let column = header.firstIndex(where: { $0.lowercased() == title }) else { continue }
      for key in own {
        let fitting = rows.indices.filter { isStudent(rows[$0]) && Self.isSame(rows[$0][column], key) }
        if fitting.count == 1 { return fitting[0] }
      }
    }
    return nil
  }

  /// Whether a cell and what a file's name says mean one student: "Doe, Jane" is doejane to Canvas, "Participant 123" is 123 to
  /// Moodle.
  private static func isSame(_ cell: String, _ key: String) -> Bool {
    let (cell, key) = (plain(cell), plain(key))
    return !key.isEmpty && (cell == key || cell == "participant" + key)
  }

  private static func plain(_ text: String) -> String {
    String(text.lowercased().decomposedStringWithCanonicalMapping.filter { $0.isLetter || $0.isNumber || $0 == "@" })
  }
}

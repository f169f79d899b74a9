import Foundation
import Syllabus
import Testing

@testable import course

@Suite("A class list and its points")
struct RosterTests {
  /// The list of a text, with a grade for each student: all visible tests of the first so many exercises pass.
  private func result(
    _ text: String, column: String? = nil, _ students: [(Student, passed: Int)], failed: [Student] = []
  ) throws -> Roster.Result {
    let file = FileManager.default.temporaryDirectory.appending(path: "roster-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    return try Roster(file.path, column: column).filled(
      with: students.map { student, passed in
        let lines = Course.exercises.prefix(passed).map {
          Grade.Line($0, visible: Verdict($0, .passed, ""), hidden: nil, countsHidden: false, together: nil)
        }
        return (student, Grade(student: student.name, lines: lines))
      }, failed: failed)
  }

  private let first = Course.exercises[0].points

  @Test("Canvas's gradebook: by number or by name, 0 for the absent, and no other assignment's column")
  func canvas() throws {
    let list = """
      \u{FEFF}Student,ID,SIS User ID,SIS Login ID,Section,Quiz (77),Diffusion (4711)
          Points Possible,,,,,10,280
      "Doe, Jane",101,s1,jdoe,A,5,
      "Smith, Bob",102,s2,bsmith,A,6,
      "Lee, Ann",103,s3,alee,A,,
      """
    let students = [(Student(fileName: "x_101_5_a.zip"), passed: 1), (Student(name: "smithbob"), passed: 0)]
    let result = try result(list, column: "Diffusion (4711)", students)
    #expect(result.absent == ["Lee, Ann"])
    #expect(result.unknown.isEmpty)
    #expect(
      result.table.split(separator: "\r\n").map(String.init) == [
        "Student,ID,SIS User ID,SIS Login ID,Section,Diffusion (4711)", "Points Possible,,,,,280",
        "\"Doe, Jane\",101,s1,jdoe,A,\(first)", "\"Smith, Bob\",102,s2,bsmith,A,0", "\"Lee, Ann\",103,s3,alee,A,0",
      ])
    let added = try self.result(list, students)
    #expect(added.table.hasPrefix("Student,ID,SIS User ID,SIS Login ID,Section,Diffusion from Scratch\r\n"))
    #expect(added.table.contains("Points Possible,,,,,\(Grade.fullPoints)\r\n"))
  }

  @Test("Moodle's worksheet keeps its columns, and its own maximum")
  func moodle() throws {
    let result = try result(
      """
      Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed"
      "Participant 42","Jane Doe",jane@example.edu,"Submitted for grading",,100.00,Yes
      "Participant 43","Bob",bob@example.edu,"No submission",,100.00,Yes
      """, [(Student(fileName: "Jane Doe_42_assignsubmission_file_"), passed: 1)])
    let points = String(format: "%.2f", Double(first) * 100 / Double(Grade.fullPoints))
    #expect(
      result.table.contains("Participant 42,Jane Doe,jane@example.edu,Submitted for grading,\(points),100.00,Yes"))
    #expect(result.table.contains("Participant 43,Bob,bob@example.edu,No submission,0.00,100.00,Yes"))
  }

  @Test("Any list: by login or address; who is not on it, or is it twice, is told")
  func plain() throws {
    let result = try result(
      "name;github\nJosé;jose-1\nKim;kim\nKim;kim\n",
      [(Student(name: "jose-1"), passed: 1), (Student(name: "kim"), passed: 1), (Student(name: "eve"), passed: 1)])
    #expect(result.table.contains("José,jose-1,\(first)\r\n"))
    #expect(result.unknown == ["kim", "eve"])
  }

  @Test("Points are in the scale of Canvas's assignment")
  func canvasScale() throws {
    let result = try result(
      """
      Student,ID,SIS User ID,SIS Login ID,Section,Diffusion (4711)
          Points Possible,,,,,100.0
      "Doe, Jane",101,s1,jdoe,A,
      """, [(Student(fileName: "x_101_5_a.zip"), passed: 1)])
    let points = String(format: "%.2f", Double(first) * 100 / Double(Grade.fullPoints))
    #expect(result.table.contains("\"Doe, Jane\",101,s1,jdoe,A,\(points)\r\n"))
    #expect(result.table.contains("Points Possible,,,,,100.0\r\n"))
  }

  @Test("Rows with a comma too many or too few, names with and without accents, and a second Anna beside anna-2")
  func ragged() throws {
    var second = Student(name: "Anna")
    second.name = "Anna-2"
    let result = try result(
      "name,email,group\nJose,j@x,\nBob,b@x,1,\nAnna,a@x\nAnna 2,c@x,2\n",
      [(Student(name: "José"), passed: 1), (second, passed: 1)])
    let lines = result.table.split(separator: "\r\n").map(String.init)
    #expect(lines[1...] == ["Jose,j@x,,\(first)", "Bob,b@x,1,0", "Anna,a@x,,\(first)", "Anna 2,c@x,2,0"])
  }

  @Test("A number is compared with its own kind: Moodle's 2 is not the second of a list, nor Canvas's")
  func numbersOfOthers() throws {
    let moodle = Student(fileName: "Jane Doe_2_assignsubmission_file_")
    let canvas = Student(fileName: "doejane_1_5_a.zip")
    for student in [moodle, canvas] {
      let result = try result("id,name\n1,Bob\n2,Kim\n3,\"Doe, Jane\"\n", [(student, passed: 1)])
      #expect(result.table.contains("3,\"Doe, Jane\",\(first)\r\n"))
    }
    let german = try result(
      "Identifier,Grade,\"Maximum Grade\"\n\"Teilnehmer/in2\",,\"280,00\"\n\"Teilnehmer/in12\",,\"280,00\"\n",
      [(moodle, passed: 1)])
    #expect(german.table.contains("Teilnehmer/in2,\(first),"))
  }

  @Test("Names in either order, in two columns, and the address's first half for a login")
  func waysToSayIt() throws {
    let jane = try result("name\n\"Doe, Jane\"\nBob\n", [(Student(name: "Jane Doe"), passed: 1)])
    #expect(jane.table.contains("\"Doe, Jane\",\(first)\r\n"))
    let split = try result(
      "first name,last name\nJane,Doe\nBob,Ray\n",
      [(Student(name: "doejane"), passed: 0), (Student(name: "Bob Ray"), passed: 1)])
    #expect(split.table.contains("Bob,Ray,\(first)\r\n"))
    let login = try result("login\njdoe\nbob\n", [(Student(name: "J", email: "JDoe@x.edu"), passed: 1)])
    #expect(login.table.contains("jdoe,\(first)\r\n"))
  }

  @Test("Clones are laid beside whole logins, of which the folders' names may have cut off a part")
  func clones() throws {
    var (lee, anna) = (Student(name: "lee"), Student(name: "kim"))
    (lee.handedInAs, anna.handedInAs) = ("hw-anna-lee", "hw-anna-kim")
    let result = try result("github\nlee\nanna-lee\nanna-kim\n", [(lee, passed: 1), (anna, passed: 1)])
    #expect(result.table.contains("lee,0\r\nanna-lee,\(first)\r\nanna-kim,\(first)\r\n"))
  }

  @Test("What could not be graded is not nothing: its cell stays empty")
  func ungraded() throws {
    let result = try result(
      "name\nJane\nBob\nKim\n", [(Student(name: "Jane"), passed: 1)],
      failed: [Student(name: "Bob"), Student(name: "eve")])
    #expect(result.table == "name,Diffusion from Scratch\r\nJane,\(first)\r\nBob,\r\nKim,0\r\n")
    #expect(result.absent == ["Kim"])
    #expect(result.ungraded == ["Bob"])
    #expect(result.unknown == ["eve"])
  }

  @Test("A list that tells nobody's name is an error, and so is a column that it does not have")
  func unreadable() {
    #expect(throws: CourseError.self) { try result("a,b\n1,2\n", []) }
    #expect(throws: CourseError.self) { try result("name,b\n1,2\n", column: "c", []) }
    #expect(throws: CourseError.self) { try Roster("/nowhere.csv", column: nil) }
  }
}

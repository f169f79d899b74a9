import Foundation
import Syllabus
import Testing

@testable import course

@Suite("The course's own files")
struct CourseFolderTests {
  /// A course of one file, in a folder that goes with it.
  private final class Scratch {
    let course = CourseFolder(FileManager.default.temporaryDirectory.appending(path: "course-\(UUID().uuidString)"))
    deinit { try? FileManager.default.removeItem(at: course.root) }
  }

  @Test("A copy is kept of what is replaced, and of what is replaced in the same second too")
  func backUps() throws {
    let scratch = Scratch()
    let now = Date()
    var copies: [String] = []
    for text in ["one", "two", "three"] {
      try scratch.course.write(text, to: "exercises/a/B.swift")
      copies.append(try scratch.course.backUp("exercises/a/B.swift", now: now))
    }
    #expect(Set(copies).count == 3)
    #expect(try copies.map { try scratch.course.text($0) } == ["one", "two", "three"])
  }

  @Test("Where an exercise stands follows the file and the last verdict")
  func states() throws {
    let scratch = Scratch()
    let exercise = try #require(Course.exercise("1.3"))
    let path = Course.path(of: exercise)
    var record = ProgressRecord(in: scratch.course)
    #expect(record.state(of: exercise, in: scratch.course) == .notStarted, "a missing file is not begun")
    try scratch.course.write("return unfinished(\"1.3\")", to: path)
    try scratch.course.write("return unfinished(\"1.3\")", to: Course.path(of: exercise, in: Release.stubs))
    #expect(record.state(of: exercise, in: scratch.course) == .notStarted)
    try scratch.course.write("// return unfinished(\"1.3\")\nanswer", to: path)
    #expect(record.state(of: exercise, in: scratch.course) == .changed, "a stub in a comment is no stub")
    record.note(
      [Verdict(exercise, .passed, "")], datedBy: ProgressRecord.dates(in: scratch.course),
      prerequisites: Prerequisites(in: scratch.course))
    #expect(record.state(of: exercise, in: scratch.course) == .passed)

    record[exercise].hintsRead = 2
    try record.write(in: scratch.course)
    let again = ProgressRecord(in: scratch.course)
    #expect(again.state(of: exercise, in: scratch.course) == .passed, "the record survives being written")
    #expect(again[exercise].hintsRead == 2)

    let later = Date().addingTimeInterval(5)
    try FileManager.default.setAttributes([.modificationDate: later], ofItemAtPath: scratch.course.url(path).path)
    #expect(again.state(of: exercise, in: scratch.course) == .changed, "an edit makes the verdict old")
    record.note(
      [Verdict(exercise, .failed, "")], datedBy: ProgressRecord.dates(in: scratch.course),
      prerequisites: Prerequisites(in: scratch.course))
    #expect(record.state(of: exercise, in: scratch.course) == .failing)
  }

  @Test("What rests on a file that has changed has to be tested again; where the learner is follows the files")
  func dependents() throws {
    let scratch = Scratch()
    let (product, form, range) = try (
      #require(Course.exercise("1.3")), #require(Course.exercise("1.4")), #require(Course.exercise("1.1"))
    )
    try scratch.course.write("public func cumulativeProduct() {}", to: Course.path(of: product))
    try scratch.course.write("let x = cumulativeProduct()", to: Course.path(of: form))
    try scratch.course.write("let y = 1", to: Course.path(of: range))
    var record = ProgressRecord(in: scratch.course)
    #expect(record.latest == nil)
    func note(_ exercises: [Exercise], _ outcome: Verdict.Outcome) {
      record.note(
        exercises.map { Verdict($0, outcome, "") }, datedBy: ProgressRecord.dates(in: scratch.course),
        prerequisites: Prerequisites(in: scratch.course))
    }
    func states() -> [ProgressRecord.State] {
      [range, product, form].map { record.state(of: $0, in: scratch.course) }
    }
    note([range, product, form], .failed)
    #expect(states() == [.failing, .failing, .failing])
    try FileManager.default.setAttributes(
      [.modificationDate: Date().addingTimeInterval(5)],
      ofItemAtPath: scratch.course.url(Course.path(of: product)).path)
    note([product], .passed)
    #expect(states() == [.failing, .passed, .changed])
    #expect(record.latest == product)
    note([form], .passed)
    note([product], .passed)
    #expect(states() == [.failing, .passed, .passed], "the file is still the same")
  }

  @Test("A damaged record is an empty one")
  func damaged() throws {
    let scratch = Scratch()
    try scratch.course.write("{ not json", to: ".course/progress.json")
    #expect(ProgressRecord(in: scratch.course)[try #require(Course.exercise("1.3"))].hintsRead == 0)
  }

  @Test("A wrong answer replaces what it names, once, within an answer")
  func mutants() throws {
    let scratch = Scratch()
    let exercise = try #require(Course.exercise("1.3"))
    let solution = "given = 1\n// BEGIN SOLUTION 1.3\nx = 1\ny = 2\n// END SOLUTION\n"
    try scratch.course.write(solution, to: Course.path(of: exercise, in: "solutions"))
    func mutant(_ was: String, _ now: String) throws -> String {
      let text = "exercise: 1.3\nmistake: m\nnames: a|b\nwas:\n\(was)\n\nis:\n\(now)\n"
      try scratch.course.write(text, to: "Tests/Mutants/m")
      return try Mutant(path: "Tests/Mutants/m", in: scratch.course).source(in: scratch.course)
    }
    #expect(try mutant("x = 1", "x = 0") == solution.replacing("x = 1", with: "x = 0"))
    #expect(throws: CourseError.self, "given code is not an answer") { try mutant("given = 1", "given = 2") }
    #expect(throws: CourseError.self, "what occurs twice is ambiguous") { try mutant("= ", "== ") }
    #expect(throws: CourseError.self, "nothing is changed") { try mutant("x = 1", "x = 1") }
    #expect(throws: CourseError.self, "it is not there") { try mutant("z = 1", "z = 2") }
  }
}

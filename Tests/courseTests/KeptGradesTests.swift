import Foundation
import Syllabus
import Testing

@testable import course

@Suite("Grades that are kept")
struct KeptGradesTests {
  @Test("A grade is found again for the same stamp only; a damaged one is none")
  func keeping() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "kept-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let kept = KeptGrades(in: folder)
    #expect(!kept.exists)
    #expect(kept.grade(of: "jane", stamp: "a") == nil)
    var grade = Grade(student: "jane", lines: [])
    (grade.whose, grade.seconds) = (Student(name: "jane", id: "7"), 1.5)
    try kept.keep(grade, stamp: "a")
    #expect(kept.exists)
    #expect(kept.grade(of: "jane", stamp: "a")?.whose?.id == "7")
    #expect(kept.grade(of: "jane", stamp: "b") == nil)
    #expect(try kept.all().map(\.student) == ["jane"])
    try Data("{".utf8).write(to: folder.appending(path: ".grades/jane.json"))
    #expect(kept.grade(of: "jane", stamp: "a") == nil)
    #expect(throws: CourseError.self) { try kept.all() }
  }

  @Test("Numbers are the reference's where they are within a thousandth of the largest")
  func spotChecks() {
    #expect(SpotChecks.difference([1, 1000.5], from: [0.5, 1000]) == nil)
    #expect(SpotChecks.difference([1, 1002], from: [1, 1000])?.contains("1002.0 instead of 1000.0") == true)
    #expect(SpotChecks.difference([.nan], from: [1]) != nil)
    #expect(SpotChecks.difference([1], from: [1, 2]) != nil)
    #expect(SpotChecks.difference(nil, from: [1]) != nil)
  }

  @Test("The last line with an exercise's numbers counts, and only numbers are some")
  func numbers() throws {
    let exercise = try #require(Course.exercise("1.3"))
    let printed = "spot check 1.3: 9 9\nx spot check 1.3: 8\nspot check 1.30: 7\nspot check 1.3: 1 -2.5e-3\nend"
    #expect(SpotChecks.numbers(of: exercise, printed: printed) == [1, -2.5e-3])
    #expect(SpotChecks.numbers(of: exercise, printed: "spot check 1.3: 1 x") == nil)
    #expect(SpotChecks.numbers(of: exercise, printed: "spot check 1.3: ") == nil)
  }

  // MARK: Parts of a class

  @Test("Parts have no submission in common and leave none out", arguments: [1, 3, 10, 12])
  func parts(count: Int) throws {
    let all = Array(0..<10)
    let chosen = try (1...count).map { try #require(GradeCommand.Shard(argument: "\($0)/\(count)")).chosen(of: all) }
    #expect(chosen.joined().sorted() == all)
  }

  @Test("What is no part is refused", arguments: ["0/3", "4/3", "1", "-1/3", "1/0", "a/b", "1/2/3"])
  func noPart(text: String) { #expect(GradeCommand.Shard(argument: text) == nil) }

  @Test("Parts that are missing are told, and so are those of another division")
  func missingParts() throws {
    let parts = try (1...3).map { try #require(GradeCommand.Shard(argument: "\($0)/3")) }
    try GradeCommand.check(parts)
    try GradeCommand.check([])
    let error = #expect(throws: CourseError.self) { try GradeCommand.check([parts[0]]) }
    #expect(error?.description.contains("missing: 2, 3") == true)
    let other = try #require(GradeCommand.Shard(argument: "2/2"))
    #expect(throws: CourseError.self) { try GradeCommand.check([parts[0], other]) }
  }

  @Test("What could not be graded is remembered until it is")
  func failures() throws {
    let reports = FileManager.default.temporaryDirectory.appending(path: "kept-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: reports) }
    let (kept, bob) = (KeptGrades(in: reports), Student(name: "Bob", id: "7"))
    try kept.keepFailure(of: bob)
    #expect(kept.failures() == [bob])
    #expect(try kept.all().isEmpty)
    try kept.keep(Grade(student: "Bob", lines: []), stamp: "x")
    #expect(kept.failures().isEmpty)
    #expect(try kept.all().map(\.student) == ["Bob"])
  }
}

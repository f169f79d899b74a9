import Foundation
import Syllabus
import Testing

@testable import course

@Suite("From verdicts to points")
struct GradeTests {
  private let exercise = Course.chapters[3].exercises[3]

  private func line(
    _ visible: Verdict.Outcome, hidden: Verdict.Outcome? = nil, countsHidden: Bool = false,
    together: Verdict.Outcome? = nil
  ) -> Grade.Line {
    func verdict(_ outcome: Verdict.Outcome, _ message: String) -> Verdict {
      Verdict(
        exercise: "1.3", outcome: outcome, passed: 0, checks: 2,
        findings: outcome == .passed ? [] : [.init(check: "Edge cases", message: message, place: "A.swift:1")])
    }
    return Grade.Line(
      exercise, visible: verdict(visible, "visible words"), hidden: hidden.map { verdict($0, "hidden words") },
      countsHidden: countsHidden, together: together.map { verdict($0, "together words") })
  }

  @Test("The visible tests earn all, or the larger half beside hidden ones")
  func points() throws {
    try #require(exercise.points == 5)
    #expect(line(.passed).earned == 5)
    #expect(line(.passed, hidden: .passed, countsHidden: true).earned == 5)
    #expect(line(.passed, hidden: .failed, countsHidden: true).earned == 3)
    #expect(line(.passed, countsHidden: true).earned == 3, "hidden tests that were not run earn nothing")
  }

  @Test(
    "Nothing but a pass earns anything",
    arguments: [Verdict.Outcome.failed, .unfinished, .crashed, .timedOut, .doesNotCompile, .rejected, .incomplete])
  func others(outcome: Verdict.Outcome) {
    #expect(line(outcome, hidden: .passed, countsHidden: true).earned == 0)
    #expect(line(.passed, hidden: outcome, countsHidden: true).earned == 3)
  }

  @Test("Students read what visible tests say, and of hidden ones the kind alone")
  func explanation() {
    #expect(line(.failed).explanation == "visible words (A.swift:1)")
    #expect(line(.passed, hidden: .failed, countsHidden: true).explanation == "hidden tests: failed: Edge cases")
    #expect(line(.passed, together: .failed).explanation == "passes alone; with your other chapters: together words")
    #expect(line(.passed, hidden: .passed, together: .passed).explanation == "all 4 checks pass")
  }

  @Test(
    "Blamed for a build is a submitted file with errors; else one that its tests miss something of; else its chapter's")
  func culprits() throws {
    let course = CourseFolder(FileManager.default.temporaryDirectory.appending(path: "course-\(UUID().uuidString)"))
    defer { try? FileManager.default.removeItem(at: course.root) }
    try course.write("struct Exercise1_3 {\n}\nstruct Exercise1_4 {\n}\n", to: "Tests/T/A.swift")
    let exercises = try ["1.3", "1.4", "2.1"].map { try #require(Course.exercise($0)) }
    let texts = Dictionary(uniqueKeysWithValues: exercises.map { ($0, "") })
    func blamed(_ files: [String], compiled: [String] = []) -> [String] {
      let complaints = files.map { Build.Complaint(file: $0, line: 1, message: "m of \($0)") }
      let failure = Build.Failure(complaints: complaints, compiledAtCrash: compiled, log: "")
      return Culprits(failure, among: texts, in: course).verdicts.keys.map(\.id).sorted()
    }
    let own = Course.path(of: exercises[0])
    #expect(blamed([own, "Tests/T/A.swift"]) == ["1.3"], "its own errors are the nearest reason")
    #expect(blamed(["Tests/T/A.swift"]) == ["1.3", "1.4"])
    #expect(blamed(["exercises/02-Schedules/NamedSchedules.swift"]) == ["2.1"], "given code of its chapter")
    #expect(blamed([], compiled: [own, "exercises/01-ForwardDiffusion/NoiseSchedule.swift"]) == ["1.3"])
    #expect(blamed([]) == ["1.3", "1.4", "2.1"])
  }

  @Test("One that nothing names is found by halves", arguments: 1...9)
  func halves(count: Int) async throws {
    let suspects = Array(Course.exercises.prefix(count))
    for culprit in suspects {
      var tries = 0
      let found = await Culprits.oneByHalves(of: suspects) { half in
        tries += 1
        return half.contains(culprit)
      }
      #expect(found == culprit)
      #expect(tries <= Int(log2(Double(count)).rounded(.up)) + 1, "each try is a build")
    }
    // Two that fail only together, or a machine that has recovered: nobody is to blame.
    let found = await Culprits.oneByHalves(of: suspects) { $0.count > 1 }
    #expect(found == (count == 1 ? suspects[0] : nil))
  }
}

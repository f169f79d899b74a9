import Foundation
import Syllabus
import Testing

@testable import course

@Suite("From events to a verdict")
struct VerdictTests {
  private let suite = "ForwardDiffusionTests.Exercise1_3"

  private func test(_ name: String) -> String {
    """
    {"kind":"test","payload":{"id":"\(suite)/\(name)/A.swift:1:1","kind":"function","displayName":"\(name)",\
    "sourceLocation":{"fileID":"T/A.swift","line":1}},"version":0}
    """
  }

  private func event(_ kind: String, _ name: String? = nil, _ message: String? = nil) -> String {
    let id = name.map { "\"testID\":\"\(suite)/\($0)/A.swift:1:1\"," } ?? ""
    let issue = kind == "issueRecorded" ? "\"issue\":{\"isKnown\":false}," : ""
    let messages = message.map { "[{\"symbol\":\"fail\",\"text\":\"x\"},{\"symbol\":\"details\",\"text\":\"\($0)\"}]" }
    return
      "{\"kind\":\"event\",\"payload\":{\(id)\(issue)\"kind\":\"\(kind)\",\"messages\":\(messages ?? "[]")},\"version\":0}"
  }

  private func verdict(
    _ lines: [String], ending: LimitedProcess.Ending = .exited(0), output: String = ""
  ) throws -> Verdict {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let exercise = try #require(Course.exercise("1.3"))
    return Verdict(
      exercise, events: TestEvents(contentsOf: file), ending: ending, output: output, limits: TestBundle.limits)
  }

  private var passing: [String] {
    [
      test("a"), test("b"), event("runStarted"), event("testStarted", "a"), event("testStarted", "b"),
      event("testEnded", "a"), event("testEnded", "b"), event("runEnded"),
    ]
  }

  @Test("All ended without an issue")
  func passed() throws {
    let verdict = try verdict(passing)
    #expect(verdict.outcome == .passed)
    #expect(verdict.passed == 2 && verdict.checks == 2)
  }

  @Test("An issue fails, in its author's words")
  func failed() throws {
    let lines = passing.dropLast(3) + [event("issueRecorded", "a", "α for ᾱ")] + passing.suffix(3)
    let verdict = try verdict(Array(lines), ending: .exited(1))
    #expect(verdict.outcome == .failed)
    #expect(verdict.findings.map(\.message) == ["α for ᾱ"])
    #expect(verdict.passed == 1)
  }

  @Test("However long a message is, the report is not")
  func length() throws {
    let long = String(repeating: "x", count: 100_000)
    let lines = passing.dropLast(3) + [event("issueRecorded", "a", long)] + passing.suffix(3)
    #expect(try verdict(Array(lines), ending: .exited(1)).findings.first?.message.count == 2000)
  }

  @Test("Only sentences of stubs: unfinished")
  func unfinished() throws {
    let lines = passing.dropLast(3) + [event("issueRecorded", "a", "1.3 x is not written yet: y")] + passing.suffix(3)
    #expect(try verdict(Array(lines), ending: .exited(1)).outcome == .unfinished)
  }

  @Test("No test, no pass")
  func none() throws {
    #expect(try verdict([event("runStarted"), event("runEnded")]).outcome == .incomplete)
    #expect(try verdict([]).outcome == .incomplete)
  }

  @Test("A process that leaves early with status 0 has not passed", arguments: 1...8)
  func early(count: Int) throws {
    #expect(try verdict(Array(passing.dropLast(count))).outcome == .incomplete)
  }

  @Test("A test that did not end, or was skipped, is no pass")
  func gaps() throws {
    #expect(try verdict(passing.filter { !$0.contains("testEnded") }).outcome == .incomplete)
    let skipped = passing.dropLast() + [event("testSkipped", "b"), event("runEnded")]
    #expect(try verdict(Array(skipped)).outcome == .incomplete)
  }

  @Test("A test that was canceled is no pass")
  func canceled() throws {
    let lines = passing.dropLast(2) + [event("testCancelled", "b"), event("testEnded", "b"), event("runEnded")]
    #expect(try verdict(Array(lines)).outcome == .incomplete)
  }

  @Test("A status other than 0 is no pass, whatever the events say")
  func status() throws {
    #expect(try verdict(passing, ending: .exited(1)).outcome == .failed)
  }

  @Test("A crash names its reason, its place and the check")
  func crash() throws {
    let output = """
      Swift/ContiguousArrayBuffer.swift:600: Fatal error: Index out of range

      Thread 1 crashed:
      0 0x1 in _assertionFailure in libswiftCore.so
      3 0x2 cumulativeProduct(_:) + 52 in X at /a/b/exercises/01-ForwardDiffusion/CumulativeProduct.swift:12:20
      """
    let verdict = try verdict(Array(passing.prefix(4)), ending: .signaled(SIGTRAP), output: output)
    #expect(verdict.outcome == .crashed)
    #expect(verdict.findings.first?.message == "Fatal error: Index out of range")
    #expect(verdict.findings.first?.check == "a")
    #expect(verdict.findings.first?.place == "exercises/01-ForwardDiffusion/CumulativeProduct.swift:12")
  }

  @Test("A crash in given code is the fault of the code that called it")
  func crashInGivenCode() {
    let own = "exercises/08-Evaluation/SymmetricEigendecomposition.swift:31"
    let others = [
      "exercises/08-Evaluation/SquareMatrix.swift:41", "solutions/08-Evaluation/SampleStatistics.swift:12",
    ]
    let output = others.map { "0 0x1 in X at /c/\($0):5\n" }.joined()
    #expect(Crash(output: output + "1 0x2 in X at /c/\(own):20\n").place == own)
    #expect(Crash(output: output).place == others[0])
  }

  @Test("What ran out of time says so")
  func timeout() throws {
    let verdict = try verdict(Array(passing.prefix(4)), ending: .timedOut)
    #expect(verdict.outcome == .timedOut)
    #expect(verdict.findings.first?.check == "a")
  }

  @Test("What a compiler says, file by file")
  func complaints() {
    let complaints = Build.complaints(
      in:
        "/c/exercises/A.swift:3:5: error: no x\n/c/exercises/A.swift:3:5: error: no x\n/d/B.swift:1:1: error: y\n   | error: z",
      root: "/c")
    #expect(
      complaints == [
        Build.Complaint(file: "exercises/A.swift", line: 3, message: "no x"),
        Build.Complaint(file: "/d/B.swift", line: 1, message: "y"),
      ])
  }

  @Test("A file on which the compiler crashes is told")
  func compilerCrash() {
    let output = """
      LLVM ERROR: out of memory
      2.\tCompiling with the current language version
      3.\tWhile evaluating request IRGenRequest(IR Generation for file "/c/exercises/A.swift")
      6.\tWhile type-checking 'f()' (at /c/exercises/A.swift:69:1)
      7.\tWhile type-checking statement at [/c/exercises/B.swift:1:1 - line:1:40007] RangeText="let x = 1+1"
      8.\tWhile running pass #313 SILFunctionTransform "MandatoryRedundantLoadElimination" on SILFunction "@$s1M5largeyyF".
       for 'large()' (at /c/exercises/C.swift:2:1)
      """
    let files = Build.complaints(in: output, root: "/c").map(\.file)
    #expect(files == ["exercises/A.swift", "exercises/B.swift", "exercises/C.swift"])
  }

  @Test("Of a crash that names no file, the files are told that the compiler was at")
  func filesAtCrash() {
    let output = """
      Stack dump:
      0.\tProgram arguments: /bin/swift-frontend -frontend -c /c/Given.swift -primary-file /c/A.swift -primary-file "/c/B b.swift" -O
      1.\tSwift version 6.3.1
      """
    #expect(Build.complaints(in: output, root: "/c").isEmpty)
    #expect(Build.compiledAtCrash(in: output, root: "/c") == ["A.swift", "B b.swift"])
  }

  @Test(
    "A cell of a table holds anything",
    arguments: zip(["a", "a,b", "a\"b", "=1+1"], ["a", "\"a,b\"", "\"a\"\"b\"", "'=1+1"]))
  func cells(text: String, cell: String) { #expect(ReportFormat.cell(text) == cell) }
}

import Foundation

/// A solution's source, cut where answers begin and end.
///
///     // BEGIN SOLUTION 3.4
///     // STUB unfinished("3.4")
///     … the answer …
///     // END SOLUTION
///
/// The stub of an answer is `return unfinished("3.4")`, or what the lines after `// STUB` say.
struct MarkedSource {
  /// The exercises whose answers are marked, in order, each once.
  private(set) var exercises: [String] = []
  /// What students get: the source with stubs in place of the answers.
  private(set) var stub = ""
  /// The lines of all answers.
  private(set) var answers: [Substring] = []
  /// The answers, whole, as they stand in the source.
  private(set) var answerTexts: [String] = []

  /// - Throws: A ``CourseError`` where a mark is misspelled, missing or out of place: a stub that held an answer would be worse
  ///   than none.
  init(_ source: String, name: String) throws {
    var lines: [Substring] = []
    var open: (exercise: String, stub: [Substring], answer: [Substring])?
    for (index, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let text = line.trimmingCharacters(in: .whitespaces)
      func fail(_ what: String) -> CourseError { CourseError("\(name):\(index + 1): \(what)") }
      if let match = text.wholeMatch(of: /\/\/ BEGIN SOLUTION (\d\.\d)/) {
        guard open == nil else { throw fail("an answer begins within an answer") }
        open = (String(match.1), [], [])
      } else if text == "// END SOLUTION" {
        guard let answer = open else { throw fail("an answer ends that did not begin") }
        guard !answer.answer.isEmpty else { throw fail("an answer without a line") }
        let indentation = line.prefix { $0 == " " }
        let stub = answer.stub.isEmpty ? ["return unfinished(\"\(answer.exercise)\")"] : answer.stub
        lines += stub.map { indentation + $0 }
        if !exercises.contains(answer.exercise) { exercises.append(answer.exercise) }
        answers += answer.answer
        answerTexts.append(answer.answer.joined(separator: "\n"))
        open = nil
      } else if text.contains("BEGIN SOLUTION") || text.contains("END SOLUTION") {
        throw fail("this mark is neither // BEGIN SOLUTION and a number, nor // END SOLUTION")
      } else if open == nil {
        if text.hasPrefix("// STUB") { throw fail("a stub outside an answer") }
        lines.append(line)
      } else if text.hasPrefix("// STUB ") {
        guard open?.answer.isEmpty == true else { throw fail("a stub stands before the answer") }
        open?.stub.append(Substring(text.dropFirst("// STUB ".count)))
      } else {
        open?.answer.append(line)
      }
    }
    if let open { throw CourseError("\(name): the answer to \(open.exercise) does not end") }
    stub = lines.joined(separator: "\n")
  }
}

import Foundation

/// Another answer to an exercise, whole: what stands in the place of the lines between `BEGIN SOLUTION` and `END SOLUTION`, for
/// each such part of the file.
struct WholeAnswer: Sendable {
  private let parts: [String]

  /// The answer that follows the line `answer:` of a file, and where what stands before it ends; nil where there is no such line.
  init?(in text: String) {
    guard let mark = text.range(of: "\nanswer:\n") else { return nil }
    parts = text[mark.upperBound...].trimmingCharacters(in: .newlines).components(separatedBy: "\n----\n")
    head = mark.lowerBound
  }

  /// Where the head of the file ends.
  let head: String.Index

  /// What a file's head says: a name, a colon and a value on each line.
  static func fields(_ head: Substring, of path: String) throws -> [Substring: String] {
    var fields: [Substring: String] = [:]
    for line in head.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { throw CourseError("\(path): `\(line)` is not a name, a colon and a value") }
      fields[parts[0]] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    return fields
  }

  /// The solution with this answer in the place of its own.
  ///
  /// - Throws: A ``CourseError`` where the file has another number of parts.
  func source(insteadOf solution: String, name: String) throws -> String {
    var left = parts[...]
    var lines: [Substring] = []
    var isInside = false
    for line in solution.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.contains("// END SOLUTION") { isInside = false }
      if !isInside { lines.append(line) }
      guard line.contains("// BEGIN SOLUTION") else { continue }
      guard let part = left.popFirst() else { throw CourseError("\(name) has more parts of an answer than are given") }
      lines.append(Substring(part))
      isInside = true
    }
    guard left.isEmpty else { throw CourseError("\(name) has fewer parts of an answer than are given") }
    return lines.joined(separator: "\n")
  }
}

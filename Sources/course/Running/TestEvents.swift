import Foundation

/// What the testing library wrote of a run: a JSON object a line (its event stream, version 0).
struct TestEvents {
  /// A test function, by its identity in the stream.
  struct Function {
    let id: String
    let name: String
    let file: String
    let line: Int
    var hasStarted = false
    var hasEnded = false
    var wasSkipped = false
    var issues: [Issue] = []
  }

  /// Something that a test found wrong.
  struct Issue {
    /// The test's own words, or what the testing library says where there are none.
    let message: String
    let file: String
    let line: Int
  }

  /// The test functions of the run, in order.
  private(set) var functions: [Function] = []
  /// Whether the run came to its end.
  private(set) var hasEnded = false

  /// Reads the stream; a line cut off by the process's end, or one that is no event, is passed over.
  init(contentsOf file: URL) {
    guard let data = FileManager.default.contents(atPath: file.path) else { return }
    let decoder = JSONDecoder()
    var places: [String: Int] = [:]
    for line in data.split(separator: UInt8(ascii: "\n")) {
      guard let record = try? decoder.decode(Record.self, from: line) else { continue }
      let payload = record.payload
      switch (record.kind, payload.kind) {
      case ("test", "function"):
        guard let id = payload.id, places[id] == nil else { continue }
        places[id] = functions.count
        functions.append(
          Function(
            id: id, name: payload.displayName ?? payload.name ?? id, file: payload.sourceLocation?.path ?? "",
            line: payload.sourceLocation?.line ?? 0))
      case ("event", "runEnded"): hasEnded = true
      case ("event", let kind):
        guard let id = payload.testID, let place = places[id] else { continue }
        switch kind {
        case "testStarted": functions[place].hasStarted = true
        case "testEnded": functions[place].hasEnded = true
        case "testSkipped", "testCancelled", "testCaseCancelled": functions[place].wasSkipped = true
        case "issueRecorded" where payload.issue?.isKnown != true:
          functions[place].issues.append(
            Issue(
              message: Self.message(payload.messages ?? []),
              file: payload.issue?.sourceLocation?.path ?? functions[place].file,
              line: payload.issue?.sourceLocation?.line ?? functions[place].line))
        default: break
        }
      default: break
      }
    }
  }

  /// The comments of the test's author, without what the library says around them; else the library's words.
  private static func message(_ messages: [Record.Message]) -> String {
    // Among the details are the comments in the test's source, which say something else.
    let comments = messages.filter { $0.symbol == "details" && !$0.text.hasPrefix("//") }.map(\.text)
    if !comments.isEmpty { return comments.joined(separator: "\n") }
    guard let first = messages.first?.text else { return "failed" }
    // "Test … recorded an issue at File.swift:1:2: Expectation failed: …"
    guard let range = first.range(of: #"recorded an issue.*? at [^ ]+:\d+:\d+: "#, options: .regularExpression) else {
      return first
    }
    return String(first[range.upperBound...])
  }
}

/// A line of the stream; only what is used here.
private struct Record: Decodable {
  let kind: String
  let payload: Payload

  struct Payload: Decodable {
    let kind: String?
    let id: String?
    let name: String?
    let displayName: String?
    let testID: String?
    let sourceLocation: Location?
    let issue: Issue?
    let messages: [Message]?
  }

  struct Location: Decodable {
    let fileID: String?
    let filePath: String?
    let line: Int?

    enum CodingKeys: String, CodingKey {
      case fileID, line
      case filePath = "_filePath"
    }

    /// The file's path in the course.
    var path: String? {
      filePath?.range(of: "/Tests/", options: .backwards).map { "Tests/" + (filePath ?? "")[$0.upperBound...] }
        ?? fileID
    }
  }

  struct Issue: Decodable {
    let isKnown: Bool?
    let sourceLocation: Location?
  }

  struct Message: Decodable {
    let symbol: String
    let text: String
  }
}

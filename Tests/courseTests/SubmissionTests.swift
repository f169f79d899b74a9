import Foundation
import Syllabus
import Testing

@testable import course

@Suite("What is taken from a submission")
struct SubmissionTests {
  /// A submission in a folder that goes with it.
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "submission-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

    func write(_ data: Data, to path: String) throws {
      let file = url.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: file)
    }
  }

  private let path = "exercises/01-ForwardDiffusion/CumulativeProduct.swift"
  private let answer = "import Tensors\n\npublic func cumulativeProduct(_ factors: [Double]) -> [Double] { factors }\n"

  private func read(_ folder: Folder) throws -> (text: String?, refusal: String?) {
    let exercise = try #require(Course.exercise("1.3"))
    let submission = try Submission(folder: folder.url, stubs: [exercise: answer])
    return (submission.texts[exercise], submission.refused[exercise]?.findings.first?.message)
  }

  @Test("A file that the syllabus names")
  func named() throws {
    let folder = try Folder()
    try folder.write(answer, to: path)
    #expect(try read(folder).text == answer)
    #expect(try Submission(folder: folder.url, stubs: [:]).texts.isEmpty, "the public face is not that of the stub")
  }

  @Test("A missing file costs that file")
  func missing() throws {
    let folder = try Folder()
    try folder.write(answer, to: path)
    let submission = try Submission(folder: folder.url, stubs: [try #require(Course.exercise("1.3")): answer])
    #expect(submission.texts.count == 1)
    #expect(submission.refused.count == Course.exercises.count - 1)
  }

  @Test("Links are not followed: not a file's, not a folder's, not the root's", arguments: 0...2)
  func links(depth: Int) throws {
    let (folder, elsewhere) = (try Folder(), try Folder())
    try elsewhere.write(answer, to: path)
    let parts = path.split(separator: "/").map(String.init)
    let place = parts.prefix(depth + 1).joined(separator: "/")
    let link = folder.url.appending(path: place)
    try FileManager.default.createDirectory(at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: elsewhere.url.appending(path: place))
    if depth == 0 {
      #expect(throws: CourseError.self) { try read(folder) }
    } else {
      #expect(try read(folder).text == nil)
      #expect(try read(folder).refusal?.contains("symbolic link") == true)
    }
  }

  @Test("Nor is a link in a submission's place, with or without a slash after it", arguments: ["", "/"])
  func linkedSubmission(ending: String) throws {
    let (folder, elsewhere) = (try Folder(), try Folder())
    try elsewhere.write(answer, to: path)
    let link = folder.url.appending(path: "link")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: elsewhere.url)
    #expect(throws: CourseError.self) { try Submission(folder: URL(filePath: link.path + ending), stubs: [:]) }
  }

  @Test("A file in another encoding is read, and that is said")
  func encodings() throws {
    let folder = try Folder()
    let written = answer + "// ᾱ, naïve\n"
    func note() throws -> String? {
      let exercise = try #require(Course.exercise("1.3"))
      return try Submission(folder: folder.url, stubs: [exercise: answer]).notes[exercise]
    }
    try folder.write(written, to: path)
    #expect(try note() == nil)
    for encoding in [String.Encoding.utf16, .utf16BigEndian, .utf16LittleEndian] {
      var data = try #require(written.data(using: encoding))
      if encoding == .utf16BigEndian { data = Data([0xFE, 0xFF]) + data }
      if encoding == .utf16LittleEndian { data = Data([0xFF, 0xFE]) + data }
      try folder.write(data, to: path)
      #expect(try read(folder).text?.hasSuffix(written) == true)
      #expect(try note()?.contains("UTF-16") == true)
    }
    let latin = answer + "// naïve\n"
    try folder.write(try #require(latin.data(using: .isoLatin1)), to: path)
    #expect(try read(folder).text == latin)
    #expect(try note()?.contains("Latin-1") == true)
  }

  @Test("Ends of lines, tabs, marks, emoji and a missing end as editors write them")
  func editors() throws {
    let folder = try Folder()
    for text in [
      answer.replacing("\n", with: "\r\n"), "\u{FEFF}" + answer, answer.replacing("  ", with: "\t"),
      String(answer.dropLast()),
      answer + "// 🎉 done\n",
    ] {
      try folder.write(text, to: path)
      // Reading drops a byte order mark.
      #expect(try read(folder).text == text.replacing("\u{FEFF}", with: ""))
    }
  }

  @Test("What is no text is refused")
  func bytes() throws {
    let folder = try Folder()
    try folder.write(Data([0xFF, 0xFE, 0x00]), to: path)
    #expect(try read(folder).refusal == "not a text in UTF-8")
    try folder.write(Data(repeating: 0x20, count: SourceRules.longest + 1), to: path)
    #expect(try read(folder).refusal?.hasPrefix("longer than") == true)
  }

  @Test("A folder where a file should be")
  func folderForFile() throws {
    let folder = try Folder()
    try folder.write("", to: path + "/a")
    #expect(try read(folder).refusal == "not a file")
  }

  @Test("No such folder, or one without exercises, is an error of its own")
  func none() throws {
    let folder = try Folder()
    #expect(throws: CourseError.self) { try Submission(folder: folder.url, stubs: [:]) }
    #expect(throws: CourseError.self) { try Submission(folder: folder.url.appending(path: "x"), stubs: [:]) }
  }
}

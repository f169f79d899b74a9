import Foundation
import Testing

@testable import course

@Suite("What an answer printed, to be read")
struct PrintedTextTests {
  private func lines(_ data: Data) throws -> [String]? {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try data.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return PrintedText(contentsOf: file)?.lines
  }

  @Test func nothing() throws {
    #expect(try lines(Data()) == nil)
    #expect(PrintedText(contentsOf: URL(filePath: "/missing")) == nil)
  }

  @Test("A crash may cut the last line, and an empty line is a line")
  func aFewLines() throws {
    #expect(try lines(Data("0.5\n\nβ 1.0".utf8)) == ["0.5", "", "β 1.0"])
    #expect(try lines(Data("0.5\n".utf8)) == ["0.5"])
  }

  @Test("Of many lines both ends are kept: how it began, and where it came to", arguments: [24, 25, 1000])
  func manyLines(count: Int) throws {
    let found = try #require(try lines(Data((0..<count).map { "\($0)\n" }.joined().utf8)))
    let first = (0..<12).map(String.init)
    let last = ((count - 12)..<count).map(String.init)
    #expect(found == first + (count > 24 ? ["… \(count - 24) more lines …"] : []) + last)
  }

  @Test("Of megabytes only the ends are read")
  func muchText() throws {
    let found = try #require(try lines(Data((0..<200_000).map { "line \($0)\n" }.joined().utf8)))
    #expect(found.count == 25)
    #expect(found.first == "line 0")
    #expect(found[12].contains("KiB in all"))
    #expect(found[13] == "line 199988")
    #expect(found.last == "line 199999")
  }

  @Test("A long line is cut, a terminal is not steered, and bytes that are no text do no harm")
  func strangeLines() throws {
    #expect(try lines(Data(repeating: UInt8(ascii: "x"), count: 10_000)) == [String(repeating: "x", count: 200) + "…"])
    #expect(try lines(Data("a\u{1B}[2Jb\tc\u{202E}d".utf8)) == [#"a\u{1B}[2Jb"# + "\t" + #"c\u{202E}d"#])
    let family = String(repeating: "👨‍👩‍👧‍👦", count: 150)
    #expect(try lines(Data(family.utf8))?.first?.hasSuffix("…") == true, "what is cut is marked")
    #expect(try lines(Data([0x61, 0xFF, 0x0A, 0x62])) == ["a\u{FFFD}", "b"])
  }
}

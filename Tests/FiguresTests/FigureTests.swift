import Foundation
import Testing

@testable import Figures

@Suite("Figures of the book")
struct FigureTests {
  /// The folder of the figures' files.
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("chapters/figures")

  /// Those that are drawn from seeds alone, as text.
  private static let drawings = Figure.all.filter { !$0.needsMNIST && isFile("\($0.name).svg") }.map(\.name)

  private static func isFile(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
  }

  @Test("A name belongs to one figure")
  func names() {
    let names = Figure.all.map(\.name)
    #expect(Set(names).count == names.count, "a name occurs twice in \(names)")
  }

  @Test("Each figure was drawn", arguments: Figure.all.map(\.name))
  func files(name: String) {
    #expect(
      Self.isFile("\(name).svg") || Self.isFile("\(name).png"),
      "chapters/figures holds no \(name); `ddpm figures \(name)` draws it")
  }

  /// With a student's exercises a figure may be another: that is for the exercise's own tests to say.
  #if Solutions
    private static let isComputedWithSolutions = true
  #else
    private static let isComputedWithSolutions = false
  #endif

  /// Coordinates are rounded to a tenth of a pixel, which another machine's last bit can move.
  @Test("The files are what the program draws", .enabled(if: isComputedWithSolutions), arguments: drawings)
  func contents(name: String) throws {
    let figure = try #require(Figure.all.first { $0.name == name })
    guard case .vector(let drawn) = try figure.content(using: FigureModels()) else {
      Issue.record("\(name) is no drawing")
      return
    }
    let kept = try String(contentsOf: Self.folder.appendingPathComponent("\(name).svg"), encoding: .utf8)
    let advice = "\(name).svg is not what the program draws now: look at both, and run `ddpm figures \(name)`"
    #expect(Self.words(in: drawn) == Self.words(in: kept), "\(advice)")
    let (new, old) = (Self.numbers(in: drawn), Self.numbers(in: kept))
    #expect(new.count == old.count && zip(new, old).allSatisfy { abs($0 - $1) <= 0.2 }, "\(advice)")
  }

  private static func numbers(in text: String) -> [Double] {
    text.matches(of: /-?[0-9]+(\.[0-9]+)?/).compactMap { Double($0.output.0) }
  }

  private static func words(in text: String) -> String { text.replacing(/-?[0-9]+(\.[0-9]+)?/, with: "#") }
}

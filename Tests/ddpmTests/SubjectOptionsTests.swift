import Testing

@testable import ddpm

/// What to draw, in the words of the shipped models.
@Suite("Digits and scenes by name")
struct SubjectOptionsTests {
  private func parse(_ words: [String]) throws -> SubjectOptions { try SubjectOptions.parse(words) }

  @Test("The options become labels, and choose the model")
  func labels() throws {
    let digit = try parse(["--digit", "7"])
    #expect(digit.labels == "7" && digit.firstGiven == "--digit" && digit.shippedModel.name == "digits")
    #expect(try parse(["--digits", "2026"]).labels == "2,0,2,6")
    let scene = try parse(["--scene", "red sphere, cyan cube"])
    #expect(scene.labels == "red sphere, cyan cube" && scene.shippedModel.name == "scenes")
    let nothing = try parse([])
    #expect(nothing.labels == nil && nothing.firstGiven == nil && nothing.shippedModel.name == "digits")
  }

  @Test(arguments: [
    (["--digit", "x"], "--digit x: there are the digits 0 to 9"),
    (["--digit", "12"], "--digit 12: one digit from 0 to 9; more go with --digits"),
    (["--digits", "1a"], "--digits 1a: there are the digits 0 to 9"),
    (["--digits", ""], "--digits : there are the digits 0 to 9"),
    (
      ["--digit", "1", "--scene", "red cube"], "--digit, --digits and --scene: only one of them says what to draw"
    ),
  ])
  func impossible(words: [String], expected: String) {
    do {
      _ = try parse(words)
      Issue.record("\(words) were taken")
    } catch {
      #expect(SubjectOptions.message(for: error) == expected)
    }
  }
}

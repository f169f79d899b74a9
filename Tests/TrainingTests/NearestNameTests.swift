import Testing

@testable import Training

@Suite("The nearest name")
struct NearestNameTests {
  @Test(
    "One letter too few, too many, another, and another case",
    arguments: [
      ("red spher", "red sphere"), ("redd cube", "red cube"), ("rad cube", "red cube"), ("RED CUBE", "red cube"),
    ])
  func near(word: String, name: String) {
    #expect(nearestName(to: word, among: ["cyan cube", "red cube", "red sphere"]) == name)
  }

  @Test("A word that has half of its letters wrong means nothing", arguments: ["ball", "12", ""])
  func far(word: String) {
    #expect(nearestName(to: word, among: ["cube", "1", "sphere"]) == nil)
  }
}

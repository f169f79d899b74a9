import Testing

@testable import course

@Suite("Solutions become stubs")
struct MarkedSourceTests {
  @Test("The answer goes, what is around it stays")
  func stripped() throws {
    let marked = try MarkedSource(
      """
      /// Doubles.
      func double(_ x: Int) -> Int {
        // BEGIN SOLUTION 3.4
        // twice
        x * 2
        // END SOLUTION
      }

      """, name: "Double.swift")
    #expect(
      marked.stub == """
        /// Doubles.
        func double(_ x: Int) -> Int {
          return unfinished("3.4")
        }

        """)
    #expect(marked.exercises == ["3.4"])
    #expect(marked.answers == ["  // twice", "  x * 2"])
  }

  @Test("A stub may be said")
  func ownStub() throws {
    let marked = try MarkedSource(
      "{\n  // BEGIN SOLUTION 4.9\n  // STUB unfinished(\"4.9\")\n  x += 1\n  // END SOLUTION\n}", name: "A.swift")
    #expect(marked.stub == "{\n  unfinished(\"4.9\")\n}")
  }

  @Test(
    "A mark that is misspelled, missing or out of place is an error: it might let an answer through",
    arguments: [
      "// BEGIN SOLUTION\nx\n// END SOLUTION", "// BEGIN SOLUTION 3.4\nx", "x\n// END SOLUTION",
      "// BEGIN SOLUTION 3.4\n// BEGIN SOLUTION 3.4\nx\n// END SOLUTION", "// BEGIN SOLUTION 3.4\n// END SOLUTION",
      "// BEGIN SOLUTION 3.4\nx\n// END SOLUTION 3.4", "//BEGIN SOLUTION 3.4\nx\n//END SOLUTION", "// STUB x",
      "// BEGIN SOLUTION 3.4\nx\n// STUB y\n// END SOLUTION",
    ])
  func malformed(source: String) {
    #expect(throws: CourseError.self) { try MarkedSource(source, name: "A.swift") }
  }
}

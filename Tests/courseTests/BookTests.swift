import Foundation
import Testing

@testable import course

@Suite("The book")
struct BookTests {
  private static let page = """
    # Chapter 1: Forward diffusion

    An equation, see (1.2) and exercise 1.3, [here](02-schedules.md#x), and $`a\\,b`$.

    ```math
    x = y. \\tag{1.1}
    ```

    In code: [`noised(_:with:at:)`](../exercises/01/ClosedForm.swift), checked by `Exercise1_4`.

    ```math
    y = z. \\tag{1.2}
    ```

    <img src="figures/a.png" alt="a digit that fades into noise">

    <!-- from: exercises/01/ClosedForm.swift -->
    ```swift
      public func noised(_ x0: Tensor, with noise: Tensor, at timesteps: [Int]) -> Tensor {
    ```
    """

  @Test("A page is read for its code, equations, links, figures and numbers")
  func reading() throws {
    let page = BookPage(Self.page, path: "chapters/01.md")
    try #require(page.equations.count == 2)
    #expect(page.equations[0].number == "1.1" && page.equations[0].formula == "x = y.")
    #expect(
      page.equations[0].code
        == [BookPage.Code(name: "noised(_:with:at:)", path: "../exercises/01/ClosedForm.swift")])
    #expect(page.equations[0].suites == ["Exercise1_4"])
    #expect(page.equations[1].code.isEmpty && page.equations[1].suites.isEmpty)
    #expect(page.references.map(\.text) == ["1.2"])
    #expect(page.exercises.map(\.text) == ["1.3"])
    #expect(page.links.map(\.text).prefix(1) == ["02-schedules.md#x"])
    #expect(page.figures.map(\.path) == ["figures/a.png"])
    #expect(page.snippets.map(\.source) == ["exercises/01/ClosedForm.swift"])
    #expect(page.unreadable.isEmpty)
  }

  @Test(
    "Formulas that GitHub shows wrongly are found",
    arguments: ["$$", "$a\\,b$", "$\\{a\\}$", "It is $\\operatorname{Var} x$."])
  func unreadable(line: String) {
    #expect(BookPage(line, path: "a.md").unreadable.isEmpty == false)
  }

  @Test(
    "Formulas that GitHub shows are let pass", arguments: ["$\\bar\\alpha_t$", "$`a\\,b`$", "`$a\\,b$`", "5 $ or 6 $"])
  func readable(line: String) {
    #expect(BookPage(line, path: "a.md").unreadable == [])
  }

  // MARK: A course in a folder of its own

  /// What is wrong with a page in a course that has one file of code and one suite.
  private func problems(_ text: String) throws -> [String] {
    let root = FileManager.default.temporaryDirectory.appending(path: "book-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let folder = CourseFolder(root)
    try folder.write(text, to: "chapters/01.md")
    try folder.write("", to: "chapters/02-schedules.md")
    try folder.write("", to: "chapters/figures/a.png")
    try folder.write(
      """
      extension NoiseSchedule {
        public func noised(_ x0: Tensor, with noise: Tensor, at timesteps: [Int]) -> Tensor {
          return unfinished("1.4")
        }
      }
      """, to: "exercises/01/ClosedForm.swift")
    try folder.write(
      """
      // BEGIN SOLUTION 2.4
      \(Self.answer)
      // END SOLUTION
      """, to: "solutions/02-Schedules/PosteriorVariance.swift")
    try folder.write("struct Exercise1_4 {}", to: "Tests/PublicTests/A.swift")
    try folder.write(EquationIndex(BookCheck.pages(in: folder)).text, to: EquationIndex.path)
    return BookCheck(folder: folder).problems()
  }

  @Test("A page that agrees with the course has nothing wrong")
  func sound() throws { #expect(try problems(Self.page) == []) }

  @Test(
    "Each thing that no longer agrees is found, with its line",
    arguments: [
      ("noise: Tensor, at timesteps", "noise: Tensor, at steps", "do not stand in"),
      ("<!-- from: exercises/01/ClosedForm.swift -->", "", "says where this code stands"),
      ("<!-- from: exercises/", "<!-- from: solutions/", "is not for students"),
      ("[`noised(", "[`denoised(", "declares no denoised"),
      ("`Exercise1_4`.", "`Exercise1_5`.", "there is no suite Exercise1_5"),
      ("\\tag{1.2}", "\\tag{1.3}", "should have the number 1.2"),
      ("see (1.2)", "see (1.9)", "is neither an equation nor an exercise"),
      ("exercise 1.3", "exercise 1.9", "there is no exercise 1.9"),
      ("02-schedules.md", "02-schedule.md", "there is no chapters/02-schedule.md"),
      ("figures/a.png", "figures/b.png", "is not there"),
      ("a digit that fades into noise", "a digit", "no alternative text"),
    ])
  func broken(part: String, replacement: String, complaint: String) throws {
    let text = Self.page.replacing(part, with: replacement)
    try #require(text != Self.page)
    let found = try problems(text)
    #expect(found.contains { $0.contains(complaint) && $0.hasPrefix("chapters/01.md:") }, "\(found)")
  }

  private static let answer = "betas[t] * (1 - alphaBarBefore(t)) / (1 - alphaBars[t])"

  @Test(
    "A line of an answer is found, by itself and within a sentence",
    arguments: ["    \(answer)", "Write `\(answer)`, or `return` and this."])
  func answers(line: String) throws {
    let found = try problems("\(Self.page)\n\n\(line)")
    #expect(found.count == 1 && found[0].hasSuffix("holds a line of the answer to 2.4"), "\(found)")
  }

  @Test("A list of equations that is out of date is found")
  func index() throws {
    let (old, new) = (
      BookPage(Self.page, path: "a.md"), BookPage(Self.page.replacing("y = z", with: "y = w"), path: "a.md")
    )
    #expect(EquationIndex([old]).text != EquationIndex([new]).text)
    #expect(
      EquationIndex([old]).text.contains(
        "**1.1** [`noised(_:with:at:)`](../exercises/01/ClosedForm.swift); `Exercise1_4`"))
  }
}

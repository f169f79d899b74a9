import Syllabus
import Testing

@testable import course

@Suite("What a submission may use")
struct SourceRulesTests {
  private let stub = """
    import Tensors

    /// Adds.
    public func add(_ a: Double, _ b: Double) -> Double {
      return unfinished("1.3")
    }
    """

  private func check(_ source: String) throws {
    let exercise = try #require(Course.exercise("1.3"))
    try SourceRules(stub: stub, exercise: exercise).check(source)
  }

  private func violation(_ source: String) -> SourceRules.Violation? {
    do {
      try check(source)
      return nil
    } catch {
      return error as? SourceRules.Violation
    }
  }

  @Test(
    "Answers pass",
    arguments: [
      "a + b", "let sum = a + b // CommandLine in a comment\n  return sum", "a / b / 2", "[a, b].reduce(0) { $0 + $1 }",
      "let text = \"unsafe @_cdecl \\(a) import\"\n  return a", "/* a /* nested */ comment */ a", "(a + b) / (a - b)",
      "let s = #\"raw \" text\"#\n return a", "let s = \"\"\"\n  \"quoted\" text\n  \"\"\"\n  return a", "x[0] / x[1]",
      "let f = { (x: Double) -> Double in x }\n  return f(a)", "x.max()! / a", "x.max()!/a", "a ?? b / 2", "a\n    / b",
      "let ᾱ₀ = a\n  return ᾱ₀/b", "let `in` = a\n  return `in` / b", "a / /* the sum */ b", "x[0]?.y != nil ? a : b",
      "[a, b].reduce(1, /)", "[a, b].reduce(1, (/))\n  return a / b",
      "let open = a\n  return f(open: open, macro: 1, package: 2)",
      "let _a = a\n  return _a", "print(#line, #function)\n  return a", "a.permutation(of: 3)",
      "if let a, let b: Double = c { return a }\n  return b", "open ? a : b",
    ])
  func answers(body: String) throws {
    try check("import Tensors\n\npublic func add(_ a: Double, _ b: Double) -> Double {\n  \(body)\n}")
  }

  @Test(
    "What reaches around the language does not",
    arguments: [
      "import Foundation", "import Glibc", "import struct Foundation.URL", "@testable import Tensors",
      "@_exported import Tensors", "import Testing", "import TestSupport", "import Schedules", "import\nGlibc",
      "import Tensors; import Glibc", "@_silgen_name(\"exit\") func leave(_ code: Int32)",
      "@_cdecl(\"main\") func f() {}",
      "@_extern(c) func abort()", "let a = CommandLine.arguments", "let a = `CommandLine`.arguments",
      "let b = unsafeBitCast(1, to: Double.self)", "func f() { withUnsafePointer(to: 1) { _ in } }",
      "let p: UnsafeMutablePointer<Int>? = nil", "let o: OpaquePointer? = nil", "#sourceLocation(file: \"a\", line: 1)",
      "#if DEBUG\n#endif", "let s = \"\\(CommandLine.arguments)\"", "let s = #\"\\#(CommandLine.arguments)\"#",
      "let s = \"\"\"\n\\(CommandLine.arguments)\n\"\"\"", "let x = _getUnsafePointer()", "let x = _memory",
      "infix operator ~~", "macro m() = x", "open class C {}",
      "let r = /\"/; let a = CommandLine.arguments; let s = /\"/",
      "let r = #/\"/#", "let u = \"unended", "/* unended", "let a = 1 /* // */ ; import Glibc", "let c = \u{0}1",
      "// a comment\rimport Glibc", "import\u{A0}Glibc", "let a = b\u{200B}CommandLine", "let a = 1 × CommandLine",
      "let q = #\"\"\"#\nlet a = CommandLine.arguments\nlet r = #\"\"\"#",
      "let q = !/\"/; let a = CommandLine.arguments; let r = !/\"/",
      "  _ = b\n  /\"/; let a = CommandLine.arguments; _ = /\"/", "let a = `b)\"; CommandLine; \"`",
      "  _ = b\n  /* *//\"/; let a = CommandLine.arguments; _ = /\"/",
      "let p = a.withContiguousMutableStorageIfAvailable { $0.baseAddress![9] }", "a.span[unchecked: 9]",
      "final class C: @unchecked Sendable { var x: Any = 1 }", "try Checkpoint().write(to: here())",
    ])
  func trespasses(line: String) {
    #expect(violation("import Tensors\n\(line)\n") != nil, "this must be refused: \(line)")
  }

  @Test(
    "Nothing is added to the public face",
    arguments: [
      "public func expectClose(_ a: Double, _ b: Double) {}", "public func == (a: Double, b: Double) -> Bool { true }",
      "extension Double: Error {}", "package func f() {}", "public extension Double { var x: Int { 1 } }",
      "public func add(_ a: Float, _ b: Float) -> Float { a }",
      "extension Outer.\n`struct`: Error {}",
      "public func add(_ a: Double, _ b: Double) -> Double { a }\nextension Outer {\n  "
        + "public func add(_ a: Double, _ b: Double) -> Double { b }\n}",
    ])
  func face(line: String) {
    #expect(violation("import Tensors\n\(line)\n") != nil, "tests could take this for their own: \(line)")
  }

  @Test(
    "Nor is what compiles and harms nobody",
    arguments: [
      "@inline(__always) private func f() {}", "import Tensors;", "import Tensors; import Learning",
      "private let _cache = [1]\nprivate func g() { print(_cache) }",
      "private struct _Key { var _id = 1\n  func f() -> Int { self._id + _id } }",
      "fileprivate extension Array where Element: Comparable { var span: Int { count } }",
      "private extension Array where Element == Double { var total: Double { reduce(0, +) } }",
      "private struct Key { let id: Int }\nextension Key: Comparable {\n  static func < (a: Key, b: Key) -> Bool { a.id < b.id }\n}",
      "extension Key: Hashable {}\nstruct Key {}", "func f(open door: Bool, of: Int, of count: Int) {}",
    ])
  func welcome(line: String) throws {
    try check("import Tensors\n\(line)\n" + stub.replacing("import Tensors\n", with: ""))
  }

  @Test(
    "What those would open stays shut",
    arguments: [
      "let x = [8 of Int](repeating: 0)", "let x: [n of Int]", "let x: InlineArray<8, Int>", "struct S<let n: Int> {}",
      "func f<T, let n: Int>(_ t: T) {}", "func f<T, let n: Int, U>(_ t: T) {}", "let n: [ (3) of Int ]",
      "extension Array { func f() { _buffer } }\nlet _buffer = 1", "let _buffer = 1\nlet b = [1]._buffer",
      "struct S { struct Tensor {} }\nextension Tensor: Error {}", "extension Tensor: Error where Int: Error {}",
      "@inline(_never) func f() {}", "let x = __always", "open func f() {}", "open override func f() {}",
      "open\nclass C {}", "package @MainActor func f() {}", "let q = (/a)/", "f(/, 1, /)/ 2",
    ])
  func shut(line: String) {
    #expect(violation("import Tensors\n\(line)\n") != nil, "this must be refused: \(line)")
  }

  @Test("Helpers are welcome, and what the stub has may stay")
  func helpers() throws {
    try check(
      stub + "\n\nprivate func helper() -> Int { 1 }\n\nextension Double {\n  var half: Double { self / 2 }\n}\n")
    try check("func early() {}\n" + stub.replacing("return unfinished(\"1.3\")", with: "a + b"))
  }

  @Test("What comes after a default value must stay too")
  func defaults() throws {
    let exercise = try #require(Course.exercise("1.3"))
    let rules = SourceRules(stub: "public func f(_ a: Int = 1, b: Int = 2) -> Int {\n}", exercise: exercise)
    try rules.check("public func f(_ a: Int = 1, b: Int = 2) -> Int {\n  a / b\n}")
    #expect(throws: SourceRules.Violation.self, "the result is of another type") {
      try rules.check("public func f(_ a: Int = 1, b: Int = 2) -> some Equatable {\n  a\n}")
    }
  }

  @Test("What is to be written by hand is not called")
  func engine() throws {
    let exercise = try #require(Course.exercise("3.4"))
    let rules = SourceRules(stub: "public func groupNormalized(_ x: Tensor) -> Tensor {}", exercise: exercise)
    try rules.check("public func groupNormalized(_ x: Tensor) -> Tensor { x - x.mean() }")
    for call in [
      "x.groupNormalized(groups: 1)", "GroupNorm(groups: 1, channels: 1)(x)",
      "GroupNorm.init(groups: 1, channels: 1)(x)",
      "let f = Tensor.groupNormalized", "let norm: GroupNorm = .init(groups: 1, channels: 1)",
    ] {
      #expect(throws: SourceRules.Violation.self) {
        try rules.check("public func groupNormalized(_ x: Tensor) -> Tensor { \(call) }")
      }
    }
  }

  @Test("A byte order mark hides nothing")
  func byteOrderMark() throws {
    try check("\u{FEFF}" + stub)
    #expect(violation("\u{FEFF}import Glibc\n") != nil)
    #expect(violation("\u{FEFF}\u{FEFF}import Glibc\n") != nil)
  }

  @Test("The line is told")
  func line() {
    #expect(violation("import Tensors\n\n/* two\nlines */\nlet a = CommandLine.arguments\n")?.line == 5)
  }

  @Test("A submission imports the chapters before its own, and none after")
  func chapters() throws {
    let early = try #require(Course.exercise("1.1"))
    #expect(
      SourceRules(stub: "", exercise: early).modules == ["Swift", "Tensors", "Learning", "RealModule", "Convolution"])
  }
}

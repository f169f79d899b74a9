import Foundation

/// A page of the book, read for what must agree with the rest of the course.
struct BookPage {
  /// A fenced block of code.
  struct Snippet: Equatable {
    let line: Int
    let language: String
    /// The file that the line `<!-- from: FILE -->` before it names.
    let source: String?
    let code: [String]
  }

  /// A numbered equation.
  struct Equation: Equatable {
    let line: Int
    /// Such as 4.7.
    let number: String
    /// Its TeX, without the number.
    let formula: String
    /// What computes it; empty for a step of a derivation.
    var code: [Code] = []
    /// The suites that check that.
    var suites: [String] = []
  }

  /// A function and its file, from the page's folder.
  struct Code: Equatable {
    let name: String
    let path: String
  }

  /// A piece of text and the line that it stands in.
  struct Found: Equatable {
    let line: Int
    let text: String
  }

  /// A picture and what is said of it to those who do not see it.
  struct Figure: Equatable {
    let line: Int
    let path: String
    let alternative: String
  }

  /// Its path in the course.
  let path: String
  private(set) var snippets: [Snippet] = []
  private(set) var equations: [Equation] = []
  private(set) var links: [Found] = []
  private(set) var figures: [Figure] = []
  /// Numbers in parentheses, such as (4.7): equations, or exercises.
  private(set) var references: [Found] = []
  /// The numbers of exercises that are called so.
  private(set) var exercises: [Found] = []
  /// Formulas that GitHub would not show as they are meant.
  private(set) var unreadable: [Found] = []
  /// All lines.
  let lines: [String]

  init(_ text: String, path: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var fence: (line: Int, language: String, source: String?)?
    var source: String?
    // What may follow an equation.
    var isAfterEquation = false
    for (index, line) in lines.enumerated() {
      let number = index + 1
      if let open = fence {
        guard line.hasPrefix("```") else { continue }
        read(Array(lines[open.line..<index]), open)
        isAfterEquation = open.language == "math" && equations.last.map { $0.line > open.line } == true
        fence = nil
      } else if line.hasPrefix("```") {
        fence = (number, String(line.dropFirst(3)), source)
        (source, isAfterEquation) = (nil, false)
      } else if line.isEmpty {
        continue
      } else if let match = line.wholeMatch(of: /<!-- from: (\S+) -->/) {
        source = String(match.1)
      } else {
        if isAfterEquation, line.hasPrefix("In code: ") { readCode(line) }
        source = nil
        isAfterEquation = false
        readText(line, number)
      }
    }
  }

  private mutating func read(_ block: [String], _ open: (line: Int, language: String, source: String?)) {
    guard open.language == "math" else {
      snippets.append(Snippet(line: open.line, language: open.language, source: open.source, code: block))
      return
    }
    for (offset, line) in block.enumerated() {
      guard let match = line.firstMatch(of: /\s*\\tag\{(\d+\.\d+)\}/) else { continue }
      let formula = block.map { $0.replacing(/\s*\\tag\{\d+\.\d+\}/, with: "") }.joined(separator: "\n")
      equations.append(Equation(line: open.line + offset + 1, number: String(match.1), formula: formula))
    }
    for (offset, line) in block.enumerated() where line.contains("\\operatorname") {
      unreadable.append(Found(line: open.line + offset + 1, text: "\\operatorname"))
    }
  }

  /// `In code: [`name`](file), checked by `Suite`.`, with " and " between several.
  private mutating func readCode(_ line: String) {
    let parts = line.split(separator: ", checked by ", maxSplits: 1)
    equations[equations.count - 1].code = parts[0].matches(of: /\[`([^`]+)`\]\(([^)]+)\)/).map {
      Code(name: String($0.1), path: String($0.2))
    }
    equations[equations.count - 1].suites = parts.dropFirst().flatMap {
      $0.matches(of: /`([^`]+)`/).map { String($0.1) }
    }
  }

  private mutating func readText(_ line: String, _ number: Int) {
    func found<Output>(_ matches: [Regex<Output>.Match], _ text: (Regex<Output>.Match) -> Substring) -> [Found] {
      matches.map { Found(line: number, text: String(text($0))) }
    }
    links += found(line.matches(of: /\]\(([^)\s]+)\)/)) { $0.1 }
    references += found(line.matches(of: /\((\d\.\d{1,2})\)/)) { $0.1 }
    exercises += found(line.matches(of: /[Ee]xercises? (\d\.\d{1,2})/)) { $0.1 }
    figures += line.matches(of: /<img src="([^"]+)"[^>]*?alt="([^"]*)"/).map {
      Figure(line: number, path: String($0.1), alternative: String($0.2))
    }
    if line.hasPrefix("$$") { unreadable.append(Found(line: number, text: "$$")) }
    // Markdown takes away a backslash before punctuation, unless backticks stand within the dollars.
    let outsideCode = line.replacing(/\$`[^`]*`\$/, with: "").replacing(/`[^`]*`/, with: "")
    unreadable += found(outsideCode.matches(of: /\$[^$]*\\[^A-Za-z\s$][^$]*\$/)) { $0.0 }
    unreadable += found(outsideCode.matches(of: /\\operatorname/)) { $0.0 }
  }
}

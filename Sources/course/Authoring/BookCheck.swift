import Foundation
import Syllabus

/// What must hold between the pages of the book and the rest of the course: quoted code, equations, links, figures and numbers of
/// exercises.
struct BookCheck {
  let folder: CourseFolder

  /// The pages that people write. The others are written by programs.
  static func pages(in folder: CourseFolder) -> [BookPage] {
    let generated: Set = ["commands.md", EquationIndex.name]
    return folder.entries(of: "chapters").filter { $0.hasSuffix(".md") && !generated.contains($0) }.compactMap { name in
      (try? folder.text("chapters/\(name)")).map { BookPage($0, path: "chapters/\(name)") }
    }
  }

  /// All that is wrong, a sentence each; empty where all is well.
  func problems() -> [String] {
    let pages = Self.pages(in: folder)
    let numbers = Set(pages.flatMap { $0.equations.map(\.number) })
    let suites = suiteNames()
    var problems: [String] = []
    for page in pages {
      problems += snippets(page) + answers(page)
      problems += equations(page, suites) + self.numbers(page, numbers)
      problems += links(page) + figures(page)
      problems += page.unreadable.map { found in
        "\(page.path):\(found.line): GitHub does not show \(found.text) as it is meant"
      }
    }
    let index = EquationIndex(pages).text
    if (try? folder.text(EquationIndex.path)) != index {
      problems.append("\(EquationIndex.path) is not what follows from the chapters: run `course sync`")
    }
    return problems
  }

  // MARK: Code

  /// Quoted code stands in its file, line by line.
  private func snippets(_ page: BookPage) -> [String] {
    page.snippets.filter { $0.language == "swift" || $0.source != nil }.compactMap { snippet in
      let place = "\(page.path):\(snippet.line)"
      guard let source = snippet.source else {
        return "\(place): no line <!-- from: FILE --> says where this code stands"
      }
      if source.hasPrefix("solutions/") { return "\(place): \(source) is not for students" }
      guard let text = try? folder.text(source) else { return "\(place): there is no \(source)" }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let starts = lines.indices.filter { lines[$0...].starts(with: snippet.code) }
      return starts.isEmpty ? "\(place): these lines do not stand in \(source)" : nil
    }
  }

  /// No page holds a line of an answer, by itself or as code within a sentence.
  private func answers(_ page: BookPage) -> [String] {
    let pieces = page.lines.enumerated().flatMap { number, line in
      let parts = line.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
      let code = parts.indices.filter { $0 % 2 == 1 }.map { parts[$0] }
      return ([line] + code).map { (offset: number, element: SourceLine.bare($0)) }
    }
    let lines = Dictionary(grouping: pieces, by: \.element)
    return Course.exercises.flatMap { exercise -> [String] in
      let path = Course.path(of: exercise, in: "solutions")
      guard let text = try? folder.text(path), let marked = try? MarkedSource(text, name: path) else { return [] }
      return marked.answers.map(String.init).filter(SourceLine.isTelling).flatMap { answer in
        (lines[SourceLine.bare(answer)] ?? []).map {
          "\(page.path):\($0.offset + 1) holds a line of the answer to \(exercise.id)"
        }
      }
    }
  }

  // MARK: Equations

  private func equations(_ page: BookPage, _ suites: Set<String>) -> [String] {
    var problems: [String] = []
    for (place, equation) in page.equations.enumerated() {
      let line = "\(page.path):\(equation.line): equation \(equation.number)"
      let chapter = equation.number.prefix { $0 != "." }
      let expected = "\(chapter).\(place + 1)"
      if equation.number != expected { problems.append("\(line) should have the number \(expected)") }
      for code in equation.code {
        let path = relative(code.path)
        guard let text = try? folder.text(path) else {
          problems.append("\(line): there is no \(path)")
          continue
        }
        if !Self.declares(text, code.name) { problems.append("\(line): \(path) declares no \(code.name)") }
      }
      if equation.code.isEmpty != equation.suites.isEmpty {
        problems.append("\(line) names \(equation.code.isEmpty ? "no function" : "no suite")")
      }
      for suite in equation.suites where !suites.contains(suite) {
        problems.append("\(line): there is no suite \(suite)")
      }
    }
    return problems
  }

  /// Whether a source declares a function, type or property of that name, such as `noised(_:with:at:)`.
  private static func declares(_ source: String, _ name: String) -> Bool {
    let base = name.prefix { $0 != "(" }
    let kinds =
      ["func ", "var ", "let ", "struct ", "class ", "enum ", "case "] + (base == "init" ? [""] : [])
    return kinds.contains { kind in
      source.ranges(of: kind + base).contains { range in
        let after = source[range.upperBound...].first
        return after.map { !$0.isLetter && !$0.isNumber } ?? true
      }
    }
  }

  /// The names of all types in the tests.
  private func suiteNames() -> Set<String> {
    let files = FileManager.default.enumerator(at: folder.url("Tests"), includingPropertiesForKeys: nil)
    var names: Set<String> = []
    for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
      let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
      names.formUnion(text.matches(of: /\bstruct (\w+)/).map { String($0.1) })
    }
    return names
  }

  // MARK: Links, figures, numbers

  private func links(_ page: BookPage) -> [String] {
    page.links.compactMap { link in
      let target = link.text.prefix { $0 != "#" }
      guard !target.isEmpty, !target.contains("://"), !folder.exists(relative(String(target))) else { return nil }
      return "\(page.path):\(link.line): there is no \(relative(String(target)))"
    }
  }

  private func figures(_ page: BookPage) -> [String] {
    page.figures.flatMap { figure -> [String] in
      let place = "\(page.path):\(figure.line): \(figure.path)"
      return (folder.exists(relative(figure.path)) ? [] : ["\(place) is not there"])
        + (figure.alternative.count < 20 ? ["\(place) has no alternative text that says what is to be seen"] : [])
    }
  }

  private func numbers(_ page: BookPage, _ equations: Set<String>) -> [String] {
    page.references.filter { !equations.contains($0.text) && Course.exercise($0.text) == nil }.map {
      "\(page.path):\($0.line): (\($0.text)) is neither an equation nor an exercise"
    }
      + page.exercises.filter { Course.exercise($0.text) == nil }.map {
        "\(page.path):\($0.line): there is no exercise \($0.text)"
      }
  }

  /// A path from `chapters/` as one from the course's folder.
  private func relative(_ path: String) -> String {
    var parts = ["chapters"]
    for part in path.split(separator: "/") {
      switch part {
      case ".": break
      case "..": _ = parts.popLast()
      default: parts.append(String(part))
      }
    }
    return parts.joined(separator: "/")
  }
}

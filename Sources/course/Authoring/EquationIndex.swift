/// The list of all numbered equations, with what computes and what checks them.
struct EquationIndex {
  static let name = "equations.md"
  static let path = "chapters/\(name)"

  let text: String

  init(_ pages: [BookPage]) {
    var lines = [
      "# Equations", "",
      "All numbered equations, with the function that computes each and the suite that checks it. Where none is named, the equation is",
      "a step of a derivation. Written by `course sync` from the chapters.",
    ]
    for page in pages where !page.equations.isEmpty {
      let title = page.lines.first?.drop { $0 == "#" || $0 == " " } ?? ""
      lines += ["", "## [\(title)](\(page.path.split(separator: "/").last ?? ""))"]
      for equation in page.equations {
        let code = equation.code.map { "[`\($0.name)`](\($0.path))" }
        let suites = equation.suites.map { "`\($0)`" }
        let names = ([code, suites].filter { !$0.isEmpty }.map { $0.joined(separator: ", ") }).joined(separator: "; ")
        lines += [
          "", "**\(equation.number)**\(names.isEmpty ? "" : " \(names)")", "", "```math", equation.formula, "```",
        ]
      }
    }
    text = lines.joined(separator: "\n") + "\n"
  }
}

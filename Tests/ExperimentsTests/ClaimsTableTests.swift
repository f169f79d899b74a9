import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite("The table of claims")
struct ClaimsTableTests {
  private func kept(_ scale: ExperimentScale, _ numbers: [String: [String: Double]]) -> KeptResults {
    KeptResults(
      experiment: "cs771", scale: scale,
      cells: numbers.mapValues { .init(numbers: $0, steps: 3, seconds: 60, data: .synthetic) })
  }

  /// The row of report 003's claim that pixels attend to the label.
  private func row(_ results: [KeptResults]) -> String? {
    ClaimsTable(results).markdown.split(separator: "\n").map(String.init).first { $0.contains("attend to the label") }
  }

  private let queries = ["query": 0.0, "value": 0.0123, "parameters without gradient": 241_408]

  @Test("A claim is judged by the numbers of the largest scale that has them all")
  func scales() throws {
    let small = kept(.small, ["queries": queries])
    #expect(
      row([small])?.hasPrefix(
        "| 003, 3.2 | The pixels attend to the label by cross-attention | largest gradient of W_q 0, of W_v 0.0123; 241408 "
          + "parameters learn nothing | `small` | no | The label is one token") == true, "\(row([small]) ?? "no row")")
    let learned = ["query": 0.5, "value": 0.5, "parameters without gradient": 0]
    #expect(row([small, kept(.full, ["queries": learned])])?.contains("| `full` | yes |") == true)
    #expect(row([small, kept(.full, ["queries": ["query": 0.5]])])?.contains("| `small` | no |") == true)
    #expect(row([])?.contains("| not measured yet | | |") == true)
  }

  @Test("It names the commands, the data and the time")
  func commands() {
    let cells = ["a": KeptResults.Kept(numbers: [:], steps: 1, seconds: 90, data: .mnist)]
    let results = KeptResults(experiment: "cvpdl", scale: .medium, cells: cells)
    #expect(
      ClaimsTable([results]).markdown.hasSuffix(
        "- `ddpm experiment cvpdl --scale medium --data-path FOLDER`: 1 cell on mnist, 2 min\n"))
  }

  @Test("Each claim is about an experiment that there is, in a row of its own that does not break the table")
  func rows() {
    let names = Set(Experiment.all.map(\.name))
    for claim in Claim.all {
      #expect(names.contains(claim.experiment))
      #expect(![claim.place, claim.text, claim.reason].contains { $0.contains("|") || $0.contains("\n") })
    }
    #expect(Set(Claim.all.map { $0.place + $0.text }).count == Claim.all.count)
    #expect(Set(Claim.all.map(\.experiment)) == names, "an experiment that decides nothing")
  }

  @Test("It takes its place between two lines of a file, and leaves the rest")
  func replacing() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("README.md")
    let table = ClaimsTable([])
    try Data("before\n\(ClaimsTable.begin)\nold\n\(ClaimsTable.end)\nafter\n".utf8).write(to: file)
    try table.write(to: file)
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text == "before\n\(ClaimsTable.begin)\n\n\(table.markdown)\n\(ClaimsTable.end)\nafter\n")
    #expect(table.replaced(in: text) == text, "a second time it changes nothing")
    for other in ["", "\(ClaimsTable.end)\n\(ClaimsTable.begin)"] {
      try Data(other.utf8).write(to: file)
      #expect(
        errorMessage { try table.write(to: file) }
          == "\(file.path): there are no two lines between which the table could stand")
      #expect(try String(contentsOf: file, encoding: .utf8) == other)
    }
  }

  // MARK: What is kept in the tree

  private let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test("The table in Sources/Reports/README.md is that of the kept results")
  func readme() throws {
    let text = try String(contentsOf: package.appendingPathComponent("Sources/Reports/README.md"), encoding: .utf8)
    let table = ClaimsTable(try KeptResults.all(package: package))
    #expect(table.replaced(in: text) == text, "`ddpm experiment --claims` has not been run since the results changed")
  }

  @Test("What is kept belongs to cells that there are, with as many steps")
  func kept() throws {
    for results in try KeptResults.all(package: package) {
      let cells = try Experiment.named(results.experiment).cells(results.scale)
      for (name, kept) in results.cells {
        let cell = cells.first { $0.name == name }
        #expect(cell?.steps == kept.steps, "\(results.experiment) \(results.scale) \(name): run it again, and --keep")
        #expect(cell?.dataSource == kept.data)
      }
    }
  }

  @Test("Kept results come back, and what is none is named")
  func keeping() throws {
    let folder = try TemporaryFolder()
    let results = kept(.small, ["queries": queries])
    #expect(
      errorMessage { try results.write(package: folder.url) }
        == "--keep: there is no Sources/Experiments/Results here; run it in the folder of the package")
    try FileManager.default.createDirectory(
      at: folder.file("Sources/Experiments/Results"), withIntermediateDirectories: true)
    let file = try results.write(package: folder.url)
    #expect(try KeptResults.all(package: folder.url) == [results])
    try Data("{".utf8).write(to: file)
    #expect(
      errorMessage { try KeptResults.all(package: folder.url) } == "\(file.path): these are no kept results of cs771")
  }

  @Test("Cells that are kept stay beside new ones, unless the experiment has changed them")
  func completing() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent(KeptResults.folder), withIntermediateDirectories: true)
    let names = try Experiment.named("cs771").cells(.small).map { ($0.name, $0.steps) }
    let (first, second) = (try #require(names.first), try #require(names.last))
    func kept(_ cells: [String: (number: Double, steps: Int)]) -> KeptResults {
      KeptResults(
        experiment: "cs771", scale: .small,
        cells: cells.mapValues { .init(numbers: ["n": $0.number], steps: $0.steps, seconds: 1, data: nil) })
    }
    _ = try kept([first.0: (1, first.1), second.0: (2, second.1 + 1), "gone": (3, 0)]).write(package: folder.url)
    _ = try kept([second.0: (4, second.1)]).write(package: folder.url)
    #expect(
      try KeptResults.all(package: folder.url) == [kept([first.0: (1, first.1), second.0: (4, second.1)])],
      "a cell whose training has another length, or that there is no more, must not stay")
  }

  @Test("What is kept has six digits, and whole numbers all of theirs")
  func rounding() throws {
    let folder = try TemporaryFolder()
    let run = ExperimentRun(try Experiment.named("cifar-cats"), at: .small, in: folder.path)
    let cell = try run.experiment.cell("parameters", at: .small)
    let place = run.folder(of: cell.name)
    try FileManager.default.createDirectory(at: place.url, withIntermediateDirectories: true)
    let result = CellResult(
      cell, scale: .small, numbers: ["whole": 23_332_739, "part": 1.23456789, "none": .nan], seconds: 1.6)
    try result.writeJSON(to: place.result)
    let kept = KeptResults(run.experiment, try Findings(run)).cells["parameters"]
    #expect(kept == .init(numbers: ["whole": 23_332_739, "part": 1.23457], steps: 0, seconds: 2, data: nil))
  }

  @Test("Numbers have three digits")
  func numbers() {
    #expect(
      [0.0135614, 86.2829, 117.06, 0, -0.5, 23_332_739, 1e-9, 9.999].map(shortNumber)
        == ["0.0136", "86.3", "117", "0", "-0.500", "23332739", "1.00e-09", "10.00"])
  }
}

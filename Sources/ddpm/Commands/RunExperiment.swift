import ArgumentParser
import Experiments
import Foundation
import Training

extension ExperimentScale: ExpressibleByArgument {}

/// Runs what the reports did again, and collects what came of it.
struct RunExperiment: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment", abstract: "Run the reports' experiments again, or collect their results.",
    discussion: """
      An experiment is a list of cells, each a training, a drawing or a computation with a folder of its own. Finished cells are \
      skipped, Ctrl-C saves and stops, and running again resumes. Several processes may share the cells. Without a name it lists \
      the experiments.
      """)

  @Argument(help: "The experiment.")
  var name: String?

  @Option(help: "How large: about an hour for all five, a night, or the reports' own sizes.")
  var scale = ExperimentScale.small

  @Option(help: ArgumentHelp("Run only this cell, and replace what is unusable in its folder.", valueName: "cell"))
  var only: String?

  @Option(help: ArgumentHelp("The folder of all experiments.", valueName: "folder"))
  var out = "runs/experiments"

  @Option(help: ArgumentHelp("The folder that holds MNIST, CIFAR-10 or i-CLEVR.", valueName: "folder"))
  var dataPath: String?

  @Flag(help: "List the cells and how far they are.")
  var list = false

  @Flag(help: "Collect what there is into report.md, report.csv, charts and pictures.")
  var report = false

  @Flag(help: "With --report: keep the numbers in the sources, from which --claims takes them.")
  var keep = false

  @Flag(help: "Write the table of all claims into Sources/Reports/README.md anew.")
  var claims = false

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if out == "" { throw ValidationError("--out: the name of the folder is empty") }
    if keep, !report { throw ValidationError("--keep goes with --report") }
    let modes = [("--only", only != nil), ("--list", list), ("--report", report), ("--claims", claims)].filter(\.1)
    if modes.count > 1 { throw ValidationError("\(modes[0].0) and \(modes[1].0): only one of them at a time") }
    if claims, let name { throw ValidationError("--claims is about all experiments; leave out \(name)") }
    if name == nil, let mode = modes.first, !list, !claims {
      throw ValidationError("\(mode.0) needs the name of an experiment")
    }
    if let name {
      let experiment = try Experiment.named(name)
      if let only { _ = try experiment.cell(only, at: scale) }
    }
  }

  func run() throws {
    if claims { return try writeClaims() }
    guard let name else { return try StandardStreams.writeResult(try overview) }
    let experiment = try Experiment.named(name)
    var run = ExperimentRun(experiment, at: scale, in: out)
    if list { return try StandardStreams.writeResult(try self.cells(of: run)) }
    if report { return try collect(run) }
    engine.apply()
    run.dataPath = dataPath
    run.shouldStop = { Interruption.isRequested }
    var progress = CellProgress()
    run.onEvent = { progress.show($0) }
    Interruption.listen()
    defer { Interruption.stopListening() }
    if let only { try run.run(only: only) } else { try run.run() }
  }

  private func collect(_ run: ExperimentRun) throws {
    let findings = try Findings(run)
    for file in try run.writeReport(findings) { print(run.folder.appendingPathComponent(file).relativePath) }
    for (cell, reason) in findings.missing {
      Terminal.standardError.write(line: "\(cell.name): not done" + (reason.map { " (\($0))" } ?? ""))
    }
    if keep { print(try KeptResults(run.experiment, findings).write().relativePath) }
  }

  private func writeClaims() throws {
    let readme = URL(fileURLWithPath: "Sources/Reports/README.md")
    try ClaimsTable(try KeptResults.all()).write(to: readme)
    print(readme.relativePath)
  }

  /// Every experiment with its question and its cells' costs at the scale.
  var overview: String {
    get throws {
      try Experiment.all.map { experiment in
        let cells = try experiment.cells(scale)
        let lines = cells.map { cell in
          "  " + cell.name.padding(toLength: 24, withPad: " ", startingAt: 0) + CellProgress.cost(cell)
        }
        return (["\(experiment.name): \(experiment.question)"] + lines).joined(separator: "\n") + "\n"
      }.joined(separator: "\n")
    }
  }

  /// The cells of an experiment, and how far they are.
  func cells(of run: ExperimentRun) throws -> String {
    try run.experiment.cells(scale).map { cell in
      let state =
        switch run.folder(of: cell.name).status(of: cell, scale: scale) {
        case .done: "done"
        case .notDone: "not done"
        case .unusable(let reason): "not done: \(reason)"
        }
      return cell.name.padding(toLength: 24, withPad: " ", startingAt: 0)
        + CellProgress.cost(cell).padding(toLength: 26, withPad: " ", startingAt: 0) + state + "\n"
    }.joined()
  }
}

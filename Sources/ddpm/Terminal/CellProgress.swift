import Experiments
import Foundation
import Training

/// Shows how far an experiment is: a line for each cell, and the progress within it.
struct CellProgress {
  private let terminal: Terminal
  private var training: Progress?
  private var drawing: DrawingProgress
  private var scoring = ScoringProgress()

  init(on terminal: Terminal = .standardError) {
    self.terminal = terminal
    drawing = DrawingProgress(on: terminal)
  }

  /// What a cell costs, in a few words.
  static func cost(_ cell: Cell) -> String {
    cell.imageSteps == 0 ? "computed" : String(format: "%.2g million image-steps", Double(cell.imageSteps) / 1e6)
  }

  mutating func show(_ event: ExperimentRun.Event) {
    switch event {
    case .began(let cell):
      training = nil
      terminal.write(line: "\(cell.name): \(Self.cost(cell))")
    case .trained(.stepped(let entry, let meanLoss), let steps):
      if training == nil { training = Progress(total: steps, done: entry.step, unit: "steps", on: terminal) }
      training?.show(entry.step + 1, String(format: "loss %.4f, %.0f images/s", meanLoss, entry.imagesPerSecond))
    case .trained: break
    case .drew(let done, let total): drawing.show(done, of: total)
    case .scored(let stage, let done, let total): scoring.show(stage, done, of: total)
    case .finished(let cell, let result):
      terminal.write(line: "\(cell.name): done in \(Progress.clock(result.seconds))")
    case .stopped(let cell): terminal.write(line: "\(cell.name): stopped; the same command resumes it")
    case .skipped(let cell, let reason): terminal.write(line: "\(cell.name): \(reason)")
    }
  }
}

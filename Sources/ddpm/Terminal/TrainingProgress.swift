import Foundation
import Tensors
import Training

extension TrainingRun {
  /// Trains to the end, showing the progress; Ctrl-C saves and stops.
  ///
  /// - Throws: `CancellationError` where it was stopped.
  mutating func trainShowingProgress(on terminal: Terminal = .standardError) throws {
    let (steps, folder) = (trainer.recipe.steps, folder)
    Interruption.listen()
    defer { Interruption.stopListening() }
    var progress = Progress(total: steps, done: trainer.step, unit: "steps", on: terminal)
    var drawing = DrawingProgress(on: terminal)
    onEvent = { event in
      switch event {
      case .stepped(let entry, let meanLoss):
        let generator = entry.generatorLoss.map { String(format: ", generator %.4f", $0) } ?? ""
        progress.show(
          entry.step + 1,
          String(format: "loss %.4f", meanLoss) + generator
            + String(format: ", %.0f images/s", entry.imagesPerSecond))
      case .drewStep(let done, let total): drawing.show(done, of: total)
      case .drewSamples(let step, let file):
        if step < steps { terminal.write(line: "Samples after step \(step): \(file.relativePath)") }
      case .stopped(let step):
        terminal.write(
          line:
            "Stopped after step \(step) of \(steps); resume with: ddpm train --resume --out \(folder.url.relativePath)")
      }
    }
    guard try run(until: { Interruption.isRequested }) else { throw CancellationError() }
  }

  /// Trains, draws a grid at the end where the network draws, and says where everything is.
  mutating func trainAndDraw() throws {
    let recipe = trainer.recipe
    Terminal.standardError.write(
      line:
        "Training \(trainer.network.parameterCount) parameters on \(recipe.data.source.rawValue), \(recipe.steps) steps of "
        + "\(recipe.batch) images, \(ThreadPool.shared.activeCount) threads (\(instructionSetName))")
    try trainShowingProgress()
    if recipe.drawsImages { try drawSamples(count: LabelChoice(recipe)?.gridCount(upTo: 64) ?? 64) }
    print(String(format: "mean loss of the last 100 steps: %.4f", meanLoss(ofLast: 100)))
    if recipe.drawsImages { print("samples: \(folder.samples(step: trainer.step).relativePath)") }
    print("loss:    \(folder.lossChart.relativePath)")
    print("model:   \(folder.model.relativePath)")
  }
}

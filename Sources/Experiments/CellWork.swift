import FolderLocks
import Foundation
import Images
import Reports
import Tensors
import Training

/// The work of one cell, in its folder, which is locked.
struct CellWork {
  let cell: Cell
  let run: ExperimentRun
  let place: CellFolder
  let lock: FolderLock

  /// Does the work, or what is left of it.
  func result() throws -> CellResult {
    switch cell.work {
    case .training(let recipe, let drawings): return try train(recipe, drawings)
    case .drawing(let drawings, let name, let recipe):
      let sampler = try ImageSampler(contentsOf: run.folder(of: name).run.model.path)
      return result(of: try drawings.map { try part($0, recipe) { sampler } })
    case .computing(let computation):
      let start = ContinuousClock.now
      let numbers = try computation.numbers(
        dataPath: run.dataPath, makeScorer: scorer, shouldStop: run.shouldStop)
      return CellResult(cell, scale: run.scale, numbers: numbers, seconds: (ContinuousClock.now - start).seconds)
    }
  }

  private func train(_ recipe: Recipe, _ drawings: [Drawing]) throws -> CellResult {
    // A classifier that is not there is not to be missed after an hour of training.
    if drawings.contains(where: \.isScored) { _ = try scorer(recipe.data) }
    var training = try beginOrResume(recipe)
    training.drawsOnTheWay = false
    training.onEvent = { [run] in run.onEvent(.trained($0, steps: recipe.steps)) }
    var parts: [DrawingPart] = []
    for drawing in drawings.sorted(by: { $0.step ?? recipe.steps < $1.step ?? recipe.steps }) {
      let end = drawing.step ?? recipe.steps
      let trainer = training.trainer
      if trainer.step < end { _ = try training.run(until: { run.shouldStop() || trainer.step >= end }) }
      if run.shouldStop() { throw CancellationError() }
      parts.append(
        try part(drawing, recipe) {
          guard trainer.step == end else {
            throw ExperimentError(
              "\(place.url.path): the training is at step \(trainer.step), past the \(end) of \(drawing.name); "
                + "remove the "
                + "folder to run the cell from the start")
          }
          return try trainer.makeImageSampler()
        } numbers: {
          ["loss": Double(training.meanLoss(ofLast: 100))]
        })
    }
    return result(of: parts, ["loss": Double(training.meanLoss(ofLast: 100))], seconds: training.trainingSeconds)
  }

  private func beginOrResume(_ recipe: Recipe) throws -> TrainingRun {
    if FileManager.default.fileExists(atPath: place.run.configuration.path) {
      return try TrainingRun(resuming: place.run, dataPath: run.dataPath, holding: lock)
    }
    var recipe = recipe
    if recipe.data.source.needsPath { recipe.data.path = run.dataPath }
    return try TrainingRun(beginning: recipe, in: place.run, holding: lock)
  }

  /// What a drawing gave: as it was written down, or newly drawn.
  private func part(
    _ drawing: Drawing, _ recipe: Recipe, sampler: () throws -> ImageSampler,
    numbers: () -> [String: Double] = { [:] }
  ) throws -> DrawingPart {
    let file = place.part(drawing)
    if let data = try? Data(contentsOf: file), let part = try? JSONDecoder().decode(DrawingPart.self, from: data),
      part.drawing == drawing, part.recipe == recipe
    {
      return part
    }
    let start = ContinuousClock.now
    var drawn = try draw(drawing, with: try sampler())
    drawn.numbers.merge(numbers().filter(\.value.isFinite)) { own, _ in own }
    let part = DrawingPart(
      drawing: drawing, recipe: recipe, numbers: drawn.numbers, pictures: drawn.pictures,
      seconds: (ContinuousClock.now - start).seconds)
    try part.writeJSON(to: file)
    return part
  }

  private func result(
    of parts: [DrawingPart], _ own: [String: Double] = [:], seconds: Double = 0
  ) -> CellResult {
    var (numbers, pictures) = (own, [String: String]())
    for part in parts {
      for (name, number) in part.numbers { numbers["\(part.drawing.name)/\(name)"] = number }
      for (name, file) in part.pictures { pictures["\(part.drawing.name)/\(name)"] = file }
    }
    return CellResult(
      cell, scale: run.scale, numbers: numbers, pictures: pictures,
      seconds: seconds + parts.reduce(0) { $0 + $1.seconds })
  }
}

/// What one drawing gave, as it is written down.
struct DrawingPart: Codable {
  let drawing: Drawing
  /// The recipe of the network.
  let recipe: Recipe
  let numbers: [String: Double]
  let pictures: [String: String]
  let seconds: Double
}

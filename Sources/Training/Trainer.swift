import Datasets
import Foundation
import Learning
import Reports
import Tensors

/// A training that can be stopped after any step and resumed: what a step computes depends on the recipe, the state that
/// ``checkpoint`` saves, and the step's number, and on nothing else.
public final class Trainer {
  /// What is trained, with the names of the classes filled in.
  public let recipe: Recipe
  /// The steps done.
  public private(set) var step = 0

  private let data: TrainingData
  private let objective: any Objective
  private let streams: RandomStreams

  /// The network, or the two networks of a GAN.
  public var network: any Layer { objective.network }

  /// A training that has not begun.
  ///
  /// - Throws: ``TrainingError`` where the recipe is impossible, on this machine or with these images; the `Fault` of an
  ///   exercise that it needs and that is not written yet, before any network is made.
  public init(_ recipe: Recipe, source: any LabeledImages) throws {
    var recipe = recipe
    recipe.data.classNames = source.classNames
    if let problem = recipe.problem { throw TrainingError(problem) }
    try Rehearsal(recipe).run()
    try MemoryNeed.ofWeights(recipe).check(recipe)
    self.recipe = recipe
    data = TrainingData(source, for: recipe)
    objective = recipe.makeObjective()
    streams = RandomStreams(seed: recipe.seed)
    try MemoryNeed.ofTraining(recipe, objective).check(recipe)
  }

  /// Does one step.
  ///
  /// - Throws: ``TrainingDiverged`` where the loss is not a finite number, or the fault of an exercise; then nothing has been
  ///   changed.
  public func trainStep() throws -> StepReport {
    var generator = streams.step(step)
    let (images, labels) = data.batch(step: step)
    let report = try objective.step(
      images, labels, at: step, epoch: data.epoch(step: step, steps: recipe.steps), using: &generator)
    step += 1
    return report
  }

  // MARK: State

  /// The weights that images are drawn with, and the recipe.
  public var weights: Checkpoint {
    get throws {
      var checkpoint = Checkpoint(metadata: try metadata)
      checkpoint.add(objective.samplingWeights)
      return checkpoint
    }
  }

  /// Everything that a training needs to be resumed from here.
  ///
  /// - Throws: ``TrainingDiverged`` where the last step has left weights that are not finite.
  public var checkpoint: Checkpoint {
    get throws {
      guard network.state.values.allSatisfy(\.isFinite) else { throw TrainingDiverged(step: step, loss: .nan) }
      var checkpoint = Checkpoint(metadata: try metadata)
      for (name, part) in objective.parts { checkpoint.add(part, as: name) }
      return checkpoint
    }
  }

  private var metadata: [String: String] {
    get throws { ["config": try recipe.json, "step": "\(step)"] }
  }

  /// Continues from a checkpoint of this training. Only the folder of the data may differ.
  ///
  /// - Throws: An error that names the file, where it cannot be read or belongs to another training.
  public func restore(_ file: URL) throws {
    let checkpoint = try Checkpoint(contentsOf: file)
    guard let step = checkpoint.metadata["step"].flatMap(Int.init), (0...recipe.steps).contains(step),
      let json = checkpoint.metadata["config"]
    else {
      throw TrainingError("\(file.path): it does not say at which step of which training it was written")
    }
    var saved = try Recipe(json: json, origin: file.path)
    saved.data.path = recipe.data.path
    saved.data.classNames = recipe.data.classNames
    guard saved == recipe else {
      throw TrainingError("\(file.path): it was written by a training with other settings than those in config.json")
    }
    for (name, part) in objective.parts { try checkpoint.restore(part, as: name) }
    self.step = step
  }

  /// Makes a sampler with a copy of the weights as they are now.
  public func makeImageSampler() throws -> ImageSampler {
    let model = TrainedModel(recipe)
    try model.network.load(objective.samplingWeights.state)
    return ImageSampler(recipe: recipe, model: model)
  }
}

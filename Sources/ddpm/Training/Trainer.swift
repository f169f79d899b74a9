import Datasets
import ForwardDiffusion
import Foundation
import Learning
import Loss
import Tensors
import UNetUpsampling

/// A training that can be stopped after any step and gone on with: what a step computes depends on the configuration, the
/// state that ``checkpoint`` saves, and the step's number, and on nothing else.
final class Trainer {
  let configuration: RunConfiguration
  let model: UNet
  /// The steps done.
  private(set) var step = 0

  private let source: any LabeledImages
  private let schedule: NoiseSchedule
  private let batches: Batches
  private let optimizer: Adam
  private let average: ExponentialMovingAverage
  private let rates: WarmupCosine

  /// A training that has not begun.
  ///
  /// - Throws: ``CommandError`` where the configuration is impossible, on this machine or with these images.
  init(_ configuration: RunConfiguration, source: any LabeledImages) throws {
    if let problem = configuration.problem { throw CommandError(problem) }
    try configuration.check(source)
    try configuration.checkMemory(images: configuration.batch, training: true)
    self.configuration = configuration
    self.source = source
    schedule = configuration.noiseSchedule
    batches = Batches(of: source.count, size: configuration.batch, seed: configuration.seed)
    var generator = RandomGenerator(seed: configuration.seed, stream: 0)
    model = UNet(configuration.model, using: &generator)
    optimizer = Adam(model.parameters, learningRate: configuration.learningRate)
    average = ExponentialMovingAverage(decay: configuration.averageDecay, of: model)
    rates = WarmupCosine(
      peak: configuration.learningRate, warmupSteps: configuration.warmupSteps, totalSteps: configuration.steps)
  }

  /// Does one step.
  ///
  /// - Returns: The loss before the step, and the learning rate.
  /// - Throws: ``TrainingDiverged`` where the loss is not a finite number, or the fault of the exercise that is not written
  ///   yet; then nothing has been changed.
  func trainStep() throws -> (loss: Float, rate: Double) {
    // Stream 0 made the weights; each step has its own, so that its noise does not depend on the steps before. Drawings
    // have streams of their own from 2⁶³ on.
    var generator = RandomGenerator(seed: configuration.seed, stream: UInt64(step) + 1)
    let x0 = source.images(at: batches.indices(step: step)).images.scaledToSymmetricRange()
    optimizer.follow(rates, at: step)
    let loss = trainingStep(optimizer) {
      noisePredictionLoss(x0, schedule: schedule, using: &generator) { model($0, at: $1) }
    }
    let value = try loss.checked().item
    guard value.isFinite else {
      // An exercise that answers with numbers, such as a schedule, has none to give before it is written.
      try UnfinishedRecord.current.check()
      throw TrainingDiverged(step: step, loss: value)
    }
    average.update(from: model, step: step)
    defer { step += 1 }
    return (value, optimizer.learningRate)
  }

  // MARK: State

  /// The averaged weights, to draw images with.
  var weights: Checkpoint {
    get throws {
      var checkpoint = Checkpoint(metadata: ["config": try configuration.json, "step": "\(step)"])
      checkpoint.add(average)
      return checkpoint
    }
  }

  /// Everything a training needs to go on from here.
  ///
  /// - Throws: ``TrainingDiverged`` where the last step has left weights that are not finite.
  var checkpoint: Checkpoint {
    get throws {
      guard model.state.values.allSatisfy(\.isFinite) else { throw TrainingDiverged(step: step, loss: .nan) }
      var checkpoint = Checkpoint(metadata: ["config": try configuration.json, "step": "\(step)"])
      checkpoint.add(model, as: "model")
      checkpoint.add(optimizer, as: "optimizer")
      checkpoint.add(average, as: "average")
      return checkpoint
    }
  }

  /// Goes back, or forward, to a checkpoint of this training.
  ///
  /// - Throws: An error that names the file where it cannot be read, or is one of another training: only the data may have
  ///   moved.
  func restore(_ file: URL) throws {
    let checkpoint = try Checkpoint(contentsOf: file)
    guard let step = checkpoint.metadata["step"].flatMap(Int.init), (0...configuration.steps).contains(step),
      let json = checkpoint.metadata["config"]
    else {
      throw CommandError("\(file.path): it does not say at which step of which training it was written")
    }
    var saved = try RunConfiguration(json: json, origin: file.path)
    saved.dataPath = configuration.dataPath
    guard saved == configuration else {
      throw CommandError("\(file.path): it was written by a training with other settings than those in config.json")
    }
    try checkpoint.restore(model, as: "model")
    try checkpoint.restore(optimizer, as: "optimizer")
    try checkpoint.restore(average, as: "average")
    self.step = step
  }

  /// A network with the averaged weights.
  func averagedModel() throws -> UNet {
    var generator = RandomGenerator(seed: 0)
    let copy = UNet(configuration.model, using: &generator)
    try average.copy(to: copy)
    return copy
  }
}

/// The loss, or a weight, is no longer a number.
struct TrainingDiverged: Error {
  let step: Int
  let loss: Float
}

import Conditioning
import Datasets
import ForwardDiffusion
import Learning
import Loss
import Reports
import Tensors

/// A network learns to predict the noise in images: the simple loss and the step of chapter 4, with labels by chapter 6.
final class DenoisingObjective: Objective {
  private let configuration: DenoisingConfiguration
  private let denoiser: any Denoiser
  private let schedule: NoiseSchedule
  private let optimizer: Adam
  private let rates: any LearningRateSchedule
  private let average: ExponentialMovingAverage?

  var network: any Layer { denoiser }

  var parts: [(name: String, part: any Stateful)] {
    let parts: [(String, any Stateful)] = [("model", denoiser), ("optimizer", optimizer)]
    return parts + (average.map { [("average", $0)] } ?? [])
  }

  var samplingWeights: any Stateful { average ?? denoiser }

  init(_ recipe: Recipe, _ configuration: DenoisingConfiguration) {
    self.configuration = configuration
    var generator = RandomStreams(seed: recipe.seed).weights
    let denoiser = configuration.network.configuration.makeNetwork(using: &generator)
    self.denoiser = denoiser
    schedule = configuration.schedule.makeNoiseSchedule()
    optimizer = recipe.optimizer.makeOptimizer(of: denoiser.parameters)
    rates = recipe.learningRates.makeSchedule(peak: recipe.optimizer.learningRate, steps: recipe.steps)
    average = recipe.average.map {
      ExponentialMovingAverage(
        decay: $0.decay, of: denoiser, every: $0.interval, firstUpdateCopies: $0.firstUpdateCopies)
    }
  }

  func step(
    _ images: Tensor, _ labels: Labels, at step: Int, epoch: (number: Int, count: Int),
    using generator: inout RandomGenerator
  ) throws -> StepReport {
    optimizer.follow(rates, at: step)
    let statistics = denoiser.runningStatistics
    let loss = trainingStep(optimizer) { self.loss(images, labels, using: &generator) }
    let value = try loss.checked().item
    guard value.isFinite else {
      // The forward pass has changed them already.
      statistics.restore()
      throw TrainingDiverged(step: step, loss: value)
    }
    average?.update(from: denoiser, step: step, by: movedAverage)
    return StepReport(loss: value, learningRate: optimizer.learningRate)
  }

  func tryGradients(_ images: Tensor, _ labels: Labels, using generator: inout RandomGenerator) {
    let statistics = denoiser.runningStatistics
    _ = loss(images, labels, using: &generator).gradients()
    statistics.restore()
  }

  private func loss(_ images: Tensor, _ labels: Labels, using generator: inout RandomGenerator) -> Tensor {
    let labels = known(labels, using: &generator)
    let predict: NoisePredictor = { [denoiser] in denoiser($0, at: $1, given: labels) }
    return switch (configuration.prediction, configuration.loss) {
    case (.velocity, _): velocityPredictionLoss(images, schedule: schedule, using: &generator, predictVelocity: predict)
    case (.noise, .simple):
      noisePredictionLoss(images, schedule: schedule, using: &generator, predictNoise: predict)
    case (.noise, .oneTimestep): schedule.oneTimestepLoss(images, using: &generator, predictNoise: predict)
    case (.noise, .bound):
      schedule.boundLoss(images, variance: configuration.sampler.variance, using: &generator, predictNoise: predict)
    }
  }

  /// The labels that the network is given: none where it knows none, and some of them dropped where the recipe says so.
  private func known(_ labels: Labels, using generator: inout RandomGenerator) -> Labels {
    guard let classCount = configuration.network.configuration.classCount else { return .none }
    // Nothing is drawn where nothing is dropped: the noise stays what it was.
    guard configuration.labelDropout > 0 else { return labels }
    switch labels {
    case .none: return .none
    case .classes(let classes):
      return .classes(
        droppingLabels(
          classes, nullLabel: classCount - 1, probability: configuration.labelDropout, using: &generator))
    case .sets(let sets):
      return .sets(droppingLabels(sets, nullLabel: [], probability: configuration.labelDropout, using: &generator))
    }
  }
}

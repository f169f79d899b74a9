import Datasets
import GANComparison
import Learning
import Reports
import Tensors

/// A generator and a discriminator are trained in turn, as in chapter 7.
final class AdversarialObjective: Objective {
  private let configuration: AdversarialConfiguration
  private let gan: DCGAN
  private let generatorOptimizer: Adam
  private let discriminatorOptimizer: Adam
  private let rates: any LearningRateSchedule

  var network: any Layer { gan }

  var parts: [(name: String, part: any Stateful)] {
    [
      ("model", gan), ("generatorOptimizer", generatorOptimizer), ("discriminatorOptimizer", discriminatorOptimizer),
    ]
  }

  var samplingWeights: any Stateful { gan }

  init(_ recipe: Recipe, _ configuration: AdversarialConfiguration) {
    self.configuration = configuration
    var generator = RandomStreams(seed: recipe.seed).weights
    gan = DCGAN(configuration.network, using: &generator)
    generatorOptimizer = recipe.optimizer.makeOptimizer(of: gan.generatorParameters)
    discriminatorOptimizer = recipe.optimizer.makeOptimizer(of: gan.discriminatorParameters)
    rates = recipe.learningRates.makeSchedule(peak: recipe.optimizer.learningRate, steps: recipe.steps)
  }

  func step(
    _ images: Tensor, _ labels: Labels, at step: Int, epoch: (number: Int, count: Int),
    using generator: inout RandomGenerator
  ) throws -> StepReport {
    generatorOptimizer.follow(rates, at: step)
    discriminatorOptimizer.follow(rates, at: step)
    let statistics = gan.runningStatistics
    let losses = playRound(images, labels, epoch: epoch, using: &generator)
    guard losses.discriminator.isFinite, losses.generator.isFinite else {
      statistics.restore()
      try UnfinishedRecord.current.check()
      throw TrainingDiverged(
        step: step, loss: Float(losses.discriminator.isFinite ? losses.generator : losses.discriminator))
    }
    return StepReport(
      loss: Float(losses.discriminator), generatorLoss: Float(losses.generator),
      learningRate: generatorOptimizer.learningRate)
  }

  /// One round: both halves of it give the discriminator the same generated images with the same noise.
  private func playRound(
    _ images: Tensor, _ labels: Labels, epoch: (number: Int, count: Int), using generator: inout RandomGenerator
  ) -> (discriminator: Double, generator: Double) {
    let labels = configuration.network.classCount == nil ? .none : labels
    let latents = Tensor.normal([images.shape.first ?? 0, configuration.network.latentWidth], using: &generator)
    var seen = (real: images, fake: gan.generate(latents, given: labels))
    if configuration.inputNoise > 0 {
      let deviation = inputNoiseDeviation(
        epoch: epoch.number, epochs: epoch.count, initial: configuration.inputNoise)
      seen = withInputNoise(real: seen.real, fake: seen.fake, deviation: deviation, using: &generator)
    }
    var round = AdversarialStep(
      generate: { _ in seen.fake }, discriminate: { [gan] in gan.discriminate($0, given: labels) },
      generatorOptimizer: generatorOptimizer, discriminatorOptimizer: discriminatorOptimizer)
    round.realTarget = Float(configuration.realTarget)
    round.fakeTarget = Float(configuration.fakeTarget)
    round.generatorTarget = Float(configuration.generatorTarget)
    return round(real: seen.real, latents: latents)
  }

  func tryGradients(_ images: Tensor, _ labels: Labels, using generator: inout RandomGenerator) {
    let labels = configuration.network.classCount == nil ? .none : labels
    let statistics = gan.runningStatistics
    let latents = Tensor.normal([images.shape.first ?? 0, configuration.network.latentWidth], using: &generator)
    let logits = gan.discriminate(gan.generate(latents, given: labels), given: labels)
    _ = generatorLoss(fakeLogits: logits).gradients()
    statistics.restore()
  }
}

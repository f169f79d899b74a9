import Datasets
import GANComparison
import Learning
import Loss
import Reports
import Sampling
import Tensors

extension Benchmark {
  /// The networks of the reports at full size, with as many images in a batch as a step of some seconds allows.
  static var reports: [Benchmark] {
    let batches = [
      ("assignment2", 128), ("cvpdl", 16), ("lab6", 1), ("cs771", 16), ("cifar-cats", 16), ("cifar-gan", 128),
    ]
    return batches.flatMap { name, batch -> [Benchmark] in
      guard let recipe = try? Report.named(name).recipe(ReportOptions()) else { return [] }
      switch recipe.objective {
      case .denoising(let configuration):
        return [
          trainingStep(name, recipe, configuration, batch: batch),
          denoisingStep(name, recipe, configuration, batch: batch),
        ]
      case .adversarial(let configuration): return [round(name, recipe, configuration, batch: batch)]
      case .classification: return []
      }
    }
  }

  /// Noise, network, gradients, and the report's optimizer.
  private static func trainingStep(
    _ name: String, _ recipe: Recipe, _ configuration: DenoisingConfiguration, batch: Int
  ) -> Benchmark {
    Benchmark(name: "report/\(name)/training-step", amount: Double(batch), unit: .images) {
      var generator = RandomGenerator(seed: 0)
      let network = configuration.network.configuration.makeNetwork(using: &generator)
      let optimizer = recipe.optimizer.makeOptimizer(of: network.parameters)
      let schedule = configuration.schedule.makeNoiseSchedule()
      let x0 = Tensor.uniform(recipe.imageShape(batch), in: -1..<1, using: &generator)
      let labels = labels(configuration, count: batch)
      return {
        let loss = noisePredictionLoss(x0, schedule: schedule, using: &generator) { network($0, at: $1, given: labels) }
        optimizer.step(loss.gradients())
      }
    }
  }

  /// A step back by the report's sampler, from the middle of its schedule.
  private static func denoisingStep(
    _ name: String, _ recipe: Recipe, _ configuration: DenoisingConfiguration, batch: Int
  ) -> Benchmark {
    Benchmark(name: "report/\(name)/denoising-step", amount: Double(batch), unit: .images) {
      var generator = RandomGenerator(seed: 0)
      let network = configuration.network.configuration.makeNetwork(using: &generator)
      network.setTraining(false)
      let sampler = AncestralSampler(
        schedule: configuration.schedule.makeNoiseSchedule(), clipsPrediction: configuration.sampler.clips,
        variance: configuration.sampler.variance)
      let xt = Tensor.normal(recipe.imageShape(batch), using: &generator)
      let labels = labels(configuration, count: batch)
      let t = configuration.schedule.timesteps / 2
      let timesteps = [Int](repeating: t, count: batch)
      return {
        withoutGradients {
          let noise = Tensor.normal(xt.shape, using: &generator)
          _ = sampler.step(xt, predictedNoise: network(xt, at: timesteps, given: labels), at: t, noise: noise)
        }
      }
    }
  }

  /// A round of a GAN's training: the discriminator's step and the generator's.
  private static func round(
    _ name: String, _ recipe: Recipe, _ configuration: AdversarialConfiguration, batch: Int
  ) -> Benchmark {
    Benchmark(name: "report/\(name)/training-step", amount: Double(batch), unit: .images) {
      var generator = RandomGenerator(seed: 0)
      let gan = DCGAN(configuration.network, using: &generator)
      let round = AdversarialStep(
        generate: { gan.generate($0, given: .none) }, discriminate: { gan.discriminate($0, given: .none) },
        generatorOptimizer: recipe.optimizer.makeOptimizer(of: gan.generatorParameters),
        discriminatorOptimizer: recipe.optimizer.makeOptimizer(of: gan.discriminatorParameters))
      let images = Tensor.uniform(recipe.imageShape(batch), in: -1..<1, using: &generator)
      return {
        _ = round(real: images, latents: .normal([batch, configuration.network.latentWidth], using: &generator))
      }
    }
  }

  /// Labels for a network that knows any. Only report 002 has sets, here of two labels each.
  private static func labels(_ configuration: DenoisingConfiguration, count: Int) -> Labels {
    guard let classCount = configuration.network.configuration.classCount else { return .none }
    return configuration.network.configuration is DiffusersUNet.Configuration
      ? .sets((0..<count).map { [$0 % classCount, ($0 + 1) % classCount] })
      : .classes((0..<count).map { $0 % classCount })
  }
}

extension Recipe {
  /// `[count, height, width, channels]` of a batch.
  fileprivate func imageShape(_ count: Int) -> Shape { [count, data.imageSide, data.imageSide, data.imageChannels] }
}

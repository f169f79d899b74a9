import GANComparison
import Learning
import SpotCheckSupport
import Tensors
import Testing

/// What answers of chapter 7 give for inputs drawn by the grader.
@Suite("Spot checks of chapter 7")
struct GANComparisonSpotChecks {
  @Test("7.1") func exercise7_1() throws {
    try SpotCheck.run("7.1") { check in
      let layers = (0..<5).map { _ in
        TransposedConvolution(kernel: check.integer(3...6), stride: check.integer(1...3), padding: check.integer(0...1))
      }
      for layer in layers {
        check.add(Double(transposedConvolutionOutputSize(input: check.integer(2...9), layer: layer)))
      }
      check.add(generatorSizes(from: check.integer(1...3), through: layers).map { Double($0).squareRoot() })
    }
  }

  @Test("7.2") func exercise7_2() throws {
    try SpotCheck.run("7.2") { check in
      let network = Generator(latentWidth: 5, widths: [6, 4], imageChannels: 2, using: &check.generator)
      let z = check.normal([6, 5]).variable
      let images = network(z)
      try check.add(images.sliced(axis: 0, 0..<1))
      try check.add((images * images).mean(axes: [1, 2, 3]), withGradientsBy: [z])
    }
  }

  @Test("7.3") func exercise7_3() throws {
    try SpotCheck.run("7.3") { check in
      let network = Discriminator(imageChannels: 2, widths: [4, 6], using: &check.generator)
      let images = check.normal([6, 16, 16, 2]).variable
      let answers = network(images)
      try check.add(1000 * answers)
      let gradient = answers.gradients(from: check.normal(answers.shape))[images] ?? .zeros(images.shape)
      try check.add(100_000 * gradient.sliced(axis: 0, 0..<1).sliced(axis: 1, 4..<8))
    }
  }

  @Test("7.4") func exercise7_4() throws {
    try SpotCheck.run("7.4") { check in
      let (logits, targets) = (
        (3 * check.normal([9])).variable, Tensor((0..<9).map { _ in Float(check.uniform(0..<1)) })
      )
      try check.add(stableBinaryCrossEntropy(logits: logits, targets: targets), withGradientsBy: [logits])
    }
  }

  @Test("7.5") func exercise7_5() throws {
    try SpotCheck.run("7.5") { check in
      let (real, fake) = (check.normal([5]).variable, check.normal([7]).variable)
      let targets = (Float(check.uniform(0.7..<1)), Float(check.uniform(0..<0.3)))
      try check.add(
        discriminatorLoss(realLogits: real, fakeLogits: fake, real: targets.0, fake: targets.1),
        withGradientsBy: [real, fake])
      try check.add(generatorLoss(fakeLogits: fake, target: targets.0), withGradientsBy: [fake])
    }
  }

  @Test("7.6") func exercise7_6() throws {
    try SpotCheck.run("7.6") { check in
      for _ in 0..<4 {
        let (real, fake) = (check.uniform(0.7..<1), check.uniform(0..<0.3))
        let answer = optimalDiscriminator(
          data: check.uniform(0.1..<2), generated: check.uniform(0.1..<2), realTarget: real, fakeTarget: fake)
        check.add([answer, densityRatio(answer: check.uniform(0.35..<0.65), realTarget: real, fakeTarget: fake)])
      }
    }
  }

  @Test("7.7") func exercise7_7() throws {
    try SpotCheck.run("7.7") { check in
      let epochs = check.integer(5...20)
      check.add(inputNoiseDeviation(epoch: check.integer(0...4), epochs: epochs, initial: check.uniform(0.2..<2)))
      let (real, fake) = (check.normal([2, 2, 3, 1]), check.normal([3, 2, 2, 1]).variable)
      let noised = withInputNoise(
        real: real, fake: fake, deviation: check.uniform(0.3..<2), using: &check.generator)
      try check.add(noised.real)
      try check.add(noised.fake, withGradientsBy: [fake])
    }
  }

  @Test("7.8") func exercise7_8() throws {
    try SpotCheck.run("7.8") { check in
      let (generator, discriminator) = (Parameter(check.normal([3, 4])), Parameter(check.normal([4, 1])))
      var step = AdversarialStep(
        generate: { $0.matmul(generator.value) },
        discriminate: { $0.squared().matmul(discriminator.value).reshaped([-1]) },
        generatorOptimizer: SGD([("weight", generator)], learningRate: check.uniform(0.1..<0.3)),
        discriminatorOptimizer: SGD([("weight", discriminator)], learningRate: check.uniform(0.05..<0.1)))
      (step.realTarget, step.fakeTarget) = (Float(check.uniform(0.8..<1)), Float(check.uniform(0.05..<0.2)))
      step.generatorTarget = Float(check.uniform(0.6..<0.75))
      for _ in 0..<2 {
        let losses = step(real: check.normal([5, 4]), latents: check.normal([5, 3]))
        check.add([losses.discriminator, losses.generator])
      }
      try check.add(generator.value)
      try check.add(discriminator.value)
    }
  }

  @Test("7.9") func exercise7_9() throws {
    try SpotCheck.run("7.9") { check in
      let labels = (0..<3).map { _ in check.integer(0...4) }
      let latent = LatentLabels(classCount: 5, labelWidth: 3, using: &check.generator)
      let latents = check.normal([3, 2]).variable
      try check.add(latent(latents, labels: labels), withGradientsBy: [latents, latent.table.weight.value])
      let tiled = TiledLabels(classCount: 5, labelWidth: 2, using: &check.generator)
      let images = check.normal([3, 2, 3, 1]).variable
      try check.add(tiled(images, labels: labels), withGradientsBy: [images, tiled.table.weight.value])
    }
  }
}

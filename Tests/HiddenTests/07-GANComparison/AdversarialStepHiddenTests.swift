import GANComparison
import Learning
import Tensors
import TestSupport
import Testing

@Suite("7.8 One round of the game", .exercise("7.8"))
struct Hidden7_8 {
  /// Two linear players whose round is worked out by the engine.
  private final class Players {
    let maker: Linear
    let judge: Linear

    init(seed: UInt64) {
      var generator = RandomGenerator(seed: seed)
      maker = Linear(from: 3, to: 4, using: &generator)
      judge = Linear(from: 4, to: 1, using: &generator)
    }

    func step(rate: Double, adam: Bool = false) -> AdversarialStep {
      let (maker, judge) = (maker, judge)
      func optimizer(_ layer: Linear) -> any Optimizer {
        adam
          ? Adam(layer.parameters, learningRate: rate, beta1: 0.5) : SGD(layer.parameters, learningRate: rate)
      }
      return AdversarialStep(
        generate: { maker($0) }, discriminate: { judge($0).reshaped([-1]) }, generatorOptimizer: optimizer(maker),
        discriminatorOptimizer: optimizer(judge))
    }
  }

  private func random(_ shape: Shape, seed: UInt64) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return .normal(shape, using: &generator)
  }

  private func entropy(_ logits: Tensor, _ target: Float) -> Tensor {
    binaryCrossEntropy(logits: logits, targets: Tensor(repeating: target, shape: logits.shape))
  }

  @Test("Other inputs", arguments: [(1, 0, 1), (0.9, 0.1, 0.9), (0.8, 0, 1)] as [(Float, Float, Float)])
  func round(real a: Float, fake b: Float, wanted: Float) throws {
    let (own, other) = (Players(seed: 81), Players(seed: 81))
    let (real, latents) = (random([5, 4], seed: 82), random([7, 3], seed: 83))
    var step = own.step(rate: 0.3)
    (step.realTarget, step.fakeTarget, step.generatorTarget) = (a, b, wanted)
    let losses = step(real: real, latents: latents)

    let (maker, judge) = (
      SGD(other.maker.parameters, learningRate: 0.3), SGD(other.judge.parameters, learningRate: 0.3)
    )
    let fakes = other.maker(latents)
    let first = entropy(other.judge(real), a) + entropy(other.judge(fakes.detached), b)
    judge.step(first.gradients())
    let second = entropy(other.judge(fakes), wanted)
    maker.step(second.gradients())

    #expect(agree(losses.discriminator, Double(first.item), relative: 1e-5))
    #expect(agree(losses.generator, Double(second.item), relative: 1e-5))
    expectClose(own.maker.weight.value, other.maker.weight.value, "generator", tolerance: 1e-5)
    expectClose(own.judge.weight.value, other.judge.weight.value, "discriminator", tolerance: 1e-5)
  }

  @Test("Edge cases")
  func idle() {
    let players = Players(seed: 84)
    let before = (players.maker.weight.value, players.judge.weight.value)
    let losses = players.step(rate: 0)(real: random([2, 4], seed: 85), latents: random([1, 3], seed: 86))
    #expect(players.maker.weight.value == before.0 && players.judge.weight.value == before.1)
    #expect(losses.discriminator > 0 && losses.generator > 0)
  }

  @Test("Edge cases")
  func records() {
    let players = Players(seed: 91)
    var step = players.step(rate: 0.1)
    var recorded: [Bool] = []
    let judge = players.judge
    step.discriminate = { images in
      recorded.append(images.requiresGradient)
      return judge(images).reshaped([-1])
    }
    _ = step(real: random([2, 4], seed: 92), latents: random([2, 3], seed: 93))
    #expect(recorded == [false, false, true], "real, detached, not detached: \(recorded)")
  }

  @Test("Together with other exercises")
  func convolutional() throws {
    var generator = RandomGenerator(seed: 87)
    let maker = Generator(latentWidth: 4, widths: [4, 3], imageChannels: 1, using: &generator)
    let judge = Discriminator(imageChannels: 1, widths: [3, 4], using: &generator)
    let before = (maker.state, judge.state)
    let step = AdversarialStep(
      generate: { maker($0) }, discriminate: { judge($0) },
      generatorOptimizer: Adam(maker.parameters, learningRate: 2e-4, beta1: 0.5),
      discriminatorOptimizer: Adam(judge.parameters, learningRate: 2e-4, beta1: 0.5))
    let losses = step(
      real: .uniform([3, 16, 16, 1], in: -1..<1, using: &generator), latents: .normal([3, 4], using: &generator))
    #expect(losses.discriminator.isFinite && losses.generator.isFinite)
    for (path, parameter) in maker.parameters { #expect(parameter.value != before.0[path], "\(path) stayed") }
    for (path, parameter) in judge.parameters { #expect(parameter.value != before.1[path], "\(path) stayed") }
  }

  @Test("Other sizes")
  func rounds() throws {
    // The data has one mean; a linear generator finds its neighborhood. Without learning the distance would stay. Of 1000
    // such games with other random numbers (NumPy) it fell to 0.064 of what it was, with a standard deviation of 0.051, and
    // to 0.377 in the worst. A half is more than eight of these deviations off, and the seed is fixed.
    let players = Players(seed: 88)
    let step = players.step(rate: 0.01, adam: true)
    let target = Tensor([1, -1, 0.5, 2], shape: [1, 4])
    let distance = { (mean: Tensor) in (mean.reshaped([1, 4]).detached - target).squared().sum().item }
    let latents = random([64, 3], seed: 89)
    let before = distance(players.maker(latents).mean(axes: [0]))
    for round in 0..<150 {
      _ = step(real: target + 0.3 * random([64, 4], seed: 1000 + UInt64(round)), latents: latents)
    }
    let after = distance(players.maker(latents).mean(axes: [0]))
    #expect(after < before / 2, "the distance of the means went from \(before) to \(after)")
  }

  @Test("Bad input")
  func notFinite() {
    let players = Players(seed: 94)
    let step = players.step(rate: 0.1, adam: true)
    let (real, latents) = (random([4, 4], seed: 95), random([4, 3], seed: 96))
    _ = step(real: real, latents: latents)
    let before = (players.maker.state, players.judge.state)
    let optimizers = (step.generatorOptimizer.state, step.discriminatorOptimizer.state)
    let losses = step(real: real * .infinity, latents: latents)
    #expect(!losses.discriminator.isFinite && losses.generator.isNaN)
    #expect(players.maker.state == before.0 && players.judge.state == before.1)
    #expect(step.generatorOptimizer.state == optimizers.0 && step.discriminatorOptimizer.state == optimizers.1)
  }

  @Test("Bad input")
  func faulty() {
    let players = Players(seed: 90)
    let before = players.maker.weight.value
    let losses = players.step(rate: 0.1)(real: .ones([2, 5]), latents: .ones([2, 9]))
    #expect(losses.discriminator.isNaN && losses.generator.isNaN)
    #expect(players.maker.weight.value == before)
  }
}

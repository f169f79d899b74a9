import GANComparison
import Learning
import RealModule
import Tensors
import TestSupport
import Testing

@Suite("7.8 One round of the game", .exercise("7.8"))
struct Exercise7_8 {
  @Test("The discriminator takes its step, then the generator against the better discriminator")
  func byHand() throws {
    for targets in [(1, 0, 1), (0.9, 0.1, 0.9)] as [(Double, Double, Double)] {
      let game = TinyGame()
      var step = game.step
      step.realTarget = Float(targets.0)
      step.fakeTarget = Float(targets.1)
      step.generatorTarget = Float(targets.2)
      let expected = game.expected(targets)
      let losses = step(real: game.real, latents: game.latents)
      let (a, w) = (game.discriminatorWeight, game.generatorWeight)
      #expect(
        agree(losses.discriminator, expected.lossOfDiscriminator, relative: 1e-5),
        "the discriminator's loss is \(losses.discriminator), not \(expected.lossOfDiscriminator), for the targets \(targets)"
      )
      #expect(
        agree(a, expected.a, relative: 1e-5),
        a == TinyGame.a
          ? "the discriminator did not learn"
          : agree(a, expected.aTwice, relative: 1e-5)
            ? "the generator's half has changed the discriminator too: it stepped twice"
            : "the discriminator's weight is \(a), not \(expected.a), for the targets \(targets)")
      #expect(
        agree(w, expected.w, relative: 1e-5),
        w == TinyGame.w
          ? "the generator did not learn: in its own half its images must not be detached"
          : agree(w, expected.wOfOldAnswers, relative: 1e-5)
            ? "the generator was shown the discriminator's old answers: ask again after its step"
            : "the generator's weight is \(w), not \(expected.w), for the targets \(targets)")
      #expect(
        agree(losses.generator, expected.lossOfGenerator, relative: 1e-5),
        agree(losses.generator, expected.lossOfOldAnswers, relative: 1e-5)
          ? "the generator's loss is of the discriminator's old answers: ask again after its step"
          : "the generator's loss is \(losses.generator), not \(expected.lossOfGenerator)")
    }
  }

  @Test("In the discriminator's half made images are detached, in the generator's they are not")
  func detached() throws {
    let game = TinyGame()
    _ = game.step(real: game.real, latents: game.latents)
    try #require(
      game.asked.count == 3, "the discriminator is asked three times: real, made, made again, not \(game.asked.count)")
    #expect(game.asked[0].requiresGradient == false && game.asked[0] == game.real, "the real images come first")
    #expect(
      !game.asked[1].requiresGradient,
      "in the discriminator's half the made images must be detached: gradients are worked out for the generator, and lost"
    )
    #expect(
      game.asked[2].requiresGradient, "in the generator's half the made images must not be detached: it could not learn"
    )
  }

  @Test("Images are made once, and both halves see the same ones")
  func madeOnce() throws {
    let game = TinyGame()
    _ = game.step(real: game.real, latents: game.latents)
    #expect(game.timesMade == 1, "the images were made \(game.timesMade) times")
    try #require(game.asked.count == 3, "the discriminator is asked three times: real, made, made again")
    #expect(
      game.asked[1] == game.asked[2], "the generator is judged by other images than the discriminator learned from")
  }

  @Test("No half changes the other's network")
  func apart() {
    let game = TinyGame()
    var step = game.step
    step.generatorOptimizer = SGD([], learningRate: 1)
    _ = step(real: game.real, latents: game.latents)
    #expect(
      game.generatorWeight == TinyGame.w && game.discriminatorWeight != TinyGame.a,
      "with an idle optimiser for the generator only the discriminator learns: each optimiser steps in its own half")
    let other = TinyGame()
    step = other.step
    step.discriminatorOptimizer = SGD([], learningRate: 1)
    _ = step(real: other.real, latents: other.latents)
    #expect(
      other.discriminatorWeight == TinyGame.a && other.generatorWeight != TinyGame.w,
      "with an idle optimiser for the discriminator only the generator learns: each optimiser steps in its own half")
  }

  @Test("Each optimiser steps once a round")
  func steps() {
    let game = TinyGame()
    let (first, second) = (Counter(), Counter())
    var step = game.step
    step.generatorOptimizer = first
    step.discriminatorOptimizer = second
    _ = step(real: game.real, latents: game.latents)
    #expect(second.steps == 1, "the discriminator's optimiser took \(second.steps) steps")
    #expect(first.steps == 1, "the generator's optimiser took \(first.steps) steps")
  }

  @Test("Round by round the generator's numbers move to where the data's are")
  func plays() {
    // Data at 2; the generator makes z · w with z = 1 and has to find w = 2. The discriminator sees x and 1.
    let game = TinyGame(real: Tensor(repeating: 2, shape: [4, 1]), latents: .ones([4, 1]))
    let losses = (0..<5).map { _ in game.step(real: game.real, latents: game.latents) }
    #expect(losses.allSatisfy { $0.discriminator.isFinite && $0.generator.isFinite })
    #expect(
      game.generatorWeight > TinyGame.w,
      "the discriminator rewards larger numbers, but w went from 0.5 to \(game.generatorWeight)")
  }
}

/// The smallest game there is: the generator makes z · w, the discriminator answers with the logit a · x.
final class TinyGame {
  static let (w, a, rate) = (0.5, 0.25, 0.5)

  let real, latents: Tensor
  private let generator = Linear(weight: Tensor([Float(w)], shape: [1, 1]))
  private let discriminator = Linear(weight: Tensor([Float(a)], shape: [1, 1]))
  /// What the discriminator was asked about.
  var asked: [Tensor] = []
  var timesMade = 0

  init(
    real: Tensor = Tensor([2, 1, 3], shape: [3, 1]), latents: Tensor = Tensor([0.5, -1, 1.5], shape: [3, 1])
  ) {
    self.real = real
    self.latents = latents
  }

  var generatorWeight: Double { Double(generator.weight.value.item) }
  var discriminatorWeight: Double { Double(discriminator.weight.value.item) }

  var step: AdversarialStep {
    AdversarialStep(
      generate: { [self] latents in
        timesMade += 1
        return generator(latents)
      },
      discriminate: { [self] images in
        asked.append(images)
        return discriminator(images)
      },
      generatorOptimizer: SGD(generator.parameters, learningRate: Self.rate),
      discriminatorOptimizer: SGD(discriminator.parameters, learningRate: Self.rate))
  }

  struct Outcome {
    var lossOfDiscriminator, lossOfGenerator, a, w: Double
    /// The discriminator's weight if it also took the generator's step.
    var aTwice: Double
    /// What comes out if the generator learns from answers of before the discriminator's step.
    var wOfOldAnswers, lossOfOldAnswers: Double
  }

  /// The round worked out in Double. The cross-entropy of a logit ℓ with target t is log(1 + e^ℓ) − t ℓ, its
  /// derivative σ(ℓ) − t.
  func expected(_ targets: (real: Double, fake: Double, generator: Double)) -> Outcome {
    let (x, z) = (real.scalars.map(Double.init), latents.scalars.map(Double.init))
    let (w, a, rate) = (Self.w, Self.a, Self.rate)
    let made = z.map { w * $0 }
    func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }
    func sigmoid(_ logit: Double) -> Double { 1 / (1 + .exp(-logit)) }
    func loss(_ a: Double, _ inputs: [Double], _ target: Double) -> Double {
      mean(inputs.map { .log(1 + .exp(a * $0)) - target * a * $0 })
    }
    func slope(_ a: Double, _ inputs: [Double], _ target: Double) -> Double {
      mean(inputs.map { (sigmoid(a * $0) - target) * $0 })
    }
    let better = a - rate * (slope(a, x, targets.real) + slope(a, made, targets.fake))
    func learned(_ a: Double) -> Double {
      w - rate * mean(z.map { (sigmoid(a * w * $0) - targets.generator) * a * $0 })
    }
    return Outcome(
      lossOfDiscriminator: loss(a, x, targets.real) + loss(a, made, targets.fake),
      lossOfGenerator: loss(better, made, targets.generator), a: better, w: learned(better),
      aTwice: better - rate * slope(better, made, targets.generator), wOfOldAnswers: learned(a),
      lossOfOldAnswers: loss(a, made, targets.generator))
  }
}

/// An optimiser that only counts.
final class Counter: Optimizer {
  var learningRate = 0.0
  var momentum = 0.0
  var steps = 0
  var state: [String: Tensor] { [:] }

  func step(_ gradients: Gradients) { steps += 1 }
  func load(_ state: [String: Tensor]) throws(StateMismatch) {}
}

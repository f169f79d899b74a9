import GANComparison
import Learning
import RealModule
import Tensors
import TestSupport
import Testing

@Suite("7.8 One round of the game", .exercise("7.8"))
struct Exercise7_8 {
  @Test(
    "The discriminator takes its step, then the generator against the better discriminator",
    arguments: [(1, 0, 1), (0.9, 0.2, 0.6)] as [(Double, Double, Double)])
  func byHand(_ targets: (real: Double, fake: Double, generator: Double)) throws {
    let game = TinyGame()
    var step = game.step
    step.realTarget = Float(targets.real)
    step.fakeTarget = Float(targets.fake)
    step.generatorTarget = Float(targets.generator)
    let (expected, plain) = (game.expected(targets), game.expected((1, 0, 1)))
    let losses = step(real: game.real, latents: game.latents)
    let (a, w) = (game.discriminatorWeight, game.generatorWeight)
    let about = "the targets \(targets.real) and \(targets.fake), the generator's \(targets.generator)"
    #expect(
      agree(losses.discriminator, expected.lossOfDiscriminator, relative: 1e-5),
      likelyMistake(
        losses.discriminator, insteadOf: expected.lossOfDiscriminator,
        [
          "the targets are not used": plain.lossOfDiscriminator,
          "the generator's target stands in the place of that for real images":
            game.lossOfDiscriminator(TinyGame.a, (targets.generator, targets.fake, 0)),
          "the targets for real and for generated images have changed places":
            game.lossOfDiscriminator(TinyGame.a, (targets.fake, targets.real, 0)),
          "the target for generated images is 1 minus that for real ones; it is `fakeTarget`":
            game.lossOfDiscriminator(TinyGame.a, (targets.real, 1 - targets.real, 0)),
          "the two losses have changed places": expected.lossOfGenerator,
          "this is the loss after the step; the loss before it is wanted": game.lossOfDiscriminator(a, targets),
        ], within: 1e-5, otherwise: "the discriminator's loss is off"
      ).about(about))
    #expect(
      agree(a, expected.a, relative: 1e-5),
      likelyMistake(
        a, insteadOf: expected.a,
        [
          "the discriminator did not learn": TinyGame.a,
          "the generator's half has changed the discriminator too: it stepped twice": expected.aTwice,
          "the discriminator went along the generator's gradient": expected.aOfGenerator,
          "the targets are not used": plain.a,
        ], within: 1e-5, otherwise: "the discriminator's weight is off after its step"
      ).about(about))
    let isDetached = game.asked.count == 3 && !game.asked[2].requiresGradient
    #expect(
      agree(w, expected.w, relative: 1e-5),
      likelyMistake(
        w, insteadOf: expected.w,
        [
          isDetached
            ? "the generator did not learn: in its own half its images must not be detached"
            : "the generator did not learn":
            TinyGame.w,
          a == TinyGame.a
            ? "this follows from the discriminator, which did not learn"
            : "the generator was shown the discriminator's old answers: ask again after its step": expected
            .wOfOldAnswers,
          "the generator went along the discriminator's gradient, towards its target for generated images":
            game.generatorWeight(after: expected.a, wanting: targets.fake),
          "the generator's target is not used": game.generatorWeight(after: expected.a, wanting: 1),
          "the generator wants the discriminator's target for real images; it has its own, `generatorTarget`":
            game.generatorWeight(after: expected.a, wanting: targets.real),
          "this follows from the discriminator's weight, which is not right yet": game.generatorWeight(
            after: a, wanting: targets.generator),
        ], within: 1e-5, otherwise: "the generator's weight is off after its step"
      ).about(about))
    #expect(
      agree(losses.generator, expected.lossOfGenerator, relative: 1e-5),
      likelyMistake(
        losses.generator, insteadOf: expected.lossOfGenerator,
        [
          a == TinyGame.a
            ? "this follows from the discriminator, which did not learn"
            : "the generator's loss is of the discriminator's old answers: ask again after its step":
            expected.lossOfOldAnswers,
          "the generator's loss has its own target, not the discriminator's for generated images":
            game.lossOfGenerator(expected.a, targets.fake),
          "the two losses have changed places": expected.lossOfDiscriminator,
          "the generator's loss has its own target, `generatorTarget`, not the discriminator's for real images":
            game.lossOfGenerator(expected.a, targets.real),
          "the generator's target is not used": plain.lossOfGenerator,
          "this follows from the discriminator's weight, which is not right yet": game.lossOfGenerator(
            a, targets.generator),
        ], within: 1e-5, otherwise: "the generator's loss is off"
      ).about(about))
  }

  /// What the discriminator was asked about, once that is the real images, the generated ones and these again.
  private func questions(of game: TinyGame) throws -> [Tensor] {
    try #require(
      game.asked.count == 3,
      "the discriminator is asked about real images, about generated ones and about these again: yours is asked \(game.asked.count) times instead of 3"
    )
    try #require(
      game.asked[0] == game.real,
      "the real images come first: yours is asked about \(game.asked[0].scalars) first, instead of \(game.real.scalars)"
    )
    return game.asked
  }

  @Test("In the discriminator's half generated images are detached, in the generator's they are not")
  func detached() throws {
    let game = TinyGame()
    _ = game.step(real: game.real, latents: game.latents)
    let asked = try questions(of: game)
    #expect(
      !asked[1].requiresGradient,
      "in the discriminator's half the generated images must be detached: gradients are computed for the generator, and lost"
    )
    #expect(
      asked[2].requiresGradient,
      "in the generator's half the generated images must not be detached: their gradient ends there, and it could not learn"
    )
  }

  @Test("Images are made once, and both halves see the same ones")
  func madeOnce() throws {
    let game = TinyGame()
    _ = game.step(real: game.real, latents: game.latents)
    #expect(game.timesMade == 1, "images are made once a round: yours were made \(game.timesMade) times instead of 1")
    let asked = try questions(of: game)
    expectClose(
      asked[2].detached, asked[1].detached,
      "what the generator is judged by, beside the generated images that the discriminator learned from", tolerance: 0)
  }

  @Test("No half changes the other's network")
  func apart() {
    let game = TinyGame()
    var step = game.step
    step.generatorOptimizer = SGD([], learningRate: 1)
    _ = step(real: game.real, latents: game.latents)
    #expect(
      game.generatorWeight == TinyGame.w,
      "the generator learns by its own optimizer alone, which is idle here: yours has the weight \(Float(game.generatorWeight)) instead of \(TinyGame.w)"
    )
    #expect(
      game.discriminatorWeight != TinyGame.a,
      "the discriminator learns by its own optimizer, also where the generator's is idle: yours still has the weight \(TinyGame.a)"
    )
    let other = TinyGame()
    step = other.step
    step.discriminatorOptimizer = SGD([], learningRate: 1)
    _ = step(real: other.real, latents: other.latents)
    #expect(
      other.discriminatorWeight == TinyGame.a,
      "the discriminator learns by its own optimizer alone, which is idle here: yours has the weight \(Float(other.discriminatorWeight)) instead of \(TinyGame.a)"
    )
    #expect(
      other.generatorWeight != TinyGame.w,
      "the generator learns by its own optimizer, also where the discriminator's is idle: yours still has the weight \(TinyGame.w)"
    )
  }

  @Test("Each optimizer steps once a round")
  func steps() {
    let game = TinyGame()
    let (first, second) = (Counter(), Counter())
    var step = game.step
    step.generatorOptimizer = first
    step.discriminatorOptimizer = second
    _ = step(real: game.real, latents: game.latents)
    #expect(
      second.steps == 1, "the discriminator's optimizer takes one step a round: yours took \(second.steps) instead of 1"
    )
    #expect(
      first.steps == 1, "the generator's optimizer takes one step a round: yours took \(first.steps) instead of 1")
  }

  @Test("No step is taken along a loss that is not finite", arguments: [.nan, .infinity] as [Float])
  func refused(number: Float) {
    // An infinite logit of a real image that should be unreal costs infinitely much.
    let spoiled = Tensor([-number, 1, 3], shape: [3, 1])
    for half in ["discriminator", "generator"] {
      let game = TinyGame()
      let (generator, discriminator) = (Counter(), Counter())
      var step = game.step
      step.generatorOptimizer = generator
      step.discriminatorOptimizer = discriminator
      step.discriminate = { images in
        game.asked.append(images)
        return half == "generator" && game.asked.count == 3 ? spoiled : images
      }
      let losses = step(real: half == "discriminator" ? spoiled : game.real, latents: game.latents)
      let steps = (discriminator: discriminator.steps, generator: generator.steps)
      let cost =
        half == "discriminator"
        ? discriminatorLoss(realLogits: spoiled, fakeLogits: .zeros([3, 1]))
        : generatorLoss(fakeLogits: spoiled, target: 1)
      let told = half == "discriminator" ? losses.discriminator : losses.generator
      #expect(
        told.isNaN == cost.item.isNaN,
        "a loss that is not finite is returned as it was, so that one sees what it is: the \(half)'s is \(told) instead of \(cost.item)"
      )
      if half == "discriminator" {
        #expect(
          steps == (0, 0) && !losses.discriminator.isFinite && losses.generator.isNaN,
          "the discriminator's loss is not finite, but its optimizer took \(steps.discriminator) steps and the generator's \(steps.generator) instead of none, or the generator's loss is \(losses.generator) instead of NaN"
        )
      } else {
        #expect(
          steps == (1, 0) && losses.discriminator.isFinite && !losses.generator.isFinite,
          "only the generator's loss is not finite, but the discriminator's optimizer took \(steps.discriminator) steps and the generator's \(steps.generator), instead of 1 and 0"
        )
      }
    }
  }

  @Test("Round by round the generator's number rises towards the data's")
  func plays() {
    // Data at 2; the generator makes z · w with z = 1, from w = 0.5. Its step is rate · (1 − σ(a·w)) · a, more than 0 while
    // a is; and a discriminator of a near 0 steps by rate · (2 (1 − σ(2a)) − w σ(a·w)) ≈ rate · (2 − w) / 2, upwards while
    // w < 2. So w rises. In Double it goes 0.608, 0.730, 0.848, 0.957, 1.054, …, 1.389 in the tenth round.
    let game = TinyGame(real: Tensor(repeating: 2, shape: [4, 1]), latents: .ones([4, 1]))
    var last = TinyGame.w
    for round in 1...10 {
      let losses = game.step(real: game.real, latents: game.latents)
      #expect(
        losses.discriminator.isFinite && losses.generator.isFinite,
        "losses are finite numbers: in round \(round) yours are \(losses.discriminator) and \(losses.generator)")
      let now = game.generatorWeight
      guard now > last, now < 2 else {
        Issue.record(
          "the discriminator rewards larger numbers as long as they are below the data's 2: in round \(round) yours went from \(Float(last)) to \(Float(now))"
        )
        return
      }
      last = now
    }
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
    /// The discriminator's weight if it also took the generator's step, or that alone.
    var aTwice, aOfGenerator: Double
    /// The result if the generator learns from answers of before the discriminator's step.
    var wOfOldAnswers, lossOfOldAnswers: Double
  }

  /// The round worked out in Double.
  func expected(_ targets: (real: Double, fake: Double, generator: Double)) -> Outcome {
    let (x, a, rate) = (real.scalars.map(Double.init), Self.a, Self.rate)
    let better = a - rate * (slope(a, x, targets.real) + slope(a, made, targets.fake))
    return Outcome(
      lossOfDiscriminator: lossOfDiscriminator(a, targets), lossOfGenerator: lossOfGenerator(better, targets.generator),
      a: better, w: generatorWeight(after: better, wanting: targets.generator),
      aTwice: better - rate * slope(better, made, targets.generator),
      aOfGenerator: a - rate * slope(a, made, targets.generator),
      wOfOldAnswers: generatorWeight(after: a, wanting: targets.generator),
      lossOfOldAnswers: lossOfGenerator(a, targets.generator))
  }

  /// The discriminator's loss if its weight is a.
  func lossOfDiscriminator(_ a: Double, _ targets: (real: Double, fake: Double, generator: Double)) -> Double {
    loss(a, real.scalars.map(Double.init), targets.real) + loss(a, made, targets.fake)
  }

  /// The generator's loss if the discriminator's weight is a.
  func lossOfGenerator(_ a: Double, _ target: Double) -> Double { loss(a, made, target) }

  /// The generator's weight after its step if the discriminator's is a.
  func generatorWeight(after a: Double, wanting target: Double) -> Double {
    let z = latents.scalars.map(Double.init)
    return Self.w - Self.rate * mean(z.map { (sigmoid(a * Self.w * $0) - target) * a * $0 })
  }

  private var made: [Double] { latents.scalars.map { Self.w * Double($0) } }

  private func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }
  private func sigmoid(_ logit: Double) -> Double { 1 / (1 + .exp(-logit)) }

  // The cross-entropy of a logit ℓ with target t is log(1 + e^ℓ) − t ℓ, its derivative σ(ℓ) − t.
  private func loss(_ a: Double, _ inputs: [Double], _ target: Double) -> Double {
    mean(inputs.map { .log(1 + .exp(a * $0)) - target * a * $0 })
  }
  private func slope(_ a: Double, _ inputs: [Double], _ target: Double) -> Double {
    mean(inputs.map { (sigmoid(a * $0) - target) * $0 })
  }
}

/// An optimizer that only counts.
final class Counter: Optimizer {
  var learningRate = 0.0
  var momentum = 0.0
  var steps = 0
  var state: [String: Tensor] { [:] }

  func step(_ gradients: Gradients) { steps += 1 }
  func load(_ state: [String: Tensor]) throws(StateMismatch) {}
}

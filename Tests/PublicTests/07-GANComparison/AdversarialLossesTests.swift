import GANComparison
import RealModule
import Tensors
import TestSupport
import Testing

@Suite("7.5 Adversarial losses", .exercise("7.5"))
struct Exercise7_5 {
  private let real = Tensor([1.5, -0.5, 3], shape: [3, 1])
  private let fake = Tensor([-2, 0.25], shape: [2, 1])

  private func sigmoid(_ logit: Float) -> Double { 1 / (1 + .exp(-Double(logit))) }

  private func crossEntropy(_ logits: Tensor, _ target: Double) -> Double {
    let terms = logits.scalars.map { -target * .log(sigmoid($0)) - (1 - target) * .log(1 - sigmoid($0)) }
    return terms.reduce(0, +) / Double(terms.count)
  }

  /// The loss where the discriminator's answers are taken for logits once more.
  private func twice(_ logits: Tensor, _ target: Double) -> Double { crossEntropy(logits.sigmoid(), target) }

  /// A loss's number, once it is one.
  private func number(_ loss: Tensor) throws -> Double {
    let shape = try loss.checked().shape
    try #require(shape == [], "a loss is one number, of shape []: yours is \(shape) instead of []")
    return Double(loss.item)
  }

  @Test("The discriminator's loss: real images against their target, generated ones against theirs")
  func discriminator() throws {
    // Two targets alone do not tell all mistakes apart, so a mistake counts where it fits all four.
    let targets: [(a: Double, b: Double)] = [(1, 0), (0.9, 0.1), (0.9, 0), (0.8, 0.3)]
    let found = try targets.map {
      try number(discriminatorLoss(realLogits: real, fakeLogits: fake, real: Float($0.a), fake: Float($0.b)))
    }
    func losses(_ loss: (_ a: Double, _ b: Double) -> Double) -> [Double] { targets.map { loss($0.a, $0.b) } }
    func onReal(_ target: Double) -> Double { crossEntropy(real, target) }
    func onFake(_ target: Double) -> Double { crossEntropy(fake, target) }
    let right = losses { onReal($0) + onFake($1) }
    // A few roundings in Float.
    #expect(
      zip(found, right).allSatisfy { agree($0, $1, relative: 1e-6) },
      likelyMistake(
        found, insteadOf: right,
        [
          "only the generated images' targets are smoothed": losses { onReal(1) + onFake($1) },
          "only the real images' targets are smoothed": losses { a, _ in onReal(a) + onFake(0) },
          "the targets are not smoothed at all": losses { _, _ in onReal(1) + onFake(0) },
          "the targets have changed places": losses { onReal($1) + onFake($0) },
          "both kinds of images got the target of the real ones": losses { a, _ in onReal(a) + onFake(a) },
          "the generated images' target is counted from 1: it is the given number": losses {
            onReal($0) + onFake(1 - $1)
          },
          "the losses of real and generated images are added, not halved": losses { (onReal($0) + onFake($1)) / 2 },
          "the losses of real and generated images are added, not subtracted": losses { onReal($0) - onFake($1) },
          "all images are averaged together; each kind has a mean of its own": losses {
            (3 * onReal($0) + 2 * onFake($1)) / 5
          },
          "all images are averaged together, and doubled; each kind has a mean of its own": losses {
            2 * (3 * onReal($0) + 2 * onFake($1)) / 5
          },
          "these are sums over the images; each kind has a mean": losses { 3 * onReal($0) + 2 * onFake($1) },
          "a sigmoid is applied to the logits twice": losses { twice(real, $0) + twice(fake, $1) },
          "of each kind only one of the two terms is there; with targets between 0 and 1 there are both": losses {
            $0 * onReal(1) + (1 - $1) * onFake(0)
          },
          "only the real images count": losses { a, _ in onReal(a) },
          "only the generated images count": losses { onFake($1) },
        ], within: 1e-5, otherwise: "the loss is off"
      ).about("the targets (1, 0), (0.9, 0.1), (0.9, 0) and (0.8, 0.3)"))
  }

  @Test("The generator's loss: generated images against what it wants")
  func generator() throws {
    let targets = [1, 0.9]
    let found = try targets.map { try number(generatorLoss(fakeLogits: fake, target: Float($0))) }
    let right = targets.map { crossEntropy(fake, $0) }
    #expect(
      zip(found, right).allSatisfy { agree($0, $1, relative: 1e-6) },
      likelyMistake(
        found, insteadOf: right,
        [
          "this is log(1 − D(G(z))), which saturates; −log D(G(z)) does not": targets.map {
            -crossEntropy(fake, 1 - $0)
          },
          "this is log(1 − D(G(z))), which saturates, and the target is not used": targets.map { _ in
            -crossEntropy(fake, 0)
          },
          "the target is not used": targets.map { _ in crossEntropy(fake, 1) },
          "the other term, −(1 − target) · log(1 − D), is missing": targets.map { $0 * crossEntropy(fake, 1) },
          "this is what the discriminator wants, for whom generated images are 0; the generator wants its target":
            targets.map {
              _ in crossEntropy(fake, 0)
            },
          "the target is turned round: the generator wants the number that is given": targets.map {
            crossEntropy(fake, 1 - $0)
          },
          "the loss is a mean over the images, not a sum": right.map { 2 * $0 },
          "a sigmoid is applied to the logits twice": targets.map { twice(fake, $0) },
        ], within: 1e-5, otherwise: "the loss is off"
      ).about("the targets 1 and 0.9"))
  }

  @Test("By default nothing is smoothed, and the generator wants a 1")
  func defaults() throws {
    let (short, long) = (generatorLoss(fakeLogits: fake), generatorLoss(fakeLogits: fake, target: 1))
    expectClose(
      try short.checked(), try long.checked(), "the generator's loss without a target, beside that with 1", tolerance: 0
    )
    expectClose(
      try discriminatorLoss(realLogits: real, fakeLogits: fake).checked(),
      try discriminatorLoss(realLogits: real, fakeLogits: fake, real: 1, fake: 0).checked(),
      "the discriminator's loss without targets, beside that with 1 and 0", tolerance: 0)
  }

  @Test("Who cannot tell loses 2 log 2; logits far out stay finite")
  func extremes() throws {
    func loss(_ real: Float, _ fake: Float) throws -> Double {
      try number(
        discriminatorLoss(
          realLogits: Tensor(repeating: real, shape: [4]), fakeLogits: Tensor(repeating: fake, shape: [4])))
    }
    let (undecided, sure, wrong) = try (loss(0, 0), loss(200, -200), loss(-200, 200))
    #expect(
      agree(undecided, 2 * .log(2), relative: 1e-6),
      likelyMistake(
        undecided, insteadOf: 2 * .log(2),
        [
          "the losses of real and generated images are added, not halved, or one is missing": .log(2),
          "these are sums over the four images; each kind has a mean": 8 * .log(2),
          "a sigmoid is applied to the logits twice": twice(Tensor([0]), 1) + twice(Tensor([0]), 0),
        ], otherwise: "who answers ½ to everything loses log 2 by real images and log 2 by generated ones"))
    let advice = "a probability has been rounded to 0 or 1 before its logarithm was taken; the losses take logits"
    #expect(
      sure == 0,
      likelyMistake(
        sure, insteadOf: 0, [:],
        otherwise: sure.isFinite
          ? "a discriminator that is right and sure, with logits of 200 and −200, loses nothing" : advice))
    #expect(
      agree(wrong, 400, relative: 1e-6),
      likelyMistake(
        wrong, insteadOf: 400, [:],
        otherwise: wrong.isFinite
          ? "to be wrong and sure, with logits of −200 and 200, costs 200 by each kind of images" : advice))
  }

  @Test("Gradients: the discriminator raises real and lowers generated logits, the generator raises generated ones")
  func gradients() throws {
    let (real, fake) = (self.real.variable, self.fake.variable)
    let loss = try discriminatorLoss(realLogits: real, fakeLogits: fake, real: 0.9, fake: 0.1).checked()
    let gradients = loss.gradients()
    // The derivative of the cross-entropy by a logit is (σ − target) / n.
    expectClose(
      gradients[real] ?? missing, Tensor(real.scalars.map { Float((sigmoid($0) - 0.9) / 3) }, shape: [3, 1]),
      "the discriminator's gradient by the logits of real images", tolerance: 1e-6)
    expectClose(
      gradients[fake] ?? missing, Tensor(fake.scalars.map { Float((sigmoid($0) - 0.1) / 2) }, shape: [2, 1]),
      "the discriminator's gradient by the logits of generated images", tolerance: 1e-6)
    expectClose(
      try generatorLoss(fakeLogits: fake).checked().gradients()[fake] ?? missing,
      Tensor(fake.scalars.map { Float((sigmoid($0) - 1) / 2) }, shape: [2, 1]),
      "the generator's gradient by the logits of its images", tolerance: 1e-6,
      mistakes: [
        "this is log(1 − D(G(z))), whose gradient is −σ(x)": Tensor(
          fake.scalars.map { Float(-sigmoid($0) / 2) }, shape: [2, 1]),
        "the generator lowers the logits of its images; it wants them high": Tensor(
          fake.scalars.map { Float(sigmoid($0) / 2) }, shape: [2, 1]),
      ])
  }

  @Test("The generator learns most where the discriminator is sure of its fakes", arguments: [-10, -50] as [Float])
  func saturation(logit: Float) throws {
    let fake = Tensor([logit]).variable
    let gradient = try #require(
      try generatorLoss(fakeLogits: fake).checked().gradients()[fake], "no gradient reaches the logit")
    let found = Double(gradient.item)
    // σ(−10) − 1 is −0.99995.
    #expect(
      found < -0.999 && found >= -1,
      likelyMistake(
        found, insteadOf: sigmoid(logit) - 1,
        [
          "log(1 − D) saturates there, with the gradient −σ(x)": -sigmoid(logit),
          "this is what the discriminator wants, with the gradient σ(x)": sigmoid(logit),
        ], within: 1e-4, otherwise: "the gradient of −log D is σ(x) − 1"
      ).about("the gradient at a logit of \(logit)"))
  }

  private var missing: Tensor { Tensor(fault: Fault("no gradient reached the logits")) }
}

import Foundation
import GANComparison
import Tensors
import TestSupport
import Testing

/// The losses of discriminator and generator against their formulas.
@Suite("Adversarial losses")
struct AdversarialLossesTests {
  private let real = Tensor([1.5, -0.5, 3], shape: [3, 1])
  private let fake = Tensor([-2, 0.25], shape: [2, 1])

  private func sigmoid(_ logit: Float) -> Double { 1 / (1 + exp(-Double(logit))) }

  private func crossEntropy(_ logits: Tensor, _ target: Double) -> Double {
    let terms = logits.scalars.map { -target * log(sigmoid($0)) - (1 - target) * log(1 - sigmoid($0)) }
    return terms.reduce(0, +) / Double(terms.count)
  }

  @Test(
    "The discriminator's loss is −mean log D(x) − mean log(1 − D(G(z)))", arguments: [(1, 0), (0.9, 0.1), (0.9, 0)])
  func discriminator(realTarget: Float, fakeTarget: Float) throws {
    let loss = try discriminatorLoss(realLogits: real, fakeLogits: fake, real: realTarget, fake: fakeTarget).checked()
    #expect(loss.shape == [])
    // A few roundings in Float.
    #expect(
      agree(
        Double(loss.item), crossEntropy(real, Double(realTarget)) + crossEntropy(fake, Double(fakeTarget)),
        relative: 1e-6),
      "real and made images are averaged apart and added, not halved; logits are not passed through a sigmoid twice")
  }

  @Test("By default labels are not smoothed, and the generator wants a 1", arguments: [1, 0.9] as [Float])
  func generator(target: Float) throws {
    let loss = try generatorLoss(fakeLogits: fake, target: target).checked()
    #expect(
      agree(Double(loss.item), crossEntropy(fake, Double(target)), relative: 1e-6),
      "the generator's loss is −log D(G(z)); log(1 − D(G(z))) saturates where the discriminator is sure")
    #expect(generatorLoss(fakeLogits: fake) == generatorLoss(fakeLogits: fake, target: 1))
    #expect(
      discriminatorLoss(realLogits: real, fakeLogits: fake)
        == discriminatorLoss(realLogits: real, fakeLogits: fake, real: 1, fake: 0))
  }

  @Test("Who cannot tell loses 2 log 2; logits far out stay finite")
  func extremes() throws {
    let undecided = try discriminatorLoss(realLogits: .zeros([4]), fakeLogits: .zeros([4])).checked()
    #expect(agree(Double(undecided.item), 2 * log(2), relative: 1e-6))
    let sure = try discriminatorLoss(
      realLogits: Tensor(repeating: 200, shape: [4]), fakeLogits: Tensor(repeating: -200, shape: [4])
    ).checked()
    #expect(sure.item == 0, "a discriminator that is right and sure loses nothing")
    let wrong = try discriminatorLoss(
      realLogits: Tensor(repeating: -200, shape: [4]), fakeLogits: Tensor(repeating: 200, shape: [4])
    ).checked()
    #expect(agree(Double(wrong.item), 400, relative: 1e-6), "log(sigmoid(−200)) is −200, not −infinity: use the logits")
  }

  @Test("Gradients: the discriminator raises real and lowers made logits, the generator raises made ones")
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
      "the discriminator's gradient by the logits of made images", tolerance: 1e-6)
    expectClose(
      generatorLoss(fakeLogits: fake).gradients()[fake] ?? missing,
      Tensor(fake.scalars.map { Float((sigmoid($0) - 1) / 2) }, shape: [2, 1]),
      "the generator's gradient, which raises the logits of its images", tolerance: 1e-6)
  }

  @Test("The generator learns most where the discriminator is sure of its fakes")
  func saturation() throws {
    let fake = Tensor([-10]).variable
    let gradient = try #require(generatorLoss(fakeLogits: fake).gradients()[fake])
    #expect(
      gradient.item < -0.999,
      "the gradient at a logit of −10 is \(gradient.item); with log(1 − D) it would vanish, −4.5e-5")
  }

  private var missing: Tensor { Tensor(fault: Fault("no gradient reached the logits")) }
}

/// The best answer there is, for two kinds of images that data and generator make with other frequencies.
@Suite("Optimal discriminator")
struct OptimalDiscriminatorTests {
  /// Of four real images three are of kind 0, of four made ones only one.
  private let kinds = (real: [0, 0, 0, 1], fake: [0, 1, 1, 1])

  private func gradient(of logits: [Double], real: Float, fake: Float) throws -> [Double] {
    let logits = Tensor(logits.map(Float.init), shape: [2, 1]).variable
    let loss = discriminatorLoss(
      realLogits: logits.gathered(rows: kinds.real), fakeLogits: logits.gathered(rows: kinds.fake), real: real,
      fake: fake)
    return try #require(loss.checked().gradients()[logits], "no gradient reached the logits").scalars.map(Double.init)
  }

  /// D* = (real · p_data + fake · p_made) / (p_data + p_made), as a logit, for the two kinds.
  private func best(real: Double, fake: Double) -> [Double] {
    [(0.75, 0.25), (0.25, 0.75)].map { data, made in
      let d = (real * data + fake * made) / (data + made)
      return log(d / (1 - d))
    }
  }

  @Test("D* = (real · p_data + fake · p_made) / (p_data + p_made)", arguments: [(1, 0), (0.9, 0.1), (0.9, 0)])
  func stationary(real: Float, fake: Float) throws {
    let gradient = try gradient(of: best(real: Double(real), fake: Double(fake)), real: real, fake: fake)
    // Four terms of at most 0.25, rounded in Float.
    #expect(
      gradient.allSatisfy { abs($0) < 1e-6 },
      "at the optimum the gradient is \(gradient): do both targets count, and both losses with the same weight?")
  }

  @Test("Smoothing pulls the optimum towards the middle")
  func smoothing() throws {
    let gradient = try gradient(of: best(real: 1, fake: 0), real: 0.9, fake: 0.1)
    // With one kind's logit ℓ: (p_data + p_made) σ(ℓ) − 0.9 p_data − 0.1 p_made = 0.75 − 0.7 and 0.25 − 0.3.
    #expect(abs(gradient[0] - 0.05) < 1e-6, "the discriminator is too sure of kind 0")
    #expect(abs(gradient[1] + 0.05) < 1e-6, "the discriminator is too sure of kind 1")
  }

  @Test("Where data and generator agree, D* is the middle of the targets", arguments: [(1, 0), (0.9, 0.1), (0.9, 0)])
  func balanced(real: Float, fake: Float) throws {
    let middle = (real + fake) / 2
    let logit = Tensor([log(middle / (1 - middle))]).variable
    let loss = try discriminatorLoss(realLogits: logit, fakeLogits: logit, real: real, fake: fake).checked()
    let gradient = try #require(loss.gradients()[logit], "no gradient reached the logit")
    #expect(abs(gradient.item) < 1e-6)
  }
}

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

  @Test(
    "The discriminator's loss: real images against their target, made ones against theirs",
    arguments: [(1, 0), (0.9, 0.1), (0.9, 0), (0.8, 0.3)] as [(Double, Double)])
  func discriminator(_ targets: (real: Double, fake: Double)) throws {
    let (a, b) = targets
    let loss = try discriminatorLoss(realLogits: real, fakeLogits: fake, real: Float(a), fake: Float(b)).checked()
    #expect(loss.shape == [], "a loss is one number")
    let expected = crossEntropy(real, a) + crossEntropy(fake, b)
    let mistakes: KeyValuePairs = [
      "only the made images' targets are smoothed": crossEntropy(real, 1) + crossEntropy(fake, b),
      "only the real images' targets are smoothed": crossEntropy(real, a) + crossEntropy(fake, 0),
      "the targets are not smoothed at all": crossEntropy(real, 1) + crossEntropy(fake, 0),
      "the targets have changed places": crossEntropy(real, b) + crossEntropy(fake, a),
      "the made images' target is counted from 1: it is the given number": crossEntropy(real, a)
        + crossEntropy(fake, 1 - a),
      "real and made images are averaged apart and then added, not halved": expected / 2,
      "all images are averaged together; each kind has a mean of its own":
        (3 * crossEntropy(real, a) + 2 * crossEntropy(fake, b)) / 5,
      "a sigmoid is applied to the logits twice": twice(real, a) + twice(fake, b),
      "only the real images count": crossEntropy(real, a),
      "only the made images count": crossEntropy(fake, b),
    ]
    let fitting = mistakes.first {
      agree(Double(loss.item), $0.value, relative: 1e-5) && !agree($0.value, expected, relative: 1e-4)
    }
    // A few roundings in Float.
    #expect(
      agree(Double(loss.item), expected, relative: 1e-6),
      "\(fitting?.key ?? "the loss is off"): \(loss.item) instead of \(expected)")
  }

  @Test("The generator's loss: made images against what it wants", arguments: [1, 0.9] as [Float])
  func generator(target: Float) throws {
    let loss = try generatorLoss(fakeLogits: fake, target: target).checked()
    let expected = crossEntropy(fake, Double(target))
    let message =
      agree(Double(loss.item), -crossEntropy(fake, 0), relative: 1e-5)
      ? "this is log(1 − D(G(z))), which saturates; −log D(G(z)) does not"
      : agree(Double(loss.item), crossEntropy(fake, 1), relative: 1e-5)
        ? "the target is not used"
        : agree(Double(loss.item), crossEntropy(fake, 0), relative: 1e-5)
          ? "the generator wants its images to pass for real: 1, not 0" : "the loss is off"
    #expect(agree(Double(loss.item), expected, relative: 1e-6), "\(message): \(loss.item) instead of \(expected)")
  }

  @Test("By default nothing is smoothed, and the generator wants a 1")
  func defaults() throws {
    #expect(generatorLoss(fakeLogits: fake) == generatorLoss(fakeLogits: fake, target: 1))
    #expect(
      discriminatorLoss(realLogits: real, fakeLogits: fake)
        == discriminatorLoss(realLogits: real, fakeLogits: fake, real: 1, fake: 0))
  }

  @Test("Who cannot tell loses 2 log 2; logits far out stay finite")
  func extremes() throws {
    let undecided = try discriminatorLoss(realLogits: .zeros([4]), fakeLogits: .zeros([4])).checked()
    #expect(agree(Double(undecided.item), 2 * .log(2), relative: 1e-6))
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

  @Test("The generator learns most where the discriminator is sure of its fakes", arguments: [-10, -50] as [Float])
  func saturation(logit: Float) throws {
    let fake = Tensor([logit]).variable
    let gradient = try #require(generatorLoss(fakeLogits: fake).gradients()[fake], "no gradient reaches the logit").item
    #expect(
      gradient < -0.999,
      "the gradient at a logit of \(logit) is \(gradient), where −log D has −1: log(1 − D) saturates there, with −σ(x) ≈ 0"
    )
  }

  private var missing: Tensor { Tensor(fault: Fault("no gradient reached the logits")) }
}

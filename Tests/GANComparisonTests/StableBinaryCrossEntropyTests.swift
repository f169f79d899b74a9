import GANComparison
import RealModule
import Tensors
import TestSupport
import Testing

@Suite("7.4 Stable binary cross-entropy", .exercise("7.4"))
struct Exercise7_4 {
  private func loss(_ logits: [Float], _ targets: [Float]) -> Tensor {
    stableBinaryCrossEntropy(logits: Tensor(logits), targets: Tensor(targets))
  }

  /// The definition, in Double: good for logits of moderate size.
  private func definition(_ logits: [Float], _ targets: [Float]) -> Double {
    let terms = zip(logits, targets).map { x, y in
      let d = 1 / (1 + Double.exp(-Double(x)))
      return -Double(y) * .log(d) - (1 - Double(y)) * .log(1 - d)
    }
    return terms.reduce(0, +) / Double(terms.count)
  }

  @Test(
    "The mean of −y log D − (1 − y) log(1 − D)",
    arguments: [([0.5], [1]), ([2, -1.5, 0.25], [1, 0, 1]), ([-3, 4], [0.9, 0.1])] as [([Float], [Float])])
  func definition(logits: [Float], targets: [Float]) throws {
    let result = try loss(logits, targets).checked()
    #expect(result.shape == [], "the loss is one number, of shape [], not \(result.shape): take the mean")
    let expected = definition(logits, targets)
    let (found, count) = (Double(result.item), Double(logits.count))
    let flipped = definition(logits, targets.map { 1 - $0 })
    // A few roundings in Float.
    let message =
      agree(found, expected * count, relative: 1e-5) && count > 1
      ? "this is the sum; the loss is the mean over all elements"
      : agree(found, flipped, relative: 1e-5)
        ? "the targets are the wrong way round: y belongs to log D" : "the loss is off"
    #expect(agree(found, expected, relative: 2e-6), "\(message): \(found) instead of \(expected)")
  }

  @Test("Who cannot tell loses log 2, whatever the target", arguments: [0, 0.3, 1] as [Float])
  func undecided(target: Float) throws {
    #expect(abs(try loss([0], [target]).checked().item - 0.6931472) < 1e-6)
  }

  @Test("Logits far out have a finite loss", arguments: [-1000, -200, -90, -20, 20, 90, 200, 1000] as [Float])
  func extremes(logit: Float) throws {
    let (one, zero) = (try loss([logit], [1]).checked().item, try loss([logit], [0]).checked().item)
    let hint = "the exponential must be of −|x|, which lies between 0 and 1; of a large number it overflows"
    #expect(one.isFinite && zero.isFinite, "at a logit of \(logit) the losses are \(one) and \(zero): \(hint)")
    // For |x| ≥ 20 the logarithm's term is below 2.1e-9.
    #expect(
      abs(one - max(-logit, 0)) <= 1e-6 * abs(logit), "to be wrong and sure costs |x|, to be right nothing: \(one)")
    #expect(
      abs(zero - max(logit, 0)) <= 1e-6 * abs(logit), "to be wrong and sure costs |x|, to be right nothing: \(zero)")
  }

  @Test("The derivative by a logit is (σ(x) − y) / n, at 0 as well")
  func gradients() throws {
    let logits: [Float] = [-200, -3, -0.5, 0, 0.5, 3, 200, 0]
    let targets: [Float] = [1, 0, 1, 0, 0.25, 1, 1, 0.9]
    let variable = Tensor(logits).variable
    let result = try stableBinaryCrossEntropy(logits: variable, targets: Tensor(targets)).checked()
    let gradient = try #require(result.gradients()[variable], "no gradient reaches the logits").scalars
    try #require(gradient.count == 8, "the gradient has one number for each logit")
    for (index, (x, y)) in zip(logits, targets).enumerated() {
      let expected = (1 / (1 + Float.exp(-x)) - y) / 8
      let message =
        x == 0
        ? "the derivative at x = 0 is ½ − y, but two kinks meet there, and the engine has 0 for the derivative at a kink"
        : "the derivative at x = \(x) is σ(x) − y"
      #expect(abs(gradient[index] - expected) < 1e-6, "\(message), divided by 8: \(expected), not \(gradient[index])")
    }
  }

  @Test("The engine's loss is the same, and its gradients")
  func oracle() throws {
    var generator = RandomGenerator(seed: 1)
    let logits = (4 * Tensor.normal([7, 5], using: &generator)).variable
    let targets = Tensor.uniform([7, 5], using: &generator)
    let (own, engine) = (
      try stableBinaryCrossEntropy(logits: logits, targets: targets).checked(),
      binaryCrossEntropy(logits: logits, targets: targets)
    )
    expectClose(own, engine, "the loss", tolerance: 2e-6)
    expectClose(
      try #require(own.gradients()[logits], "no gradient reaches the logits"), try #require(engine.gradients()[logits]),
      "the gradient with respect to the logits", tolerance: 5e-6)
  }

  @Test("Logits and targets of different shapes are a fault")
  func misfit() {
    #expect(loss([1, 2], [1]).fault != nil, "one target for two logits must be faulty, not stretched")
    #expect(loss([1, 2], [1, 0]).fault == nil, "two targets fit two logits")
  }
}

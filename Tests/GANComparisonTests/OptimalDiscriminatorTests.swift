import GANComparison
import RealModule
import Tensors
import TestSupport
import Testing

@Suite("7.6 The optimal discriminator", .exercise("7.6"))
struct Exercise7_6 {
  private static let targets: [(Double, Double)] = [(1, 0), (0.9, 0), (0.9, 0.1), (1, 0.1)]
  private let densities: [(p: Double, q: Double)] = [(0.75, 0.25), (0.2, 0.6), (1, 1), (0.3, 0.001)]

  /// The discriminator's expected loss at one image.
  private func loss(_ d: Double, _ p: Double, _ q: Double, _ a: Double, _ b: Double) -> Double {
    -p * (a * .log(d) + (1 - a) * .log(1 - d)) - q * (b * .log(d) + (1 - b) * .log(1 - d))
  }

  @Test("Without smoothing it is p / (p + q)")
  func plain() {
    for (p, q) in densities {
      let answer = optimalDiscriminator(data: p, made: q)
      let message =
        agree(answer, q / (p + q), relative: 1e-9)
        ? "this is the probability of being made; D is that of being real"
        : agree(answer, p / q, relative: 1e-9) ? "this is the ratio p / q, not a probability" : "D* = p / (p + q)"
      #expect(agree(answer, p / (p + q), relative: 1e-12), "\(message): \(answer) for p = \(p), q = \(q)")
    }
  }

  @Test("No other answer loses less", arguments: targets)
  func minimum(_ targets: (a: Double, b: Double)) {
    let (a, b) = targets
    for (p, q) in densities {
      let answer = optimalDiscriminator(data: p, made: q, realTarget: a, fakeTarget: b)
      let plain = p / (p + q)
      let message =
        agree(answer, plain, relative: 1e-9) && (a, b) != (1, 0)
        ? "the targets are not used"
        : agree(answer, a * plain, relative: 1e-9)
          ? "the made images' target is forgotten: their density counts in the numerator, times b"
          : agree(answer, (a * p + b * q), relative: 1e-9) ? "the weights p and q must add up to 1" : "D* is off"
      // A hundredth towards 0 and towards 1.
      for other in [answer * 0.99, 1 - (1 - answer) * 0.99] {
        #expect(
          loss(answer, p, q, a, b) < loss(other, p, q, a, b),
          "\(message): for p = \(p), q = \(q), a = \(a), b = \(b) the answer \(other) loses less than \(answer)")
      }
    }
  }

  @Test("Where data and generator agree it is the middle of the targets", arguments: targets)
  func balanced(_ targets: (a: Double, b: Double)) {
    let answer = optimalDiscriminator(data: 0.4, made: 0.4, realTarget: targets.a, fakeTarget: targets.b)
    #expect(agree(answer, (targets.a + targets.b) / 2, relative: 1e-12), "\(answer) for the targets \(targets)")
  }

  @Test("What only the generator makes is answered 0, unless the fake side is smoothed")
  func onlyMade() {
    let oneSided = optimalDiscriminator(data: 0, made: 0.7, realTarget: 0.9)
    #expect(oneSided == 0, "one-sided smoothing leaves what the data never has at 0, not at \(oneSided)")
    let twoSided = optimalDiscriminator(data: 0, made: 0.7, realTarget: 0.9, fakeTarget: 0.1)
    #expect(agree(twoSided, 0.1, relative: 1e-12), "with b = 0.1 even this is 0.1 real, not \(twoSided)")
    // One-sided smoothing scales the plain answer; with b above 0 it is bent, most where q is large.
    for (p, q) in densities {
      let plain = p / (p + q)
      #expect(agree(optimalDiscriminator(data: p, made: q, realTarget: 0.9), 0.9 * plain, relative: 1e-12))
      #expect(
        agree(
          optimalDiscriminator(data: p, made: q, realTarget: 0.9, fakeTarget: 0.1), 0.1 + 0.8 * plain, relative: 1e-12))
    }
  }

  @Test("At the optimum the gradient of the discriminator's loss is 0", arguments: targets)
  func stationary(_ targets: (a: Double, b: Double)) throws {
    // Of four real images three are of kind 0, of four made ones only one.
    let answers = [(0.75, 0.25), (0.25, 0.75)].map {
      optimalDiscriminator(data: $0.0, made: $0.1, realTarget: targets.a, fakeTarget: targets.b)
    }
    let logits = Tensor(answers.map { Float(.log($0 / (1 - $0))) }, shape: [2, 1]).variable
    func loss(_ kinds: [Int], _ target: Double) -> Tensor {
      binaryCrossEntropy(
        logits: logits.gathered(rows: kinds), targets: Tensor(repeating: Float(target), shape: [4, 1]))
    }
    let total = try (loss([0, 0, 0, 1], targets.a) + loss([0, 1, 1, 1], targets.b)).checked()
    let gradient = try #require(total.gradients()[logits]).scalars
    // Eight terms of at most 0.25, rounded in Float.
    #expect(
      gradient.allSatisfy { abs($0) < 1e-6 }, "at the answers \(answers) the loss still changes, by \(gradient)")
  }

  @Test("The ratio p / q can be read off the answer", arguments: targets)
  func ratio(_ targets: (a: Double, b: Double)) {
    let (a, b) = targets
    for (p, q) in densities {
      let answer = (a * p + b * q) / (p + q)
      let found = densityRatio(answer: answer, realTarget: a, fakeTarget: b)
      let message =
        agree(found, answer / (1 - answer), relative: 1e-9)
        ? "D / (1 − D) holds without smoothing only"
        : agree(found, q / p, relative: 1e-9) ? "this is q / p" : "the ratio is off"
      #expect(
        agree(found, p / q, relative: 1e-9), "\(message): \(found) instead of \(p / q) for a = \(a), b = \(b)")
    }
    #expect(densityRatio(answer: b, realTarget: a, fakeTarget: b) == 0, "an answer of b: the data never has the image")
    #expect(
      densityRatio(answer: a, realTarget: a, fakeTarget: b) == .infinity, "an answer of a: the generator never makes it"
    )
  }
}

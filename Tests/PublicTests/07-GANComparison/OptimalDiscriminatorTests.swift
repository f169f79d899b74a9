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
    let found = densities.map { optimalDiscriminator(data: $0.p, generated: $0.q) }
    let right = densities.map { $0.p / ($0.p + $0.q) }
    #expect(
      zip(found, right).allSatisfy { agree($0, $1, relative: 1e-12) },
      likelyMistake(
        found, insteadOf: right,
        [
          "this is the probability of being generated; D is that of being real": densities.map { $0.q / ($0.p + $0.q) },
          "this is the ratio p / q, not a probability": densities.map { $0.p / $0.q },
          "this is the logit; the probability is wanted": densities.map { .log($0.p / $0.q) },
          "p and q are densities, which need not add up to 1": densities.map(\.p),
        ], otherwise: "of all images like this one the share p / (p + q) is real"
      ).about("(p, q) = (0.75, 0.25), (0.2, 0.6), (1, 1) and (0.3, 0.001)"))
  }

  /// A number for each pair of targets and each pair of densities.
  private func each(_ number: (_ p: Double, _ q: Double, _ a: Double, _ b: Double) -> Double) -> [Double] {
    Self.targets.flatMap { a, b in densities.map { number($0.p, $0.q, a, b) } }
  }

  @Test("No other answer loses less")
  func minimum() {
    // Without smoothing, or with that of one side, some mistakes give the same, so a mistake counts where it fits all targets.
    let found = each { optimalDiscriminator(data: $0, generated: $1, realTarget: $2, fakeTarget: $3) }
    var answers = found[...]
    // A hundredth towards 0 and towards 1.
    let isBest = each { p, q, a, b in
      let answer = answers.removeFirst()
      return [answer * 0.99, 1 - (1 - answer) * 0.99].allSatisfy { loss(answer, p, q, a, b) < loss($0, p, q, a, b) }
        ? 1 : 0
    }
    #expect(
      isBest.allSatisfy { $0 == 1 },
      likelyMistake(
        found, insteadOf: each { ($0 * $2 + $1 * $3) / ($0 + $1) },
        [
          "the targets are not used": each { p, q, _, _ in p / (p + q) },
          "the generated images' target is forgotten: their density counts in the numerator, times b": each {
            p, q, a, _ in
            p * a / (p + q)
          },
          "the real images' target is forgotten: their density counts times a": each { p, q, _, b in
            (p + q * b) / (p + q)
          },
          "the two targets have changed places": each { ($0 * $3 + $1 * $2) / ($0 + $1) },
          "the weights p and q must add up to 1: divide by their sum": each { $0 * $2 + $1 * $3 },
          "b is added, whatever the densities": each { $0 * $2 / ($0 + $1) + $3 },
        ], otherwise: "an answer a hundredth beside it loses less: D* is where the loss has the derivative 0"
      ).about("targets (1, 0), (0.9, 0), (0.9, 0.1) and (1, 0.1), each with four pairs of densities"))
  }

  @Test("Where data and generator agree it is the middle of the targets", arguments: targets)
  func balanced(_ targets: (a: Double, b: Double)) {
    let middle = (targets.a + targets.b) / 2
    let found = optimalDiscriminator(data: 0.4, generated: 0.4, realTarget: targets.a, fakeTarget: targets.b)
    #expect(
      agree(found, middle, relative: 1e-12),
      likelyMistake(
        found, insteadOf: middle, [:],
        otherwise: "where p = q, D* is the middle of the targets \(targets.a) and \(targets.b)"))
  }

  @Test("What only the generator makes is answered 0, unless the fake side is smoothed")
  func onlyMade() {
    let oneSided = optimalDiscriminator(data: 0, generated: 0.7, realTarget: 0.9)
    #expect(
      oneSided == 0, "one-sided smoothing leaves what the data never has at 0: yours is \(Float(oneSided)) instead of 0"
    )
    let twoSided = optimalDiscriminator(data: 0, generated: 0.7, realTarget: 0.9, fakeTarget: 0.1)
    #expect(
      agree(twoSided, 0.1, relative: 1e-12),
      likelyMistake(
        twoSided, insteadOf: 0.1, [:],
        otherwise: "with b = 0.1 even what the data never has is answered b, as if a little real"))
    let onlyReal = optimalDiscriminator(data: 0.7, generated: 0, realTarget: 0.9, fakeTarget: 0.1)
    #expect(
      agree(onlyReal, 0.9, relative: 1e-12),
      likelyMistake(
        onlyReal, insteadOf: 0.9, [:],
        otherwise: onlyReal.isNaN
          ? "q is 0 for what the generator never makes, so do not divide by it" : "what only the data has is answered a"
      ))
    // One-sided smoothing scales the plain answer; with b above 0 it is bent, most where q is large.
    let plain = densities.map { $0.p / ($0.p + $0.q) }
    let scaled = densities.map { optimalDiscriminator(data: $0.p, generated: $0.q, realTarget: 0.9) }
    let bent = densities.map { optimalDiscriminator(data: $0.p, generated: $0.q, realTarget: 0.9, fakeTarget: 0.1) }
    #expect(
      zip(scaled, plain).allSatisfy { agree($0, 0.9 * $1, relative: 1e-12) },
      likelyMistake(
        scaled, insteadOf: plain.map { 0.9 * $0 }, ["the real images' target is not used": plain],
        otherwise: "one-sided smoothing, a = 0.9, only scales D*"))
    #expect(
      zip(bent, plain).allSatisfy { agree($0, 0.1 + 0.8 * $1, relative: 1e-12) },
      likelyMistake(
        bent, insteadOf: plain.map { 0.1 + 0.8 * $0 },
        ["the targets are not used": plain, "the generated images' target is forgotten": plain.map { 0.9 * $0 }],
        otherwise: "with a = 0.9 and b = 0.1, D* lies as far between b and a as the plain one between 0 and 1"))
  }

  @Test("At the optimum the gradient of the discriminator's loss is 0", arguments: targets)
  func stationary(_ targets: (a: Double, b: Double)) throws {
    // Of four real images three are of kind 0, of four generated ones only one.
    let answers = [(0.75, 0.25), (0.25, 0.75)].map {
      optimalDiscriminator(data: $0.0, generated: $0.1, realTarget: targets.a, fakeTarget: targets.b)
    }
    try #require(
      answers.allSatisfy { $0 > 0 && $0 < 1 },
      "D* is a probability, here neither 0 nor 1: yours are \(answers[0]) and \(answers[1])")
    let logits = Tensor(answers.map { Float(.log($0 / (1 - $0))) }, shape: [2, 1]).variable
    func loss(_ kinds: [Int], _ target: Double) -> Tensor {
      binaryCrossEntropy(
        logits: logits.gathered(rows: kinds), targets: Tensor(repeating: Float(target), shape: [4, 1]))
    }
    let total = try (loss([0, 0, 0, 1], targets.a) + loss([0, 1, 1, 1], targets.b)).checked()
    let gradient = try #require(total.gradients()[logits]).scalars
    // Eight terms of at most 0.25, rounded in Float.
    #expect(
      gradient.allSatisfy { abs($0) < 1e-6 },
      "at the best answers the loss has the gradient 0: at yours, \(Float(answers[0])) and \(Float(answers[1])), it is \(gradient) instead of 0"
    )
  }

  @Test("The ratio p / q can be read off the answer")
  func ratio() {
    let answers = each { ($2 * $0 + $3 * $1) / ($0 + $1) }
    func eachAnswer(_ number: (_ answer: Double, _ a: Double, _ b: Double) -> Double) -> [Double] {
      var rest = answers[...]
      return each { _, _, a, b in number(rest.removeFirst(), a, b) }
    }
    let found = eachAnswer { densityRatio(answer: $0, realTarget: $1, fakeTarget: $2) }
    let right = each { p, q, _, _ in p / q }
    // A difference of two numbers near 1 loses two or three of sixteen digits.
    #expect(
      zip(found, right).allSatisfy { agree($0, $1, relative: 1e-9) },
      likelyMistake(
        found, insteadOf: right,
        [
          "D / (1 − D) holds without smoothing only": answers.map { $0 / (1 - $0) },
          "this is q / p": right.map { 1 / $0 },
          "this is p / (p + q), a probability": right.map { $0 / ($0 + 1) },
          "the generated images' target is forgotten": eachAnswer { answer, a, _ in answer / (a - answer) },
          "the real images' target is forgotten": eachAnswer { answer, _, b in (answer - b) / (1 - answer) },
          "the sign is turned": right.map { -$0 },
        ], within: 1e-8, otherwise: "put D* = (a p + b q) / (p + q) in, and the result is p / q"
      ).about("targets (1, 0), (0.9, 0), (0.9, 0.1) and (1, 0.1), each with four pairs of densities"))
    for (a, b) in Self.targets {
      let (least, most) = (
        densityRatio(answer: b, realTarget: a, fakeTarget: b), densityRatio(answer: a, realTarget: a, fakeTarget: b)
      )
      #expect(
        least == 0,
        "an answer of b = \(b) means that the data never has the image: yours is \(Float(least)) instead of 0")
      #expect(
        most == .infinity,
        "an answer of a = \(a) means that the generator never makes the image: yours is \(Float(most)) instead of infinity"
      )
    }
  }
}

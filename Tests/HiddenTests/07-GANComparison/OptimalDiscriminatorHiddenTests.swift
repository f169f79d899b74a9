import GANComparison
import RealModule
import Tensors
import TestSupport
import Testing

@Suite("7.6 The optimal discriminator", .exercise("7.6"))
struct Hidden7_6 {
  @Test("Other inputs", arguments: [61, 62, 63] as [UInt64])
  func random(seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    for _ in 0..<20 {
      let (p, q) = (Double(generator.uniform()) + 0.01, Double(generator.uniform()) + 0.01)
      let (a, b) = (0.6 + 0.4 * Double(generator.uniform()), 0.4 * Double(generator.uniform()))
      let answer = optimalDiscriminator(data: p, generated: q, realTarget: a, fakeTarget: b)
      // The mean of the targets: a where all is real, b where all is generated.
      #expect(agree(answer, b + (a - b) * p / (p + q), relative: 1e-12))
      #expect(agree(densityRatio(answer: answer, realTarget: a, fakeTarget: b), p / q, relative: 1e-9))
    }
  }

  @Test("Edge cases")
  func ends() {
    #expect(optimalDiscriminator(data: 3, generated: 0) == 1)
    #expect(optimalDiscriminator(data: 0, generated: 1e-9) == 0)
    #expect(optimalDiscriminator(data: 2, generated: 0, realTarget: 0.9, fakeTarget: 0.1) == 0.9)
    #expect(densityRatio(answer: 0.5) == 1)
    #expect(densityRatio(answer: 1) == .infinity && densityRatio(answer: 0) == 0)
    #expect(agree(densityRatio(answer: 0.45, realTarget: 0.9), 1, relative: 1e-12))
  }

  @Test("Precision")
  func scale() {
    // Densities need not be of the size of 1, and their common factor does not count.
    for factor in [1e-200, 1, 1e200] {
      let answer = optimalDiscriminator(data: 3 * factor, generated: factor, realTarget: 0.9, fakeTarget: 0.1)
      #expect(agree(answer, 0.7, relative: 1e-12))
    }
  }

  @Test("Together with other exercises")
  func gradient() throws {
    let (a, b) = (0.85, 0.15)
    // Two of three real images and one of four generated ones are of kind 0.
    let answers = [(2.0 / 3, 0.25), (1.0 / 3, 0.75)].map {
      optimalDiscriminator(data: $0.0, generated: $0.1, realTarget: a, fakeTarget: b)
    }
    let logits = Tensor(answers.map { Float(.log($0 / (1 - $0))) }, shape: [2, 1]).variable
    let loss = try discriminatorLoss(
      realLogits: logits.gathered(rows: [0, 0, 1]), fakeLogits: logits.gathered(rows: [0, 1, 1, 1]), real: Float(a),
      fake: Float(b)
    ).checked()
    let gradient = try #require(loss.gradients()[logits])
    #expect(gradient.scalars.allSatisfy { abs($0) < 1e-6 })
  }
}

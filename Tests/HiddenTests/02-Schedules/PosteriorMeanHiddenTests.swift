import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

@Suite("2.3 The posterior's mean", .exercise("2.3"))
struct Hidden2_3 {
  /// The weights from Bayes' rule.
  private func weights(_ betas: [Double], _ t: Int) -> (x0: Double, xt: Double) {
    let before = betas[..<t].reduce(1) { $0 * (1 - $1) }
    let precision = 1 / (1 - before) + (1 - betas[t]) / betas[t]
    return (before.squareRoot() / (1 - before) / precision, (1 - betas[t]).squareRoot() / betas[t] / precision)
  }

  @Test("Other inputs", arguments: [91, 92, 93])
  func random(seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    let betas = (0..<15).map { _ in 0.02 + 0.6 * Double(generator.uniform()) }
    let schedule = NoiseSchedule(betas: betas)
    for t in 1..<15 {
      let (found, expected) = (schedule.posteriorMeanCoefficients(at: t), weights(betas, t))
      // ᾱ with up to 15 roundings is good to 2e-15, and 1 − ᾱ is at least 0.02: 1e-13 of it.
      #expect(agree(found.x0, expected.x0, relative: 1e-12), "x_0 at \(t)")
      #expect(agree(found.xt, expected.xt, relative: 1e-12), "x_t at \(t)")
    }
  }

  @Test("Other sizes", arguments: [2, 50, 2000])
  func sizes(timestepCount: Int) {
    let betas = referenceLinearBetas(timestepCount)
    let schedule = NoiseSchedule(betas: betas)
    let t = timestepCount - 1
    let (found, expected) = (schedule.posteriorMeanCoefficients(at: t), weights(betas, t))
    // 1 − ᾱ is at least 1e-4 and rounded by 1.1e-16, 1e-12 of it; 2000 factors add 2e-13.
    #expect(agree(found.x0, expected.x0, relative: 1e-10))
    #expect(agree(found.xt, expected.xt, relative: 1e-10))
  }

  @Test("Edge cases")
  func single() {
    let found = NoiseSchedule(betas: [0.3]).posteriorMeanCoefficients(at: 0)
    // 1 − ᾱ and β are 0.3, rounded by 1.1e-16 each.
    #expect(agree(found.x0, 1, relative: 1e-14))
    #expect(found.xt == 0)
  }

  @Test("Edge cases")
  func allLost() {
    // β = 1: x_t says nothing, so the mean is that of q(x_{t−1} | x_0).
    let found = NoiseSchedule(betas: [0.75, 1]).posteriorMeanCoefficients(at: 1)
    #expect(found.x0 == 0.5)
    #expect(found.xt == 0)
  }

  @Test("Precision")
  func smallBetas() {
    let found = NoiseSchedule(betas: [1e-4, 1e-4]).posteriorMeanCoefficients(at: 1)
    // With two equal small steps both weights are near ½: ½ · √α and so on, to first order 1/(2 ∓ β).
    let alpha = 1 - 1e-4
    // 1 − ᾱ is 1e-4 and 2e-4, rounded by 1.1e-16: 2e-12 in all.
    #expect(agree(found.x0, alpha.squareRoot() / (1 + alpha), relative: 1e-11))
    #expect(agree(found.xt, alpha.squareRoot() / (1 + alpha), relative: 1e-11))
  }

  @Test("Together with other exercises", arguments: [1, 30, 99])
  func noisyImage(t: Int) throws {
    // Without noise x_t is √ᾱ_t · x_0, and the mean is √ᾱ_{t−1} · x_0.
    let schedule = NoiseSchedule.squaredCosine(timestepCount: 100)
    let x0 = Tensor([-1, 0.25, 1, 0.5], shape: [1, 2, 2, 1])
    let xt = schedule.noised(x0, with: .zeros(x0.shape), at: [t])
    let weights = schedule.posteriorMeanCoefficients(at: t)
    // Three products and a sum on one side, one product on the other, each rounded to Float by 6e-8, as are the weights.
    expectClose(
      x0 * Float(weights.x0) + xt * Float(weights.xt), schedule.noised(x0, with: .zeros(x0.shape), at: [t - 1]),
      "x_{t−1}", tolerance: 5e-7)
  }
}

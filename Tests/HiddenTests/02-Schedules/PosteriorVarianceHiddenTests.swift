import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

@Suite("2.4 The posterior's variance", .exercise("2.4"))
struct Hidden2_4 {
  @Test("Other inputs", arguments: [101, 102, 103])
  func random(seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    let betas = (0..<15).map { _ in 0.02 + 0.6 * Double(generator.uniform()) }
    let schedule = NoiseSchedule(betas: betas)
    var before = 1 - betas[0]
    for t in 1..<15 {
      let expected = 1 / (1 / (1 - before) + (1 - betas[t]) / betas[t])
      // ᾱ with up to 15 roundings is good to 2e-15, and 1 − ᾱ is at least 0.02: 1e-13 of it.
      #expect(agree(schedule.posteriorVariance(at: t), expected, relative: 1e-12), "t = \(t)")
      before *= 1 - betas[t]
    }
  }

  @Test("Other sizes", arguments: [2, 50, 2000])
  func sizes(timestepCount: Int) {
    let betas = referenceCosineBetas(timestepCount)
    let before = betas.dropLast().reduce(1) { $0 * (1 - $1) }
    let expected = 1 / (1 / (1 - before) + (1 - 0.999) / 0.999)
    // 1 − β is 1e-3 and rounded by 1.1e-16, 1e-13 of it; 2000 factors add 2e-13.
    #expect(agree(NoiseSchedule(betas: betas).posteriorVariance(at: timestepCount - 1), expected, relative: 1e-10))
  }

  @Test("Edge cases")
  func ends() {
    #expect(NoiseSchedule(betas: [0.3]).posteriorVariance(at: 0) == 0)
    // β = 1: x_t says nothing, so the variance is that of q(x_{t−1} | x_0).
    #expect(NoiseSchedule(betas: [0.75, 1]).posteriorVariance(at: 1) == 0.75)
  }

  @Test("Precision")
  func smallBetas() {
    let alpha = 1 - 1e-4
    // Two equal steps: β (1 − α) / (1 − α²) = β / (1 + α).
    // 1 − ᾱ is 1e-4 and 2e-4, rounded by 1.1e-16: 2e-12 in all.
    #expect(
      agree(NoiseSchedule(betas: [1e-4, 1e-4]).posteriorVariance(at: 1), 1e-4 / (1 + alpha), relative: 1e-11))
  }

  @Test("Together with other exercises", arguments: [1, 10, 99])
  func totalVariance(t: Int) {
    let schedule = NoiseSchedule.linear(timestepCount: 100)
    let weights = schedule.posteriorMeanCoefficients(at: t)
    let total = weights.xt * weights.xt * (1 - schedule.alphaBars[t]) + schedule.posteriorVariance(at: t)
    // 1 − ᾱ is at least 1e-4, rounded by 1.1e-16: 1e-12 of it, a few times.
    #expect(agree(total, 1 - schedule.alphaBars[t - 1], relative: 1e-9))
    // The product of the two ways to write the precision: β̃ / β = c_t / √α_t. Both have the same 1 − ᾱ, so a few
    // roundings of 1.1e-16 are all that differs.
    #expect(
      agree(
        schedule.posteriorVariance(at: t) / schedule.betas[t], weights.xt / schedule.alphas[t].squareRoot(),
        relative: 1e-12))
  }
}

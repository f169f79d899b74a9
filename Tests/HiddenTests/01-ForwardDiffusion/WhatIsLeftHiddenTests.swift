import ForwardDiffusion
import RealModule
import Tensors
import TestSupport
import Testing

@Suite("1.6 What is left of the image", .exercise("1.6"))
struct Hidden1_6 {
  @Test("Other inputs", arguments: [61, 62, 63])
  func ratios(seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    let betas = (0..<10).map { _ in 0.05 + 0.5 * Double(generator.uniform()) }
    let schedule = NoiseSchedule(betas: betas)
    var left = 1.0
    for (t, beta) in betas.enumerated() {
      left *= 1 - beta
      // ᾱ with ten roundings is good to 1e-15, and so is 1 − ᾱ, which is at least 0.05: 2e-14 of it.
      #expect(agree(schedule.signalToNoiseRatio(at: t), left / (1 - left), relative: 1e-12), "t = \(t)")
    }
  }

  @Test("Other inputs", arguments: [64, 65, 66])
  func divergences(seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    let betas = (0..<4).map { _ in 0.1 + 0.4 * Double(generator.uniform()) }
    let left = betas.reduce(1) { $0 * (1 - $1) }
    let meanSquare = Double(generator.uniform())
    // Numbers below 1, rounded a few times by 1.1e-16, cancel to no less than ᾱ²/4, and ᾱ is at least 0.5⁴: 1e-3.
    #expect(
      agree(
        NoiseSchedule(betas: betas).priorDivergence(meanSquare: meanSquare),
        (left * meanSquare + (1 - left) - 1 - .log(1 - left)) / 2, relative: 1e-11))
  }

  @Test("Other sizes", arguments: [1, 2, 250])
  func cosine(timestepCount: Int) {
    let schedule = NoiseSchedule(betas: referenceCosineBetas(timestepCount))
    let left = schedule.alphaBars.last ?? .nan
    let nats = schedule.priorDivergence(meanSquare: 1)
    // For T = 250 ᾱ is 4e-8: of ln(1 − ᾱ) without `onePlus` 1.1e-16 / 4e-8 = 3e-9 would be wrong.
    #expect(agree(nats, -.log(onePlus: -left) / 2, relative: 1e-9), "with a mean square of 1 two terms cancel")
  }

  @Test("Edge cases")
  func ends() {
    let schedule = NoiseSchedule(betas: [0, 0.5, 1])
    #expect(schedule.signalToNoiseRatio(at: 0) == .infinity, "no noise at all")
    #expect(schedule.signalToNoiseRatio(at: 1) == 1)
    #expect(schedule.signalToNoiseRatio(at: 2) == 0, "no image at all")
    #expect(schedule.priorDivergence(meanSquare: 0.5) == 0)
    #expect(NoiseSchedule(betas: [0]).priorDivergence(meanSquare: 0.5) == .infinity, "a point is infinitely far")
    #expect(NoiseSchedule(betas: []).priorDivergence(meanSquare: 0.5) == 0)
  }

  @Test("Precision")
  func tiny() {
    let schedule = NoiseSchedule(betas: [0.997, 0.997])
    let left = schedule.alphaBars.last ?? .nan
    // ½ (ᾱ m + ᾱ²/2 + ᾱ³/3) with m = 1e-5: both terms count.
    let series = (left * 1e-5 + left * left / 2 + left * left * left / 3) / 2
    // Terms of 9e-6, rounded by 1e-21 each, cancel to 7e-11. Were 1 − ᾱ rounded first, by 1e-16, it would be off by 2e-6.
    #expect(agree(schedule.priorDivergence(meanSquare: 1e-5), series, relative: 1e-8))
  }

  @Test("Together with other exercises")
  func moments() {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(120))
    let (mean, variance) = schedule.forwardMoments(of: .ones([1]), at: 119)
    let square = Double(mean.item) * Double(mean.item)
    // KL of normal distributions from their moments; the mean is rounded to Float.
    #expect(
      agree(schedule.priorDivergence(meanSquare: 1), (square + variance - 1 - .log(variance)) / 2, relative: 1e-6))
  }
}

import ForwardDiffusion
import Foundation
import TestSupport
import Testing

/// What follows from the β of a schedule.
@Suite("Alpha, alpha bar and the signal-to-noise ratio")
struct NoiseScheduleTests {
  @Test("The cumulative product of a few numbers")
  func product() {
    #expect(cumulativeProduct([0.5, 0.5, 4]) == [0.5, 0.25, 1], "the n-th element is the product of the first n")
    #expect(cumulativeProduct([3]) == [3], "the first product is the first factor: [1, …] would be one step late")
    #expect(cumulativeProduct([]) == [])
  }

  @Test("α = 1 − β, and ᾱ multiplies α, not β")
  func alphaBars() {
    let schedule = NoiseSchedule(betas: [0.5, 0.75, 0.5])
    #expect(schedule.timestepCount == 3)
    #expect(schedule.alphas == [0.5, 0.25, 0.5])
    #expect(schedule.alphaBars == [0.5, 0.125, 0.0625], "[0.5, 0.375, 0.1875] would be the product of the β")
  }

  @Test("Over a thousand steps ᾱ is the exponential of the sum of ln(1 − β)")
  func logarithms() throws {
    let schedule = exampleSchedule()
    try #require(schedule.alphaBars.count == 1000, "ᾱ has an element for each timestep")
    var sum = 0.0
    let wrong = schedule.alphaBars.indices.first { t in
      sum += log1p(-schedule.betas[t])
      // Each of up to 1000 factors and terms is rounded once or twice: 2000 · 1.1e-16, and ten times that for safety.
      return !agree(schedule.alphaBars[t], exp(sum), relative: 2e-12)
    }
    #expect(wrong == nil, "ᾱ_t must hold the factors from α_0 to α_t, both included, in Double")
  }

  @Test("The signal-to-noise ratio is ᾱ / (1 − ᾱ)")
  func signalToNoise() throws {
    let schedule = NoiseSchedule(betas: [0.2, 0.5])
    try #require(schedule.alphaBars.count == 2, "ᾱ has an element for each timestep")
    // ᾱ is 0.8 and 0.4; a handful of roundings in Double.
    #expect(
      agree(schedule.signalToNoiseRatio(at: 0), 4, relative: 1e-14),
      "it is a ratio of powers: √ᾱ / √(1 − ᾱ) would be 2, and α / β the ratio of one step only")
    #expect(agree(schedule.signalToNoiseRatio(at: 1), 2.0 / 3, relative: 1e-14))
  }

  @Test("Every step loses signal")
  func falls() throws {
    let schedule = exampleSchedule()
    try #require(schedule.alphaBars.count == 1000, "ᾱ has an element for each timestep")
    let rises = (1..<1000).first {
      !(schedule.signalToNoiseRatio(at: $0) < schedule.signalToNoiseRatio(at: $0 - 1))
    }
    #expect(rises == nil, "the signal-to-noise ratio must fall at every step, for 0 < β < 1")
  }
}

/// β from 1e-4 to 0.02 in equal steps, written out here because the schedules are the next chapter's.
func exampleSchedule(timestepCount: Int = 1000) -> NoiseSchedule {
  NoiseSchedule(betas: (0..<timestepCount).map { 1e-4 + (0.02 - 1e-4) * Double($0) / Double(timestepCount - 1) })
}

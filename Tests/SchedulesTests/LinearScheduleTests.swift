import ForwardDiffusion
import Schedules
import TestSupport
import Testing

/// β in equal steps.
@Suite("Linear schedule")
struct LinearScheduleTests {
  @Test("From 1e-4 to 0.02 in equal steps", arguments: [2, 10, 1000])
  func equalSteps(timestepCount: Int) throws {
    let betas = NoiseSchedule.linear(timestepCount: timestepCount).betas
    try #require(betas.count == timestepCount, "a schedule of T timesteps has T numbers β")
    #expect(betas.first == 1e-4)
    #expect(
      agree(betas[timestepCount - 1], 0.02, relative: 1e-15),
      "the last β is reached at T − 1: divide by T − 1, not by T")
    let step = (0.02 - 1e-4) / Double(timestepCount - 1)
    // Two numbers up to 0.02, each rounded twice in Double.
    let wrong = (1..<timestepCount).first { !(abs(betas[$0] - betas[$0 - 1] - step) < 1e-16) }
    #expect(wrong == nil, "every step must be \(step)")
  }

  @Test("A single timestep has the first β, not 0 / 0")
  func single() {
    #expect(NoiseSchedule.linear(timestepCount: 1).betas == [1e-4])
  }

  @Test("Other ends")
  func ends() throws {
    let betas = NoiseSchedule.linear(timestepCount: 3, from: 0.25, to: 0.75).betas
    try #require(betas.count == 3)
    #expect(betas == [0.25, 0.5, 0.75])
  }

  /// T and ᾱ_{T−1}, computed with 40 digits.
  static let table = [
    (100, 0.363563248055), (300, 0.0480584289443), (500, 0.00635271079702), (700, 0.000839747247558),
    (800, 0.000305311624167), (900, 0.000111003862171), (1000, 4.03582976538e-5), (1300, 1.93962193191e-6),
  ]

  @Test("How much of the image is left in the end", arguments: table)
  func end(timestepCount: Int, alphaBar: Double) {
    let last = NoiseSchedule.linear(timestepCount: timestepCount).alphaBars.last ?? .nan
    // Up to 1300 factors rounded in Double: 3e-13. The table has twelve digits.
    #expect(agree(last, alphaBar, relative: 1e-10), "ᾱ at the end is \(last); products in Float are off by 1e-5")
  }

  @Test("The signal-to-noise ratio falls at every step", arguments: [2, 10, 1000])
  func falls(timestepCount: Int) throws {
    let schedule = NoiseSchedule.linear(timestepCount: timestepCount)
    try #require(schedule.betas.count == timestepCount)
    let rises = (1..<timestepCount).first {
      !(schedule.signalToNoiseRatio(at: $0) < schedule.signalToNoiseRatio(at: $0 - 1))
    }
    #expect(rises == nil)
  }
}

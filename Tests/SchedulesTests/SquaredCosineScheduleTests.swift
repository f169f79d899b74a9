import ForwardDiffusion
import Foundation
import Schedules
import TestSupport
import Testing

/// ᾱ like a squared cosine.
@Suite("Squared cosine schedule")
struct SquaredCosineScheduleTests {
  /// cos²((u + 0.008) / 1.008 · π / 2), the curve that ᾱ follows.
  private func curve(_ u: Double) -> Double {
    let cosine = cos((u + 0.008) / 1.008 * .pi / 2)
    return cosine * cosine
  }

  @Test("ᾱ_t is f((t + 1) / T) / f(0) until the cap of the last step", arguments: [2, 10, 1000])
  func followsCurve(timestepCount: Int) throws {
    let schedule = NoiseSchedule.squaredCosine(timestepCount: timestepCount)
    try #require(schedule.betas.count == timestepCount, "a schedule of T timesteps has T numbers β")
    // α_t is a ratio of f, and ᾱ_t a product of them in which all but the ends cancel. 1 − β rounds α_t to 1.1e-16; near
    // the end α is about 1/4, so a thousand steps add up to some 1e-13.
    let wrong = (0..<timestepCount - 1).first { t in
      !agree(schedule.alphaBars[t], curve(Double(t + 1) / Double(timestepCount)) / curve(0), relative: 1e-11)
    }
    #expect(
      wrong == nil,
      """
      Timestep t, counted from 0, ends at (t + 1) / T. Is β = 1 − f((t + 1) / T) / f(t / T), with the offset 0.008 and the \
      cosine squared?
      """)
  }

  @Test("β is at most 0.999, which the last step reaches", arguments: [1, 2, 10, 100, 1000])
  func cap(timestepCount: Int) throws {
    let betas = NoiseSchedule.squaredCosine(timestepCount: timestepCount).betas
    try #require(betas.count == timestepCount, "a schedule of T timesteps has T numbers β")
    #expect(betas.last == 0.999, "f(1) is 0, so the last β would be 1, and the way back would divide by α = 0")
    #expect(betas.allSatisfy { $0 > 0 && $0 <= 0.999 })
    #expect(zip(betas, betas.dropFirst()).allSatisfy { $0 < $1 }, "β grows at every step")
  }

  /// T and ᾱ_{T−1} where β is held below 0.02, computed with 40 digits.
  static let capped = [(500, 0.0124937738553), (1000, 0.00319605971041), (1500, 0.00142667049528)]

  @Test("Another cap: at 0.02 a good part of the image is left", arguments: capped)
  func otherCap(timestepCount: Int, alphaBar: Double) {
    let schedule = NoiseSchedule.squaredCosine(timestepCount: timestepCount, maximumBeta: 0.02)
    #expect(schedule.betas.max() == 0.02, "maximumBeta must be heeded")
    #expect(agree(schedule.alphaBars.last ?? .nan, alphaBar, relative: 1e-10))
  }

  @Test("The signal-to-noise ratio falls at every step", arguments: [2, 10, 1000])
  func falls(timestepCount: Int) throws {
    let schedule = NoiseSchedule.squaredCosine(timestepCount: timestepCount)
    try #require(schedule.betas.count == timestepCount)
    let rises = (1..<timestepCount).first {
      !(schedule.signalToNoiseRatio(at: $0) < schedule.signalToNoiseRatio(at: $0 - 1))
    }
    #expect(rises == nil)
  }

  @Test("It keeps the image longer than the linear schedule does")
  func keepsLonger() throws {
    let cosine = NoiseSchedule.squaredCosine(timestepCount: 1000).alphaBars
    let linear = NoiseSchedule.linear(timestepCount: 1000).alphaBars
    try #require(cosine.count == 1000 && linear.count == 1000)
    // 65 of 1000 and 331 of 1000 steps have less than a hundredth of the image's variance left.
    #expect(cosine.count { $0 < 0.01 } < 100)
    #expect(linear.count { $0 < 0.01 } > 300)
  }
}

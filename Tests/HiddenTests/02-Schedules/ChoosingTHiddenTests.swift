import ForwardDiffusion
import RealModule
import Schedules
import Tensors
import TestSupport
import Testing

@Suite("2.8 How many timesteps", .exercise("2.8"))
struct Hidden2_8 {
  @Test("Other inputs", arguments: [131, 132, 133])
  func constant(seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    let (beta, threshold) = (0.02 + 0.1 * Double(generator.uniform()), 0.05 + 0.5 * Double(generator.uniform()))
    let found = smallestTimestepCount(leaving: threshold, upTo: 500) {
      NoiseSchedule(betas: [Double](repeating: beta, count: $0))
    }
    // (1 − β)^(T / 2) ≤ threshold.
    #expect(found == Int((2 * .log(threshold) / .log(1 - beta)).rounded(.up)))
  }

  @Test("Other inputs", arguments: [(0.5, 55), (0.1, 181), (0.01, 362)])
  func steeper(threshold: Double, timestepCount: Int) {
    let found = smallestTimestepCount(leaving: threshold, upTo: 400) { count in
      NoiseSchedule(betas: (0..<count).map { 1e-4 + (0.05 - 1e-4) * Double($0) / Double(max(count - 1, 1)) })
    }
    #expect(found == timestepCount)
  }

  @Test("Other sizes", arguments: [1, 2, 3, 30])
  func halvings(steps: Int) {
    let halving: (Int) -> NoiseSchedule = { NoiseSchedule(betas: [Double](repeating: 0.75, count: $0)) }
    let threshold = Double.exp2(-Double(steps))
    #expect(smallestTimestepCount(leaving: threshold, upTo: 40, halving) == steps)
    #expect(smallestTimestepCount(leaving: threshold, upTo: steps, halving) == steps)
    #expect(smallestTimestepCount(leaving: threshold * 0.999, upTo: steps, halving) == nil)
  }

  @Test("Edge cases")
  func ends() {
    let lost: (Int) -> NoiseSchedule = { NoiseSchedule(betas: [Double](repeating: 1, count: $0)) }
    let nothing: (Int) -> NoiseSchedule = { NoiseSchedule(betas: [Double](repeating: 0, count: $0)) }
    #expect(smallestTimestepCount(leaving: 0, upTo: 3, lost) == 1, "all is lost in the first step")
    #expect(smallestTimestepCount(leaving: 0.999, upTo: 3, nothing) == nil, "nothing is ever lost")
  }

  @Test("Bad input")
  func noNumbers() {
    let found = smallestTimestepCount(leaving: 0.5, upTo: 5) {
      NoiseSchedule(betas: [Double](repeating: $0 < 3 ? .nan : 0.9, count: $0))
    }
    #expect(found == 3, "a schedule without numbers leaves nobody knows what, so it will not do")
  }

  @Test("Together with other exercises")
  func linear() throws {
    let found = try #require(smallestTimestepCount(leaving: 0.3, upTo: 300) { .linear(timestepCount: $0) })
    #expect(found == 238)
    let moments = NoiseSchedule.linear(timestepCount: 238).forwardMoments(of: .ones([1]), at: 237)
    // Rounded to Float by 6e-8, twice perhaps.
    #expect(agree(Double(moments.mean.item), 0.2999855988636785, relative: 2e-7))
  }
}

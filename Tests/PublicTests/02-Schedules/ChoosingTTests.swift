import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

/// How many timesteps it takes.
@Suite("2.8 How many timesteps", .exercise("2.8"))
struct Exercise2_8 {
  private func linear(_ timestepCount: Int) -> NoiseSchedule {
    NoiseSchedule(betas: referenceLinearBetas(timestepCount))
  }

  /// The first T of which something is so; 0 where there is none.
  private func first(_ holds: (Int) -> Bool) -> Int { (1...800).first(where: holds) ?? 0 }

  /// The threshold, and the smallest T of linear schedules, computed apart.
  static let table = [(0.6, 101), (0.5, 138), (0.2, 319), (0.1, 456), (0.05, 593), (0.02, 774)]

  @Test("Of linear schedules", arguments: table)
  func known(threshold: Double, timestepCount: Int) throws {
    let found = try #require(
      smallestTimestepCount(leaving: threshold, upTo: 800, linear),
      "threshold \(threshold): some T up to 800 leaves no more than that (yours is nil instead of \(timestepCount))")
    #expect(
      found == timestepCount,
      likelyMistake(
        found, insteadOf: timestepCount,
        [
          "this is one too few: the last timestep T − 1, or the largest T that still leaves more": timestepCount - 1,
          "this is one more than needed: at most the threshold may be left": timestepCount + 1,
          "√ᾱ is compared, not ᾱ: the threshold is for the image's weight":
            first { (linear($0).alphaBars.last ?? 1) <= threshold },
          "this is where the noise's weight √(1 − ᾱ) in the end is at most the threshold":
            first { (1 - (linear($0).alphaBars.last ?? 1)).squareRoot() <= threshold },
          "this is where 1 − ᾱ in the end is at least the threshold; it is √ᾱ that is to be at most that":
            first { 1 - (linear($0).alphaBars.last ?? 1) >= threshold },
          "this is the limit: the smallest T is wanted": 800,
          "this is a timestep of the longest schedule; a schedule of T timesteps ends elsewhere":
            1 + (linear(800).alphaBars.firstIndex { $0.squareRoot() <= threshold } ?? -1),
          "this is an index of the longest schedule; a schedule of T timesteps ends elsewhere":
            linear(800).alphaBars.firstIndex { $0.squareRoot() <= threshold } ?? 0,
        ], otherwise: "this is not the first T with which √ᾱ ends at most at the threshold"
      ).about("threshold \(threshold)"))
  }

  @Test("The answer leaves at most the threshold, one less leaves more", arguments: [0.9, 0.35, 0.15])
  func boundary(threshold: Double) throws {
    func left(_ timestepCount: Int) -> Double {
      referenceLinearBetas(timestepCount).reduce(1) { $0 * (1 - $1) }.squareRoot()
    }
    let right = first { left($0) <= threshold }
    let found = try #require(
      smallestTimestepCount(leaving: threshold, upTo: 500, linear),
      "threshold \(threshold): 500 timesteps leave 0.08, so some T will do (yours is nil instead of \(right))")
    try #require(
      found > 1 && found <= 500,
      "threshold \(threshold): 1 is too few, and 500 is the limit (yours is \(found) instead of \(right))")
    #expect(
      left(found) <= threshold,
      """
      threshold \(threshold): \(found) timesteps leave \(Float(left(found))), which is more (yours is \(found) instead of \
      \(right))
      """)
    #expect(
      left(found - 1) > threshold,
      """
      threshold \(threshold): \(found - 1) timesteps leave \(Float(left(found - 1))), and would do (yours is \(found) instead \
      of \(right))
      """)
  }

  @Test("Exactly the threshold will do")
  func exact() {
    // Each step of β = 3/4 halves the image's weight, exactly.
    let found = smallestTimestepCount(leaving: 0.125, upTo: 10) {
      NoiseSchedule(betas: [Double](repeating: 0.75, count: $0))
    }
    #expect(
      found == 3,
      """
      three halvings leave 0.125, which is at most 0.125\(found == 4 ? ": compare with ≤" : "") \
      (yours is \(shown(found)) instead of 3)
      """)
  }

  @Test("Where no T will do, there is none")
  func none() {
    let found = smallestTimestepCount(leaving: 0.1, upTo: 455, linear)
    #expect(
      found == nil, "limit 455: 455 timesteps leave 0.1001, more than 0.1 (yours is \(shown(found)) instead of nil)")
    let last = smallestTimestepCount(leaving: 0.1, upTo: 456, linear)
    #expect(
      last == 456,
      """
      limit 456: \(last == nil ? "the limit itself is tried too" : "456 is the first T that will do") \
      (yours is \(shown(last)) instead of 456)
      """)
  }

  @Test("One timestep may be enough")
  func one() {
    let first = smallestTimestepCount(leaving: 1, upTo: 5, linear)
    #expect(first == 1, "threshold 1: no step leaves more than 1 (yours is \(shown(first)) instead of 1)")
    let cosine = smallestTimestepCount(leaving: 0.04, upTo: 5) { NoiseSchedule(betas: referenceCosineBetas($0)) }
    #expect(
      cosine == 1,
      """
      cosine schedules, threshold 0.04: the only step of the first has β = 0.999, and leaves 0.0316 (yours is \
      \(shown(cosine)) instead of 1)
      """)
  }

  @Test("The cosine schedule loses it all, however few the timesteps", arguments: [(0.01, 5), (0.001, 50)])
  func cosine(threshold: Double, timestepCount: Int) {
    let found = smallestTimestepCount(leaving: threshold, upTo: 100) { NoiseSchedule(betas: referenceCosineBetas($0)) }
    #expect(
      found == timestepCount,
      """
      cosine schedules, threshold \(threshold): their β depend on T, and so few timesteps are enough, where linear ones take \
      911 for 0.01 (yours is \(shown(found)) instead of \(timestepCount))
      """)
  }

  private func shown(_ timestepCount: Int?) -> String { timestepCount.map { "\($0)" } ?? "nil" }
}

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

  /// The threshold, and the smallest T of linear schedules, computed apart.
  static let table = [(0.6, 101), (0.5, 138), (0.2, 319), (0.1, 456), (0.05, 593), (0.02, 774)]

  @Test("Of linear schedules", arguments: table)
  func known(threshold: Double, timestepCount: Int) throws {
    let found = try #require(
      smallestTimestepCount(leaving: threshold, upTo: 800, linear),
      "\(timestepCount) timesteps leave at most \(threshold)")
    #expect(
      found == timestepCount,
      likelyMistake(
        Double(found),
        [
          "this is one too few: the last timestep T − 1, or the largest T that still leaves more": Double(
            timestepCount - 1),
          "this is one more than needed: at most the threshold may be left": Double(timestepCount + 1),
          "√ᾱ is compared, not ᾱ: the threshold is for the image's weight":
            Double((1...800).first { (linear($0).alphaBars.last ?? 1) <= threshold } ?? 0),
        ], within: 0, otherwise: "with \(timestepCount) timesteps √ᾱ in the end first is at most \(threshold)"))
  }

  @Test("The answer leaves at most the threshold, one less leaves more", arguments: [0.9, 0.35, 0.15])
  func boundary(threshold: Double) throws {
    func left(_ timestepCount: Int) -> Double {
      referenceLinearBetas(timestepCount).reduce(1) { $0 * (1 - $1) }.squareRoot()
    }
    let found = try #require(
      smallestTimestepCount(leaving: threshold, upTo: 500, linear), "500 timesteps leave 0.08, less than \(threshold)")
    try #require(found > 1, "a single timestep leaves 0.99995, more than \(threshold)")
    #expect(left(found) <= threshold, "\(found) timesteps leave \(left(found)), more than \(threshold)")
    #expect(left(found - 1) > threshold, "\(found - 1) timesteps leave \(left(found - 1)): fewer would do")
  }

  @Test("Exactly the threshold will do")
  func exact() {
    // Each step of β = 3/4 halves the image's weight, exactly.
    let found = smallestTimestepCount(leaving: 0.125, upTo: 10) {
      NoiseSchedule(betas: [Double](repeating: 0.75, count: $0))
    }
    #expect(found == 3, "three halvings leave 0.125, which is at most 0.125: compare with ≤")
  }

  @Test("Where no T will do, there is none")
  func none() {
    let found = smallestTimestepCount(leaving: 0.1, upTo: 455, linear)
    #expect(found == nil, "455 timesteps leave 0.1001, more than 0.1: nil, not \(found ?? 0)")
    #expect(smallestTimestepCount(leaving: 0.1, upTo: 456, linear) == 456, "the limit itself is tried too")
  }

  @Test("One timestep may be enough")
  func one() {
    #expect(smallestTimestepCount(leaving: 1, upTo: 5, linear) == 1, "begin with T = 1")
    #expect(
      smallestTimestepCount(leaving: 0.04, upTo: 5) { NoiseSchedule(betas: referenceCosineBetas($0)) } == 1,
      "a single step of β = 0.999 leaves 0.0316: look at the schedule that is given, whatever its kind")
  }

  @Test("The cosine schedule loses it all, however few the timesteps", arguments: [(0.01, 5), (0.001, 50)])
  func cosine(threshold: Double, timestepCount: Int) {
    let found = smallestTimestepCount(leaving: threshold, upTo: 100) { NoiseSchedule(betas: referenceCosineBetas($0)) }
    #expect(
      found == timestepCount,
      "its β depend on T: \(timestepCount) timesteps leave \(threshold), where linear ones take 911 for 0.01; not \(found ?? 0)"
    )
  }
}

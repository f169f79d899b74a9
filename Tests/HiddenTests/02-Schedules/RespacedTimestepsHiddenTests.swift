import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

@Suite("2.5 Fewer timesteps", .exercise("2.5"))
struct Hidden2_5 {
  @Test("Other inputs", arguments: [(50, 1000), (30, 1000), (8, 100), (3, 10), (99, 100)])
  func exact(count: Int, timestepCount: Int) {
    func near(_ found: [Int], _ twice: [Int], over divisor: Int, _ name: String) {
      // Whole numbers only: |found · divisor − exact · divisor| is at most half the divisor.
      let good =
        found.count == count
        && zip(found, twice).allSatisfy { abs(2 * $0 * divisor - $1) <= divisor }
      #expect(good, "\(name): \(found)")
    }
    let places = Array(0..<count)
    #expect(TimestepSpacing.leading.timesteps(count, of: timestepCount) == places.map { $0 * (timestepCount / count) })
    near(
      TimestepSpacing.linspace.timesteps(count, of: timestepCount), places.map { 2 * $0 * (timestepCount - 1) },
      over: count - 1, "linspace")
    near(
      TimestepSpacing.trailing.timesteps(count, of: timestepCount),
      places.map { 2 * ($0 + 1) * timestepCount - 2 * count }, over: count, "trailing")
  }

  @Test("Other sizes", arguments: TimestepSpacing.allCases)
  func many(spacing: TimestepSpacing) {
    for count in 1...60 {
      let found = spacing.timesteps(count, of: 60)
      #expect(found.count == count && Set(found).count == count)
      #expect(found == found.sorted() && found.allSatisfy((0..<60).contains))
    }
  }

  @Test("Edge cases")
  func ends() {
    #expect(TimestepSpacing.leading.timesteps(2, of: 3) == [0, 1])
    #expect(TimestepSpacing.linspace.timesteps(2, of: 777) == [0, 776])
    #expect(TimestepSpacing.trailing.timesteps(2, of: 8) == [3, 7])
    #expect(TimestepSpacing.allCases.map { $0.timesteps(1, of: 12) } == [[0], [0], [11]])
    for spacing in TimestepSpacing.allCases { #expect(spacing.timesteps(1, of: 1) == [0], "\(spacing)") }
  }

  @Test("Precision")
  func large() {
    let found = TimestepSpacing.trailing.timesteps(3, of: 100_000_001)
    // 33 333 333.67 and 66 666 667.33, less 1: a Float would be off by 4.
    #expect(found == [33_333_333, 66_666_666, 100_000_000])
  }

  @Test("Together with other exercises", arguments: TimestepSpacing.allCases)
  func schedule(spacing: TimestepSpacing) throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(500))
    let timesteps = spacing.timesteps(20, of: 500)
    try #require(timesteps.count == 20 && timesteps.allSatisfy((0..<500).contains))
    let respaced = schedule.respaced(to: timesteps)
    // A product of twenty 1 − β', each rounded three times by 1.1e-16, and the smallest is 0.2 or so: 3e-14.
    #expect(agree(respaced.alphaBars[19], schedule.alphaBars[timesteps[19]], relative: 1e-12))
  }
}

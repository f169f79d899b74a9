import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

@Suite("2.2 The squared cosine schedule", .exercise("2.2"))
struct Hidden2_2 {
  @Test("Other sizes", arguments: [3, 7, 64, 333, 4000])
  func sizes(timestepCount: Int) throws {
    let (found, expected) = (
      squaredCosineBetas(timestepCount: timestepCount, maximumBeta: 0.999), referenceCosineBetas(timestepCount)
    )
    try #require(found.count == timestepCount)
    // Near the end f is the square of a small cosine, which has an error of some 2e-16 from its angle: of a cosine of 4e-4, that
    // is 1e-12 of f.
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-11 })
  }

  @Test("Other inputs", arguments: [81, 82, 83])
  func caps(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let (count, cap) = (20 + generator.integer(below: 200), 0.05 + 0.9 * Double(generator.uniform()))
    let found = squaredCosineBetas(timestepCount: count, maximumBeta: cap)
    try #require(found.count == count)
    // Near the end f is the square of a small cosine, which has an error of some 2e-16 from its angle: of a cosine of 4e-4, that
    // is 1e-12 of f.
    #expect(zip(found, referenceCosineBetas(count)).allSatisfy { abs($0 - min($1, cap)) < 1e-11 })
    #expect(found.last == cap)
  }

  @Test("Edge cases")
  func one() {
    #expect(squaredCosineBetas(timestepCount: 1, maximumBeta: 0.999) == [0.999])
    #expect(squaredCosineBetas(timestepCount: 1, maximumBeta: 0.25) == [0.25])
  }

  @Test("Edge cases")
  func uncapped() throws {
    let found = squaredCosineBetas(timestepCount: 30, maximumBeta: 2)
    try #require(found.count == 30)
    // cos(π/2) is 6e-17 in Double, and its square nothing beside what was left before.
    #expect(abs(found[29] - 1) < 1e-15, "without a cap the last β is 1")
    #expect(found[28] < 1)
  }

  @Test("Precision")
  func firstBeta() throws {
    let found = squaredCosineBetas(timestepCount: 10_000, maximumBeta: 0.999)
    try #require(found.count == 10_000)
    // Computed with 40 digits. 1 less a ratio near 1: good to some 2e-16, of 4e-6.
    #expect(agree(found[0], 3.909907649046e-6, relative: 1e-9))
  }

  @Test("Together with other exercises", arguments: [10, 100])
  func schedule(timestepCount: Int) throws {
    let schedule = NoiseSchedule.squaredCosine(timestepCount: timestepCount)
    #expect(schedule.betas == squaredCosineBetas(timestepCount: timestepCount, maximumBeta: 0.999))
    let capped = NoiseSchedule.squaredCosine(timestepCount: timestepCount, maximumBeta: 0.02)
    #expect((capped.alphaBars.last ?? .nan) > (schedule.alphaBars.last ?? .nan), "a lower cap leaves more")
  }
}

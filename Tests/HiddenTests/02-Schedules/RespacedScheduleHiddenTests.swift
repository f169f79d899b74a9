import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

@Suite("2.6 The schedule of fewer timesteps", .exercise("2.6"))
struct Hidden2_6 {
  @Test("Other inputs", arguments: [111, 112, 113])
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let betas = (0..<80).map { _ in 0.2 * Double(generator.uniform()) }
    let timesteps = (0..<80).filter { _ in generator.uniform() < 0.3 }
    let found = NoiseSchedule(betas: betas).respacedBetas(at: timesteps)
    try #require(found.count == timesteps.count)
    var begin = 0
    for (i, t) in timesteps.enumerated() {
      // Ratios of products of up to 80 factors, rounded by 1.1e-16 each: 2e-14.
      #expect(abs(found[i] - (1 - betas[begin...t].reduce(1) { $0 * (1 - $1) })) < 1e-13, "step \(i)")
      begin = t + 1
    }
  }

  @Test("Other sizes", arguments: [1, 2, 25, 100])
  func sizes(count: Int) throws {
    let schedule = NoiseSchedule(betas: referenceCosineBetas(100))
    let timesteps = (1...count).map { $0 * 100 / count - 1 }
    let found = schedule.respacedBetas(at: timesteps)
    try #require(found.count == count)
    let left = found.reduce(1) { $0 * (1 - $1) }
    // The last α is 1e-3 and less, taken from 1 − β: good to 1e-13.
    #expect(agree(left, schedule.alphaBars[99], relative: 1e-8))
  }

  @Test("Edge cases")
  func first() {
    let schedule = NoiseSchedule(betas: [0.25, 0.5, 0.5])
    #expect(schedule.respacedBetas(at: [0]) == [0.25])
    #expect(schedule.respacedBetas(at: [1]) == [0.625])
  }

  @Test("Edge cases")
  func allLost() {
    #expect(NoiseSchedule(betas: [0.5, 0.5, 1]).respacedBetas(at: [1, 2]) == [0.75, 1])
  }

  @Test("Bad input")
  func unknownTimesteps() {
    let respaced = NoiseSchedule(betas: [0.5, 0.5]).respaced(to: [0, 2])
    #expect(respaced.timestepCount == 2 && respaced.betas.allSatisfy(\.isNaN), "no numbers, and no crash")
    #expect(NoiseSchedule(betas: [0.5, 0.5]).respaced(to: [1]).betas == [0.75], "a known timestep is taken")
  }

  @Test("Together with other exercises")
  func twice() {
    // Fewer of fewer are fewer.
    let schedule = NoiseSchedule(betas: referenceLinearBetas(1000))
    let first = (1...100).map { $0 * 10 - 1 }
    let second = (1...10).map { $0 * 10 - 1 }
    let (stepwise, direct) = (
      schedule.respaced(to: first).respaced(to: second), schedule.respaced(to: second.map { first[$0] })
    )
    // Products of a thousand factors, 1e-13, and of their ratio β is 0.1 or more: 1e-12.
    #expect(zip(stepwise.betas, direct.betas).allSatisfy { agree($0, $1, relative: 1e-11) })
    // The variance of a long step back, from the ᾱ of the whole schedule.
    let (before, now) = (schedule.alphaBars[899], schedule.alphaBars[999])
    // The same ᾱ, good to 1e-13, through a few more ratios.
    #expect(agree(direct.posteriorVariance(at: 9), (1 - now / before) * (1 - before) / (1 - now), relative: 1e-10))
  }
}

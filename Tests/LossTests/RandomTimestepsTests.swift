import ForwardDiffusion
import Loss
import Schedules
import Tensors
import Testing

/// The timesteps that training draws.
@Suite("Random timesteps")
struct RandomTimestepsTests {
  @Test("All timesteps are equally likely")
  func uniform() throws {
    let (timestepCount, draws) = (100, 100_000)
    let schedule = NoiseSchedule.linear(timestepCount: timestepCount)
    try #require(schedule.timestepCount == timestepCount, "finish the schedules before")
    var generator = RandomGenerator(seed: 1)
    let timesteps = randomTimesteps(draws, schedule: schedule, using: &generator)
    try #require(timesteps.count == draws, "one timestep for each image")
    var counts = [Int](repeating: 0, count: timestepCount)
    for t in timesteps {
      try #require((0..<timestepCount).contains(t), "\(t) is outside 0..<\(timestepCount), which begins with 0")
      counts[t] += 1
    }
    let expected = Double(draws) / Double(timestepCount)
    let chiSquare = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    // With 99 degrees of freedom one of a million samples is above 180.8, and one of a million below 45.8.
    #expect(
      (45.8...180.8).contains(chiSquare),
      "χ² = \(chiSquare): t = 0 came \(counts[0]) times, t = 99 \(counts[99]) times, about \(expected) are expected")
  }

  @Test("Each image of a batch has its own")
  func perImage() {
    var generator = RandomGenerator(seed: 2)
    let timesteps = randomTimesteps(64, schedule: .linear(timestepCount: 1000), using: &generator)
    // 64 draws of 1000 have about 62 different values; fewer than 40 would come once in far more than 10^20 batches.
    #expect(Set(timesteps).count >= 40, "one timestep for the whole batch makes the gradient scatter more")
  }

  @Test("Of one timestep there is no choice, and the next batch has others")
  func edges() {
    var generator = RandomGenerator(seed: 3)
    #expect(randomTimesteps(3, schedule: .linear(timestepCount: 1), using: &generator) == [0, 0, 0])
    #expect(randomTimesteps(0, schedule: .linear(timestepCount: 10), using: &generator) == [])
    let schedule = NoiseSchedule.linear(timestepCount: 1000)
    let (first, second) = (
      randomTimesteps(8, schedule: schedule, using: &generator),
      randomTimesteps(8, schedule: schedule, using: &generator)
    )
    #expect(first != second, "the generator must move on: is a copy of it used?")
  }
}

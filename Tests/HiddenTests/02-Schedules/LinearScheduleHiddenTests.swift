import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

@Suite("2.1 The linear schedule", .exercise("2.1"))
struct Hidden2_1 {
  @Test("Other inputs", arguments: [71, 72, 73])
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let (first, last) = (Double(generator.uniform()), Double(generator.uniform()))
    let count = 2 + generator.integer(below: 100)
    let betas = linearBetas(timestepCount: count, from: first, to: last)
    try #require(betas.count == count)
    for t in 0..<count {
      let part = Double(t) / Double(count - 1)
      // Weighted the other way; four roundings of numbers up to 1.
      #expect(abs(betas[t] - ((1 - part) * first + part * last)) < 1e-15, "t = \(t)")
    }
  }

  @Test("Other sizes", arguments: [3, 17, 250, 4000])
  func sizes(timestepCount: Int) throws {
    let betas = linearBetas(timestepCount: timestepCount, from: 0.001, to: 0.011)
    try #require(betas.count == timestepCount)
    #expect(betas[0] == 0.001)
    // A few roundings of 1.1e-16.
    #expect(agree(betas[timestepCount - 1], 0.011, relative: 1e-14))
    // The mean of evenly spaced numbers is the mean of the ends.
    // A sum of up to 4000 numbers: 4000 · 1.1e-16.
    #expect(agree(betas.reduce(0, +) / Double(timestepCount), 0.006, relative: 1e-12))
  }

  @Test("Edge cases")
  func short() throws {
    #expect(linearBetas(timestepCount: 1, from: 0.7, to: 0.2) == [0.7])
    #expect(linearBetas(timestepCount: 2, from: 0.75, to: 0.25) == [0.75, 0.25])
    #expect(linearBetas(timestepCount: 4, from: 0.5, to: 0.5) == [0.5, 0.5, 0.5, 0.5])
  }

  @Test("Precision")
  func steps() throws {
    let betas = linearBetas(timestepCount: 1025, from: 0, to: 1)
    // Multiples of 1/1024 are exact in Double; steps that are added up in Float are not.
    #expect(betas == (0..<1025).map { Double($0) / 1024 })
  }

  @Test("Together with other exercises", arguments: [1, 10, 1000])
  func schedule(timestepCount: Int) throws {
    let schedule = NoiseSchedule.linear(timestepCount: timestepCount)
    #expect(schedule.betas == linearBetas(timestepCount: timestepCount, from: 1e-4, to: 0.02))
    let rises = schedule.betas.indices.dropFirst().first {
      !(schedule.signalToNoiseRatio(at: $0) < schedule.signalToNoiseRatio(at: $0 - 1))
    }
    #expect(rises == nil)
  }
}

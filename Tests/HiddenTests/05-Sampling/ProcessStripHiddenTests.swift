import ForwardDiffusion
import Sampling
import Tensors
import TestSupport
import Testing

@Suite("5.8 How images emerge", .exercise("5.8"))
struct Hidden5_8 {
  @Test("Other inputs")
  func inputs() {
    #expect(keptSteps(timestepCount: 1000, states: 7) == [1000, 833, 666, 500, 333, 166, 0])
    #expect(keptSteps(timestepCount: 100, states: 10) == [100, 88, 77, 66, 55, 44, 33, 22, 11, 0])
    #expect(keptSteps(timestepCount: 5, states: 4) == [5, 3, 1, 0])
  }

  @Test("Edge cases")
  func edges() {
    #expect(keptSteps(timestepCount: 1, states: 2) == [1, 0])
    #expect(keptSteps(timestepCount: 1, states: 100) == [1, 0])
    #expect(keptSteps(timestepCount: 0, states: 3) == [0])
    #expect(keptSteps(timestepCount: 9, states: -1) == [])
    for count in [1, 13, 50] {
      for states in 1...60 {
        let kept = keptSteps(timestepCount: count, states: states)
        #expect(kept.count == min(states, count + 1) && Set(kept).count == kept.count && kept.last == 0)
      }
    }
  }

  @Test("Other sizes", arguments: [(1, 2), (3, 4)])
  func sizes(count: Int, states: Int) throws {
    let sampler = OtherSampler(schedule: randomSchedule(6, seed: 1))
    var (first, second) = (drawing(count, seed: 2), drawing(count, seed: 2))
    let strip = try sampler.processStrip(
      states: states, imageShape: [3, 2, 1], generators: &first, predictNoise: { x, _ in x * 0.5 }
    ).checked()
    var shown: [Int: Tensor] = [:]
    _ = sampler.sample(
      imageShape: [3, 2, 1], generators: &second, predictNoise: { x, _ in x * 0.5 }, onStep: { shown[$0] = $1 })
    try #require(strip.shape == [count, 3, 2 * states, 1] && first == second)
    for (column, remaining) in (0..<states).map({ ($0, 6 * (states - 1 - $0) / (states - 1)) }) {
      #expect(strip.sliced(axis: 2, column * 2..<column * 2 + 2) == shown[remaining], "column \(column)")
    }
  }

  @Test("Together with other exercises")
  func everyState() throws {
    let sampler = DDIMSampler(schedule: randomSchedule(3, seed: 3))
    var generators = drawing(2, seed: 4)
    let strip = try sampler.processStrip(
      states: 50, imageShape: [2, 2, 3], generators: &generators, predictNoise: { x, _ in x * 0.5 }
    ).checked()
    #expect(strip.shape == [2, 2, 8, 3], "of three steps there are four states")
  }

  @Test("Bad input")
  func bad() throws {
    let sampler = OtherSampler(schedule: randomSchedule(3, seed: 5))
    var generators = drawing(1, seed: 6)
    try sampler.processStrip(
      states: 1, imageShape: [2, 2, 1], generators: &generators, predictNoise: { x, _ in x }
    ).checked()
    #expect(
      sampler.processStrip(
        states: 0, imageShape: [2, 2, 1], generators: &generators, predictNoise: { x, _ in x }
      ).fault != nil, "a strip of nothing is a fault")
  }
}

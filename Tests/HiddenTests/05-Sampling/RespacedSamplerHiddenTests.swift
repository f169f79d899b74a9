import ForwardDiffusion
import Sampling
import Tensors
import TestSupport
import Testing

@Suite("5.6 Fewer steps", .exercise("5.6"))
struct Hidden5_6 {
  @Test("Other inputs", arguments: [[3], [0, 9], [1, 2, 5, 6, 40]])
  func inputs(timesteps: [Int]) throws {
    let respaced = randomSchedule(timesteps.count, seed: 1)
    let inner = OtherSampler(schedule: respaced)
    var (first, second) = (drawing(3, seed: 2), drawing(3, seed: 2))
    var asked: [[Int]] = []
    let found = try RespacedSampler(inner, timesteps: timesteps).sample(
      imageShape: [2, 3, 2], generators: &first,
      predictNoise: { x, t in
        asked.append(t)
        return x * 0.1 + Float(t.first ?? -1)
      }
    ).checked()
    let expected = inner.sample(
      imageShape: [2, 3, 2], generators: &second,
      predictNoise: { x, i in
        let index = i.first ?? -1
        return x * 0.1 + (timesteps.indices.contains(index) ? Float(timesteps[index]) : .nan)
      })
    #expect(found == expected && first == second)
    #expect(asked == timesteps.reversed().map { [$0, $0, $0] })
  }

  @Test("Other sizes", arguments: [1, 4])
  func sizes(count: Int) throws {
    let sampler = RespacedSampler(OtherSampler(schedule: randomSchedule(3, seed: 3)), timesteps: [10, 20, 30])
    var generators = drawing(count, seed: 4)
    var shown: [Int] = []
    let images = try sampler.sample(
      imageShape: [5, 1, 3], generators: &generators, predictNoise: { x, _ in x },
      onStep: { steps, _ in shown.append(steps) }
    ).checked()
    #expect(images.shape == [count, 5, 1, 3] && shown == [3, 2, 1, 0])
  }

  @Test("Together with other exercises")
  func ddim() throws {
    let respaced = randomSchedule(4, seed: 5)
    var generators = drawing(2, seed: 6)
    var asked: [Int] = []
    try RespacedSampler(DDIMSampler(schedule: respaced), timesteps: [2, 4, 8, 16]).sample(
      imageShape: [2, 2, 1], generators: &generators,
      predictNoise: { x, t in
        asked += t.prefix(1)
        return x
      }
    ).checked()
    #expect(asked == [16, 8, 4, 2])
  }

  @Test("Bad input")
  func bad() throws {
    let schedule = randomSchedule(3, seed: 7)
    var generators = drawing(1, seed: 8)
    try RespacedSampler(OtherSampler(schedule: schedule), timesteps: [1, 2, 3]).sample(
      imageShape: [2, 2, 1], generators: &generators, predictNoise: { x, _ in x }
    ).checked()
    let fault = Fault("from before")
    let found = RespacedSampler(OtherSampler(schedule: schedule), timesteps: [1, 2, 3]).sample(
      imageShape: [2, 2, 1], generators: &generators, predictNoise: { _, _ in Tensor(fault: fault) })
    #expect(found.fault == fault)
  }
}

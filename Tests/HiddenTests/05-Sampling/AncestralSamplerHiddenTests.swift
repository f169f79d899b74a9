import ForwardDiffusion
import Sampling
import Tensors
import TestSupport
import Testing

@Suite("5.4 The way back", .exercise("5.4"))
struct Hidden5_4 {
  /// All states, walked here.
  private func walked(
    _ sampler: some ReverseSampler, _ shape: Shape, _ generators: inout [RandomGenerator], _ factor: Float
  ) -> [Tensor] {
    func noise() -> Tensor {
      .concatenated(
        generators.indices.map { .normal(Shape([1] + shape.dimensions), using: &generators[$0]) }, axis: 0)
    }
    var states = [noise()]
    for t in sampler.schedule.betas.indices.reversed() {
      let x = states[states.count - 1]
      let predicted = x * factor + Float(t)
      states.append(sampler.step(x, predictedNoise: predicted, at: t, noise: t > 0 ? noise() : .zeros(x.shape)))
    }
    return states
  }

  private func check(_ sampler: some ReverseSampler, _ shape: Shape, count: Int, seed: UInt64) throws {
    var (mine, theirs) = (drawing(count, seed: seed), drawing(count, seed: seed))
    let expected = walked(sampler, shape, &mine, 0.3)
    var shown: [Tensor] = []
    let images = try sampler.sample(
      imageShape: shape, generators: &theirs,
      predictNoise: { x, timesteps in
        guard timesteps.count == count else { return Tensor(fault: Fault("\(timesteps.count) timesteps for \(count)")) }
        return x * 0.3 + Tensor(timesteps.map { Float($0) }, shape: [timesteps.count, 1, 1, 1])
      },
      onStep: { shown.append($1) }
    ).checked()
    #expect(images == expected.last, "to the bit")
    #expect(shown == expected && mine == theirs)
  }

  @Test("Other inputs", arguments: [1, 2, 3] as [UInt64])
  func inputs(seed: UInt64) throws {
    try check(OtherSampler(schedule: randomSchedule(9, seed: seed)), [4, 3, 1], count: 3, seed: seed)
  }

  @Test("Other sizes", arguments: [[1, 1, 1], [2, 7, 3]] as [Shape], [1, 5])
  func sizes(shape: Shape, count: Int) throws {
    try check(OtherSampler(schedule: randomSchedule(4, seed: 8)), shape, count: count, seed: 9)
  }

  @Test("Edge cases")
  func oneTimestep() throws {
    try check(OtherSampler(schedule: NoiseSchedule(betas: [0.5])), [2, 2, 1], count: 2, seed: 10)
    var generators = drawing(1, seed: 11)
    let still = try OtherSampler(schedule: NoiseSchedule(betas: [])).sample(
      imageShape: [2, 2, 1], generators: &generators, predictNoise: { x, _ in x }
    ).checked()
    var again = drawing(1, seed: 11)
    #expect(still == .normal([1, 2, 2, 1], using: &again[0]), "without timesteps the noise is the image")
  }

  @Test("Together with other exercises", arguments: [false, true])
  func ancestral(clips: Bool) throws {
    try check(
      AncestralSampler(schedule: randomSchedule(12, seed: 12), clipsPrediction: clips), [3, 3, 2], count: 2, seed: 13)
  }

  @Test("Bad input")
  func bad() throws {
    let sampler = OtherSampler(schedule: randomSchedule(3, seed: 14))
    var generators = drawing(2, seed: 15)
    try sampler.sample(imageShape: [2, 2, 1], generators: &generators, predictNoise: { x, _ in x }).checked()
    let fault = Fault("from before")
    let found = sampler.sample(
      imageShape: [2, 2, 1], generators: &generators, predictNoise: { _, _ in Tensor(fault: fault) })
    #expect(found.fault == fault, "the network's fault must reach the caller")
  }
}

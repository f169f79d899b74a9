import ForwardDiffusion
import Sampling
import Tensors
import TestSupport
import Testing

@Suite("5.3 A step back", .exercise("5.3"))
struct Hidden5_3 {
  private let schedule = randomSchedule(16, seed: 6)

  @Test("Other inputs", arguments: [1, 5, 15], [false, true])
  func inputs(t: Int, clips: Bool) {
    var generator = RandomGenerator(seed: UInt64(t))
    let shape: Shape = [2, 5, 3, 2]
    let (xt, prediction) = (Tensor.normal(shape, using: &generator), Tensor.normal(shape, using: &generator))
    let noise = Tensor.normal(shape, using: &generator)
    let expected = zip(zip(xt.scalars, prediction.scalars), noise.scalars).map { pair, z in
      Float(
        mean(schedule, Double(pair.0), Double(pair.1), at: t, clips: clips)
          + betaTilde(schedule.betas, t).squareRoot() * Double(z))
    }
    // Some ten roundings of 6e-8 of numbers up to 10.
    expectClose(
      AncestralSampler(schedule: schedule, clipsPrediction: clips).step(
        xt, predictedNoise: prediction, at: t, noise: noise),
      Tensor(expected, shape: shape), "x_{t−1}", tolerance: 5e-6, relativeTo: .number(1))
  }

  @Test("The other choice", arguments: [1, 9, 15], [false, true])
  func otherVariance(t: Int, clips: Bool) throws {
    let found = try AncestralSampler(schedule: schedule, clipsPrediction: clips, variance: .beta).step(
      .zeros([2, 2, 2, 1]), predictedNoise: .zeros([2, 2, 2, 1]), at: t, noise: .ones([2, 2, 2, 1])
    ).checked()
    // One number rounded to Float, and a product with 1.
    expectClose(
      found, Tensor(repeating: Float(schedule.betas[t].squareRoot()), shape: [2, 2, 2, 1]), "√β", tolerance: 3e-7)
  }

  @Test("Other sizes", arguments: [[1, 1, 1, 1], [6, 1, 2, 3]] as [Shape])
  func sizes(shape: Shape) throws {
    // One number rounded to Float, and a product with 1.
    let found = try AncestralSampler(schedule: schedule).step(
      .zeros(shape), predictedNoise: .zeros(shape), at: 4, noise: .ones(shape)
    ).checked()
    expectClose(
      found, Tensor(repeating: Float(betaTilde(schedule.betas, 4).squareRoot()), shape: shape), "√β̃", tolerance: 3e-7)
  }

  @Test("Edge cases")
  func last() throws {
    let xt = Tensor([0.2, -0.4], shape: [1, 1, 2, 1])
    for clips in [false, true] {
      let found = try AncestralSampler(schedule: NoiseSchedule(betas: [0.75]), clipsPrediction: clips).step(
        xt, predictedNoise: xt * 0, at: 0, noise: xt * .infinity
      ).checked()
      #expect(found == xt * 2, "with one timestep the step at t = 0 is the last")
    }
  }

  @Test("Together with other exercises")
  func means() throws {
    var generator = RandomGenerator(seed: 7)
    let xt = Tensor.normal([2, 3, 3, 1], using: &generator)
    let prediction = Tensor.normal([2, 3, 3, 1], using: &generator)
    for t in [0, 8] {
      let clipped = try AncestralSampler(schedule: schedule, clipsPrediction: true).step(
        xt, predictedNoise: prediction, at: t, noise: xt * 0
      ).checked()
      let plain = try AncestralSampler(schedule: schedule, clipsPrediction: false).step(
        xt, predictedNoise: prediction, at: t, noise: xt * 0
      ).checked()
      #expect(clipped == schedule.clippedReverseMean(from: xt, noise: prediction, at: t))
      #expect(plain == schedule.reverseMean(from: xt, noise: prediction, at: t))
    }
  }

  @Test("Bad input")
  func bad() throws {
    let one = Tensor.ones([2, 2, 2, 1])
    let sampler = AncestralSampler(schedule: schedule)
    try sampler.step(one, predictedNoise: one, at: 15, noise: one).checked()
    #expect(sampler.step(one, predictedNoise: one, at: 16, noise: one).fault?.reason.contains("16") == true)
    let fault = Fault("from before")
    #expect(sampler.step(one, predictedNoise: one, at: 3, noise: Tensor(fault: fault)).fault == fault)
  }
}

import ForwardDiffusion
import Sampling
import Tensors
import TestSupport
import Testing

@Suite("5.2 Clipping the predicted image", .exercise("5.2"))
struct Hidden5_2 {
  private let schedule = randomSchedule(25, seed: 3)

  @Test("Other inputs", arguments: [0, 1, 12, 24])
  func inputs(t: Int) {
    var generator = RandomGenerator(seed: UInt64(t) + 4)
    let shape: Shape = [4, 3, 3, 2]
    let (xt, noise) = (Tensor.normal(shape, using: &generator) * 2, Tensor.normal(shape, using: &generator))
    let expected = zip(xt.scalars, noise.scalars).map {
      Float(mean(schedule, Double($0), Double($1), at: t, clips: true))
    }
    // Some ten roundings of 6e-8 of numbers up to 8.
    expectClose(
      schedule.clippedReverseMean(from: xt, noise: noise, at: t), Tensor(expected, shape: shape), "the mean",
      tolerance: 5e-6, relativeTo: .number(1))
  }

  @Test("Other sizes", arguments: [[1, 1, 1, 1], [7, 2, 3, 1]] as [Shape])
  func sizes(shape: Shape) throws {
    // x̂_0 is 1, times one number rounded to Float.
    let found = try schedule.clippedReverseMean(from: .zeros(shape), noise: .ones(shape) * -50, at: 10).checked()
    let expected = mean(schedule, 0, -50, at: 10, clips: true)
    expectClose(found, Tensor(repeating: Float(expected), shape: shape), "the weight of x̂_0 = 1", tolerance: 5e-7)
  }

  @Test("Edge cases")
  func border() throws {
    // x̂_0 just within and just beyond the border.
    let schedule = NoiseSchedule(betas: [0.19])
    let xt = Tensor([0.89, 0.91, -0.89, -0.91], shape: [1, 2, 2, 1])
    let found = try schedule.clippedReverseMean(from: xt, noise: xt * 0, at: 0).checked()
    expectClose(
      found, Tensor([0.89 / 0.9, 1, -0.89 / 0.9, -1], shape: xt.shape), "x̂_0 = x_t / 0.9, clipped", tolerance: 5e-7)
  }

  @Test("Together with other exercises")
  func unclipped() {
    var generator = RandomGenerator(seed: 5)
    let x0 = Tensor.uniform([2, 4, 4, 1], in: -0.9..<0.9, using: &generator)
    let noise = Tensor.normal(x0.shape, using: &generator)
    // Some ten roundings of 6e-8 of numbers up to 4; what the detour over x̂_0 makes larger by 1 / √ᾱ_t, about 10, is weighted
    // with √ᾱ_{t−1} β / (1 − ᾱ) again.
    for t in [1, 9, 24] {
      let xt = schedule.noised(x0, with: noise, at: [t, t])
      expectClose(
        schedule.clippedReverseMean(from: xt, noise: noise, at: t), schedule.reverseMean(from: xt, noise: noise, at: t),
        "both means at t = \(t)", tolerance: 1e-5, relativeTo: .number(1))
    }
  }

  @Test("Bad input")
  func bad() throws {
    let one = Tensor.ones([1, 2, 2, 1])
    try schedule.clippedReverseMean(from: one, noise: one, at: 24).checked()
    #expect(schedule.clippedReverseMean(from: one, noise: one, at: 25).fault?.reason.contains("25") == true)
    let fault = Fault("from before")
    #expect(schedule.clippedReverseMean(from: Tensor(fault: fault), noise: one, at: 3).fault == fault)
  }
}

import ForwardDiffusion
import Sampling
import Tensors
import TestSupport
import Testing

@Suite("5.1 The mean of a step back", .exercise("5.1"))
struct Hidden5_1 {
  private let schedule = randomSchedule(25, seed: 1)

  @Test("Other inputs", arguments: [0, 1, 7, 24])
  func inputs(t: Int) {
    var generator = RandomGenerator(seed: UInt64(t) + 2)
    let (xt, noise) = (Tensor.normal([3, 2, 5, 1], using: &generator), Tensor.normal([3, 2, 5, 1], using: &generator))
    let expected = zip(xt.scalars, noise.scalars).map {
      Float(mean(schedule, Double($0), Double($1), at: t, clips: false))
    }
    // Some five roundings of numbers up to 4 of 6e-8 each.
    expectClose(
      schedule.reverseMean(from: xt, noise: noise, at: t), Tensor(expected, shape: xt.shape), "the mean",
      tolerance: 3e-6, relativeTo: .number(1))
  }

  @Test("Other sizes", arguments: [[1, 1, 1, 1], [2, 3, 1, 4], [5, 6, 6, 3]] as [Shape])
  func sizes(shape: Shape) throws {
    // One number rounded to Float, and a product with 1.
    let found = try schedule.reverseMean(from: .ones(shape), noise: .zeros(shape), at: 10).checked()
    expectClose(
      found, Tensor(repeating: Float(1 / (1 - schedule.betas[10]).squareRoot()), shape: shape), "x_t / √α_t",
      tolerance: 2e-7)
  }

  @Test("Precision")
  func precision() throws {
    let schedule = NoiseSchedule(betas: [1e-6, 1e-6, 1e-6])
    let zero = Tensor.zeros([1, 1, 1, 1])
    let found = try Double(schedule.reverseMean(from: zero, noise: zero + 1, at: 2).checked().item)
    // The expectation neglects 1e-6 of itself; 1 − ᾱ in Float would be off by 1 % and more.
    #expect(agree(found, -1e-6 / 3e-6.squareRoot(), relative: 1e-5), "1 − ᾱ is taken in Double")
  }

  @Test("Edge cases")
  func nearlyAll() throws {
    let schedule = NoiseSchedule(betas: [0.5, 0.999])
    let one = Tensor.ones([1, 1, 1, 1])
    let found = try Double(schedule.reverseMean(from: one, noise: one, at: 1).checked().item)
    // 1 − 0.99925 in Float loses three digits of seven.
    #expect(agree(found, (1 - 0.999 / 0.9995.squareRoot()) / 0.001.squareRoot(), relative: 1e-3))
  }

  @Test("Bad input")
  func bad() throws {
    let one = Tensor.ones([1, 2, 2, 1])
    try schedule.reverseMean(from: one, noise: one, at: 24).checked()
    #expect(schedule.reverseMean(from: one, noise: one, at: 25).fault?.reason.contains("25") == true)
    let fault = Fault("from before")
    #expect(schedule.reverseMean(from: one, noise: Tensor(fault: fault), at: 3).fault == fault)
  }
}

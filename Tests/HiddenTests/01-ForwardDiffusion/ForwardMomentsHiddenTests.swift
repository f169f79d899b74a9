import ForwardDiffusion
import Tensors
import TestSupport
import Testing

@Suite("1.5 Mean and variance of x_t", .exercise("1.5"))
struct Hidden1_5 {
  @Test("Other inputs", arguments: [51, 52, 53])
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let betas = (0..<9).map { _ in 0.8 * Double(generator.uniform()) }
    let schedule = NoiseSchedule(betas: betas)
    let x0 = Tensor.normal([2, 3, 3, 2], using: &generator)
    var left = 1.0
    for (t, beta) in betas.enumerated() {
      left *= 1 - beta
      let (mean, variance) = schedule.forwardMoments(of: x0, at: t)
      // A weight and a product, rounded to Float by 6e-8 each, on either side.
      expectClose(
        mean, x0 * Float(left.squareRoot()), "the mean at \(t)", tolerance: 3e-7, relativeTo: .element(atLeast: 0))
      // 1 − ᾱ of a ᾱ with up to nine roundings.
      #expect(abs(variance - (1 - left)) < 1e-14, "the variance at \(t)")
    }
  }

  @Test("Other sizes", arguments: [[0, 2, 2, 1], [1, 1, 1, 1], [3, 28, 28, 1], [5]])
  func sizes(dimensions: [Int]) throws {
    let schedule = NoiseSchedule(betas: [0.75, 0.75])
    let (mean, variance) = schedule.forwardMoments(of: .ones(Shape(dimensions)), at: 1)
    #expect(try mean.checked() == Tensor(repeating: 0.25, shape: Shape(dimensions)))
    #expect(variance == 0.9375)
  }

  @Test("Edge cases")
  func ends() throws {
    let schedule = NoiseSchedule(betas: [0, 1])
    let x0 = Tensor([-1, 0.5, 1])
    let (before, after) = (schedule.forwardMoments(of: x0, at: 0), schedule.forwardMoments(of: x0, at: 1))
    #expect(try before.mean.checked() == x0)
    #expect(before.variance == 0)
    #expect(try after.mean.checked() == .zeros([3]))
    #expect(after.variance == 1)
  }

  @Test("Bad input")
  func faulty() {
    let fault = Fault("the disk was on fire")
    #expect(NoiseSchedule(betas: [0.5]).forwardMoments(of: Tensor(fault: fault), at: 0).mean.fault == fault)
  }

  @Test("Precision")
  func smallBeta() {
    let variance = NoiseSchedule(betas: [1e-9]).forwardMoments(of: .ones([1]), at: 0).variance
    // 1 − (1 − 1e-9) in Double is good to 1.1e-16; in Float it would be 0.
    #expect(agree(variance, 1e-9, relative: 2e-7))
  }

  @Test("Together with other exercises")
  func signalToNoise() {
    let schedule = NoiseSchedule(betas: referenceCosineBetas(30))
    for t in [0, 10, 29] {
      let (mean, variance) = schedule.forwardMoments(of: .ones([1]), at: t)
      let power = Double(mean.item) * Double(mean.item)
      // The mean is rounded to Float by 6e-8, twice perhaps, and squared.
      #expect(agree(power / variance, schedule.signalToNoiseRatio(at: t), relative: 3e-7))
    }
  }
}

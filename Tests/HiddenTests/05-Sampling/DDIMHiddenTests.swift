import ForwardDiffusion
import Sampling
import Tensors
import TestSupport
import Testing

@Suite("5.7 DDIM: a way back without noise", .exercise("5.7"))
struct Hidden5_7 {
  private let schedule = randomSchedule(14, seed: 1)

  @Test("Other inputs", arguments: [0.0, 0.25, 0.8, 1.0], [false, true])
  func inputs(eta: Double, clips: Bool) {
    var generator = RandomGenerator(seed: 2)
    let shape: Shape = [3, 2, 4, 2]
    let sampler = DDIMSampler(schedule: schedule, eta: eta, clipsPrediction: clips)
    for t in [0, 1, 6, 13] {
      let (xt, prediction) = (Tensor.normal(shape, using: &generator), Tensor.normal(shape, using: &generator))
      let noise = Tensor.normal(shape, using: &generator)
      let (left, before) = (alphaBar(schedule.betas, t), alphaBar(schedule.betas, t - 1))
      let sigma = eta * betaTilde(schedule.betas, t).squareRoot()
      let expected = zip(zip(xt.scalars, prediction.scalars), noise.scalars).map { pair, z -> Float in
        var x0 = (Double(pair.0) - (1 - left).squareRoot() * Double(pair.1)) / left.squareRoot()
        if clips { x0 = max(-1, min(1, x0)) }
        let direction = (Double(pair.0) - left.squareRoot() * x0) / (1 - left).squareRoot()
        return Float(
          before.squareRoot() * x0 + (max(0, 1 - before - sigma * sigma)).squareRoot() * direction + sigma * Double(z))
      }
      // Some ten roundings of 6e-8 of numbers up to 20.
      expectClose(
        sampler.step(xt, predictedNoise: prediction, at: t, noise: noise), Tensor(expected, shape: shape),
        "t = \(t), η = \(eta)", tolerance: 1e-5, relativeTo: .number(1))
      #expect(agree(sampler.deviation(at: t), sigma, relative: 1e-9))
    }
  }

  @Test("Other sizes", arguments: [[1, 1, 1, 1], [4, 3, 2, 3]] as [Shape])
  func sizes(shape: Shape) throws {
    let sampler = DDIMSampler(schedule: schedule)
    let found = try sampler.step(.zeros(shape), predictedNoise: .ones(shape) * -60, at: 5, noise: .ones(shape))
      .checked()
    // x̂_0 is clipped to 1, and the noise that then fits is −√ᾱ / √(1 − ᾱ).
    let (left, before) = (alphaBar(schedule.betas, 5), alphaBar(schedule.betas, 4))
    let expected = before.squareRoot() - ((1 - before) * left / (1 - left)).squareRoot()
    expectClose(found, Tensor(repeating: Float(expected), shape: shape), "the clipped step", tolerance: 1e-5)
  }

  @Test("Edge cases")
  func last() throws {
    let one = Tensor.ones([1, 1, 1, 1])
    for eta in [0.0, 1] {
      let sampler = DDIMSampler(schedule: NoiseSchedule(betas: [0.75]), eta: eta, clipsPrediction: false)
      let found = try sampler.step(one, predictedNoise: one * 0, at: 0, noise: one * .nan).checked()
      #expect(found.item == 2 && sampler.deviation(at: 0) == 0, "the last step leads to x̂_0")
    }
    #expect(
      try DDIMSampler(schedule: schedule).step(one, predictedNoise: one, at: 7, noise: one * .nan).checked().isFinite)
  }

  @Test("Together with other exercises")
  func ancestral() {
    for clips in [false, true] {
      let (one, other) = (
        DDIMSampler(schedule: schedule, eta: 1, clipsPrediction: clips),
        AncestralSampler(schedule: schedule, clipsPrediction: clips)
      )
      var generator = RandomGenerator(seed: 3)
      // Fourteen steps of some ten roundings of 6e-8, each of which divides by √α, by about 4 in all: 14 · 10 · 6e-8 · 4 = 3e-5.
      var b = Tensor.normal([2, 4, 4, 1], using: &generator)
      var a = b
      for t in (0..<14).reversed() {
        let noise = Tensor.normal(a.shape, using: &generator)
        b = one.step(b, predictedNoise: b * 0.7, at: t, noise: noise)
        a = other.step(a, predictedNoise: a * 0.7, at: t, noise: noise)
      }
      expectClose(b, a, "with η = 1 both draw the same images", tolerance: 1e-4)
    }
  }

  @Test("Bad input")
  func bad() throws {
    let one = Tensor.ones([2, 2, 2, 1])
    let sampler = DDIMSampler(schedule: schedule, eta: 0.5)
    try sampler.step(one, predictedNoise: one, at: 13, noise: one).checked()
    #expect(sampler.step(one, predictedNoise: one, at: 14, noise: one).fault?.reason.contains("14") == true)
    let fault = Fault("from before")
    #expect(sampler.step(one, predictedNoise: Tensor(fault: fault), at: 3, noise: one).fault == fault)
  }
}

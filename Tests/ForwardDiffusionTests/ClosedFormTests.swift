import ForwardDiffusion
import Tensors
import TestSupport
import Testing

/// q(x_t | x_0): mean √ᾱ_t · x_0 and variance 1 − ᾱ_t, in one go.
@Suite("1.4 Noise in one go: the closed form", .exercise("1.4"))
struct Exercise1_4 {
  private let schedule = exampleSchedule()
  private let pixel: Shape = [1, 1, 1, 1]

  @Test("The two weights", arguments: [0, 1, 417, 999])
  func weights(t: Int) throws {
    let signal = try schedule.noised(.ones(pixel), with: .zeros(pixel), at: [t]).checked().item
    let noise = try schedule.noised(.zeros(pixel), with: .ones(pixel), at: [t]).checked().item
    let alphaBar = schedule.alphaBars[t]
    // A Double rounded to Float: half a unit in the last place, 6e-8, and twice that for a root taken in Float.
    #expect(
      agree(Double(signal), alphaBar.squareRoot(), relative: 1.2e-7),
      "x_0 is weighted with √ᾱ_t: not ᾱ_t = \(alphaBar), and not √α_t of one step")
    // In Float 1 − ᾱ_0 = 1e-4 would keep three digits.
    #expect(
      agree(Double(noise), (1 - alphaBar).squareRoot(), relative: 1.2e-7),
      "ε is weighted with √(1 − ᾱ_t): not 1 − ᾱ_t, not √β_t, and 1 − ᾱ_t is taken in Double")
  }

  @Test("Mean and variance of many pixels", arguments: [0, 100, 999])
  func moments(t: Int) throws {
    let count = 40_000
    var generator = RandomGenerator(seed: 1, stream: UInt64(t))
    let shape: Shape = [1, 200, 200, 1]
    let noise = Tensor.normal(shape, using: &generator)
    let xt = try schedule.noised(Tensor(repeating: 0.75, shape: shape), with: noise, at: [t]).checked()
    let (mean, variance) = meanAndVariance(xt.scalars)
    let alphaBar = schedule.alphaBars[t]
    // Six standard errors: a false alarm in one of 500 million, for each of the six comparisons.
    let deviation = (1 - alphaBar).squareRoot()
    #expect(
      abs(mean - alphaBar.squareRoot() * 0.75) < 6 * deviation / Double(count).squareRoot(),
      "the mean of q(x_t | x_0) is √ᾱ_t · x_0")
    #expect(
      abs(variance / (1 - alphaBar) - 1) < 6 * (2 / Double(count)).squareRoot(),
      "the variance of q(x_t | x_0) is 1 − ᾱ_t")
  }

  @Test("Walking there step by step leads to the same distribution")
  func walk() throws {
    let (steps, count, start) = (4, 40_000, Float(0.75))
    // Few and large steps, so that each counts: without the first the variance would be 8 % less, without the last 15 %.
    let schedule = NoiseSchedule(betas: [0.3, 0.35, 0.4, 0.45])
    let weights = try (
      signal: Double(schedule.noised(.ones(pixel), with: .zeros(pixel), at: [steps - 1]).checked().item),
      noise: Double(schedule.noised(.zeros(pixel), with: .ones(pixel), at: [steps - 1]).checked().item)
    )
    var generator = RandomGenerator(seed: 2)
    var x = Tensor(repeating: start, shape: [count])
    for beta in schedule.betas {
      x = x * Float((1 - beta).squareRoot()) + .normal([count], using: &generator) * Float(beta.squareRoot())
    }
    let (mean, variance) = meanAndVariance(x.scalars)
    let closed = weights.noise * weights.noise
    // Six standard errors: a false alarm in one of 500 million, for each of the two comparisons.
    #expect(
      abs(mean - weights.signal * Double(start)) < 6 * (closed / Double(count)).squareRoot(),
      "\(steps) steps of √(1 − β) · x + √β · ε lead to another mean than the jump does: is ᾱ one step early or late?")
    #expect(
      abs(variance / closed - 1) < 6 * (2 / Double(count)).squareRoot(),
      "\(steps) steps of √(1 − β) · x + √β · ε lead to another variance than the jump does")
  }

  @Test("Each image has its own timestep")
  func perImageTimesteps() throws {
    var generator = RandomGenerator(seed: 3)
    let x0 = Tensor.normal([3, 4, 5, 2], using: &generator)
    let noise = Tensor.normal([3, 4, 5, 2], using: &generator)
    let timesteps = [0, 999, 417]
    let together = try schedule.noised(x0, with: noise, at: timesteps).checked()
    #expect(together.shape == x0.shape)
    for (image, t) in timesteps.enumerated() {
      let alone = schedule.noised(
        x0.sliced(axis: 0, image..<image + 1), with: noise.sliced(axis: 0, image..<image + 1), at: [t])
      #expect(
        together.sliced(axis: 0, image..<image + 1) == alone,
        "image \(image) is noised otherwise in company: coefficients are shaped [count, 1, 1, 1], one for each image")
    }
  }

  @Test("A coefficient for each image is shaped [count, 1, 1, 1]")
  func coefficients() throws {
    let coefficients = try schedule.perImage([2, 0], of: .zeros([2, 3, 3, 1])) { Double($0) + 0.5 }.checked()
    #expect(coefficients == Tensor([2.5, 0.5], shape: [2, 1, 1, 1]))
  }

  @Test("A timestep that there is not is named", arguments: [-1, 1000])
  func outside(t: Int) {
    let fault = schedule.noised(.ones([2, 1, 1, 1]), with: .ones([2, 1, 1, 1]), at: [0, t]).fault
    #expect(
      fault?.reason.contains("\(t)") == true, "the result must be faulty and say that \(t) is outside 0..<1000")
  }

  @Test("Images, noise and timesteps must be of one number")
  func misfit() {
    let (x0, noise) = (Tensor.ones([2, 3, 3, 1]), Tensor.ones([2, 3, 3, 1]))
    #expect(
      schedule.noised(x0, with: noise, at: [1, 2, 3]).fault != nil, "three timesteps for two images must be faulty")
    #expect(
      schedule.noised(x0, with: noise, at: [1]).fault != nil,
      "one timestep for two images must be faulty: broadcasting would give both the same, and no error shows it")
    #expect(
      schedule.noised(x0, with: .ones([3, 3, 3, 1]), at: [1, 2]).fault != nil,
      "noise for three images does not fit two")
  }

  @Test("Diffusers computes the same")
  func oracle() throws {
    let fixture = try Fixture(named: "schedules")
    // Two products and a sum of numbers around 1, each rounded to Float: 6 · 6e-8 of the largest.
    expectClose(
      schedule.noised(
        fixture["forward.linear/original"], with: fixture["forward.linear/noise"],
        at: fixture.integers("forward.linear/timesteps")),
      fixture["forward.linear/output"], "x_t", tolerance: 5e-7)
  }
}

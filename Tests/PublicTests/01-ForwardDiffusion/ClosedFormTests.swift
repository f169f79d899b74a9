import ForwardDiffusion
import Tensors
import TestSupport
import Testing

/// q(x_t | x_0): mean √ᾱ_t · x_0 and variance 1 − ᾱ_t, in one go.
@Suite("1.4 Noise in one go: the closed form", .exercise("1.4"))
struct Exercise1_4 {
  private let schedule = NoiseSchedule(betas: referenceLinearBetas(1000))
  private let pixel: Shape = [1, 1, 1, 1]

  /// The answer, once it has the images' shape.
  private func noised(
    _ x0: Tensor, _ noise: Tensor, at timesteps: [Int], of schedule: NoiseSchedule? = nil
  ) throws -> Tensor {
    let xt = try (schedule ?? self.schedule).noised(x0, with: noise, at: timesteps).checked()
    try #require(xt.shape == x0.shape, "x_t has the shape of x_0: yours is \(xt.shape) instead of \(x0.shape)")
    return xt
  }

  /// What x_0 and ε are multiplied with.
  private func weights(of schedule: NoiseSchedule, at t: Int) throws -> (image: Double, noise: Double) {
    try (
      image: Double(noised(.ones(pixel), .zeros(pixel), at: [t], of: schedule).item),
      noise: Double(noised(.zeros(pixel), .ones(pixel), at: [t], of: schedule).item)
    )
  }

  /// Whether the noise's weight is that of ᾱ rounded to Float: 1 − ᾱ is then off by up to two units in the last place of numbers
  /// below 1, of 6e-8 each.
  private func lostDigits(_ weight: Double, _ alphaBar: Double) -> Bool {
    abs(weight * weight - (1 - alphaBar)) < 1.2e-7
  }

  @Test("The image's weight", arguments: [1, 417, 999])
  func imageWeight(t: Int) throws {
    let weight = try weights(of: schedule, at: t).image
    let (alphaBar, before, alpha) = (schedule.alphaBars[t], schedule.alphaBars[t - 1], schedule.alphas[t])
    let after = t < 999 ? schedule.alphaBars[t + 1] : .nan
    // A Double rounded to Float: half a unit in the last place, 6e-8, and twice that for a root taken in Float.
    #expect(
      agree(weight, alphaBar.squareRoot(), relative: 1.2e-7),
      likelyMistake(
        weight, insteadOf: alphaBar.squareRoot(),
        [
          "x_0 is weighted with ᾱ_t; the root is missing": alphaBar,
          "x_0 is weighted with √α_t, of one step; all steps from 0 to t are wanted": alpha.squareRoot(),
          "x_0 is weighted with √ᾱ_{t−1}: one step early": before.squareRoot(),
          "x_0 is weighted with √ᾱ_{t+1}: one step late": after.squareRoot(),
          "x_0 is weighted with α_t, of one step and without its root": alpha,
          "x_0 keeps its whole weight: it has to shrink as noise takes its place": 1,
          "x_0 is weighted with 1 − √(1 − ᾱ_t): variances add up to 1, the weights do not":
            1 - (1 - alphaBar).squareRoot(),
          "x_0 is weighted with √(1 − ᾱ_t): the two weights are swapped": (1 - alphaBar).squareRoot(),
        ], otherwise: "x_0 is weighted with √ᾱ_t"
      ).about("t = \(t)"))
  }

  @Test("The noise's weight", arguments: [1, 417, 999])
  func noiseWeight(t: Int) throws {
    let weight = try weights(of: schedule, at: t).noise
    let (alphaBar, before, beta) = (schedule.alphaBars[t], schedule.alphaBars[t - 1], schedule.betas[t])
    let after = t < 999 ? schedule.alphaBars[t + 1] : .nan
    #expect(
      agree(weight, (1 - alphaBar).squareRoot(), relative: 1.2e-7),
      likelyMistake(
        weight, insteadOf: (1 - alphaBar).squareRoot(),
        [
          "ε is weighted with 1 − ᾱ_t; the root is missing: that is the variance, the weight is a standard deviation":
            1 - alphaBar,
          "ε is weighted with √β_t, of one step; all steps from 0 to t are wanted": beta.squareRoot(),
          "ε is weighted with √(1 − ᾱ_{t−1}): one step early": (1 - before).squareRoot(),
          "ε is weighted with √(1 − ᾱ_{t+1}): one step late": (1 - after).squareRoot(),
          "ε is weighted with β_t, of one step and without its root": beta,
          "ε keeps its whole weight: it has to leave room for the image": 1,
          "ε is weighted with 1 − √ᾱ_t: variances add up to 1, the weights do not": 1 - alphaBar.squareRoot(),
          "ε is weighted with √ᾱ_t: the two weights are swapped": alphaBar.squareRoot(),
        ],
        otherwise: lostDigits(weight, alphaBar)
          ? "1 − ᾱ_t has lost digits: take it in Double, and round to Float at the end"
          : "ε is weighted with √(1 − ᾱ_t)"
      ).about("t = \(t)"))
  }

  @Test("The first timestep has had one step of noise")
  func firstStep() throws {
    let weights = try weights(of: schedule, at: 0)
    let (beta, after) = (schedule.betas[0], schedule.alphaBars[1])
    let clean = "this is the clean image, without noise, but index 0 is after one step"
    #expect(
      agree(weights.image, (1 - beta).squareRoot(), relative: 1.2e-7),
      likelyMistake(
        weights.image, insteadOf: (1 - beta).squareRoot(),
        [
          clean: 1, "x_0 is weighted with √ᾱ_1: one step late": after.squareRoot(),
          "x_0 is weighted with ᾱ_0; the root is missing": 1 - beta,
        ], otherwise: "x_0 is weighted with √(1 − β_0), for ᾱ_0 is 1 − β_0"
      ).about("t = 0"))
    #expect(
      agree(weights.noise, beta.squareRoot(), relative: 1.2e-7),
      likelyMistake(
        weights.noise, insteadOf: beta.squareRoot(),
        [
          clean: weights.image == 1 ? 0 : .nan,
          "ε is weighted with √(1 − ᾱ_1): one step late": (1 - after).squareRoot(),
          "ε is weighted with 1 − ᾱ_0; the root is missing": beta,
        ],
        otherwise: lostDigits(weights.noise, 1 - beta)
          ? "1 − ᾱ_0 = 1e-4 has lost digits: take it in Double, and round to Float at the end"
          : "ε is weighted with √β_0, for 1 − ᾱ_0 is β_0"
      ).about("t = 0"))
  }

  @Test("Mean and variance of many pixels", arguments: [0, 100, 999])
  func moments(t: Int) throws {
    let count = 40_000
    var generator = RandomGenerator(seed: 1, stream: UInt64(t))
    let shape: Shape = [1, 200, 200, 1]
    let noise = Tensor.normal(shape, using: &generator)
    let xt = try noised(Tensor(repeating: 0.75, shape: shape), noise, at: [t])
    let (mean, variance) = meanAndVariance(xt.scalars)
    let alphaBar = schedule.alphaBars[t]
    try #require(!alphaBar.isNaN, "t = \(t): nothing can be said here, for ᾱ_t, which exercise 1.3 makes, is no number")
    // Six standard errors: a false alarm in one of 500 million, for each of the six comparisons.
    let deviation = (1 - alphaBar).squareRoot()
    #expect(
      abs(mean - alphaBar.squareRoot() * 0.75) < 6 * deviation / Double(count).squareRoot(),
      """
      t = \(t): the mean of q(x_t | x_0) is √ᾱ_t · x_0 (yours is \(Float(mean)) instead of about \
      \(Float(alphaBar.squareRoot() * 0.75)))
      """)
    #expect(
      abs(variance / (1 - alphaBar) - 1) < 6 * (2 / Double(count)).squareRoot(),
      """
      t = \(t): the variance of q(x_t | x_0) is 1 − ᾱ_t (yours is \(Float(variance)) instead of about \(Float(1 - alphaBar)))
      """)
  }

  @Test("Walking there step by step leads to the same distribution")
  func walk() throws {
    let (steps, count, start) = (4, 40_000, Float(0.75))
    // Few and large steps, so that each counts: without the first the variance would be 8 % less, without the last 15 %.
    let schedule = NoiseSchedule(betas: [0.3, 0.35, 0.4, 0.45])
    let weights = try weights(of: schedule, at: steps - 1)
    var generator = RandomGenerator(seed: 2)
    var x = Tensor(repeating: start, shape: [count])
    for beta in schedule.betas {
      x = x * Float((1 - beta).squareRoot()) + .normal([count], using: &generator) * Float(beta.squareRoot())
    }
    let (mean, variance) = meanAndVariance(x.scalars)
    let closed = weights.noise * weights.noise
    // Six standard errors: a false alarm in one of 500 million, for each of the two comparisons.
    #expect(
      abs(mean - weights.image * Double(start)) < 6 * (closed / Double(count)).squareRoot(),
      """
      \(steps) steps of √(1 − β) · x + √β · ε lead to another mean than the jump does (yours is \
      \(Float(weights.image * Double(start))) instead of about \(Float(mean)))
      """)
    #expect(
      abs(variance / closed - 1) < 6 * (2 / Double(count)).squareRoot(),
      """
      \(steps) steps of √(1 − β) · x + √β · ε lead to another variance than the jump does (yours is \(Float(closed)) instead \
      of about \(Float(variance)))
      """)
  }

  @Test("Each image has its own timestep")
  func perImageTimesteps() throws { try expectOwnTimesteps([0, 999, 417]) { try noised($0, $1, at: $2) } }

  @Test("What does not fit is faulty")
  func misfit() throws {
    let (x0, noise) = (Tensor.ones([2, 3, 3, 1]), Tensor.ones([2, 3, 3, 1]))
    // Required, for an answer that lets this pass might end the process over the next.
    try #require(
      schedule.noised(x0, with: noise, at: [1, 2, 3]).fault != nil,
      "three timesteps for two images must be faulty, and yours is not")
    try #require(
      schedule.noised(x0, with: noise, at: [1]).fault != nil,
      "one timestep for two images must be faulty, and yours is not: broadcasting gives both the same, and no error shows it"
    )
    for t in [-1, 1000] {
      #expect(
        schedule.noised(x0, with: noise, at: [0, t]).fault?.reason.contains("\(t)") == true,
        "the result must be faulty and say that \(t) is outside 0..<1000")
    }
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

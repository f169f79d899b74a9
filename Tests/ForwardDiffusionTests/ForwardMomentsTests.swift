import ForwardDiffusion
import Tensors
import TestSupport
import Testing

/// The mean and the variance of q(x_t | x_0).
@Suite("1.5 Mean and variance of x_t", .exercise("1.5"))
struct Exercise1_5 {
  private let betas = [0.1, 0.25, 0.4, 0.7]
  private var schedule: NoiseSchedule { NoiseSchedule(betas: betas) }

  /// ᾱ_t, multiplied here.
  private func alphaBar(_ t: Int) -> Double { betas[...t].reduce(1) { $0 * (1 - $1) } }

  /// What x_0 is multiplied with, and the variance.
  private func moments(at t: Int, of schedule: NoiseSchedule) throws -> (weight: Double, variance: Double) {
    let moments = schedule.forwardMoments(of: .ones([1, 1, 1, 1]), at: t)
    return (Double(try moments.mean.checked().item), moments.variance)
  }

  @Test("The mean is the image, paler", arguments: 0..<4)
  func mean(t: Int) throws {
    let weight = try moments(at: t, of: schedule).weight
    // A Double rounded to Float: half a unit in the last place, 6e-8, and twice that for a root taken in Float.
    #expect(
      agree(weight, alphaBar(t).squareRoot(), relative: 1.2e-7),
      likelyMistake(
        weight,
        [
          "the mean is weighted with ᾱ_t; the root is missing": alphaBar(t),
          "the mean is weighted with √α_t, of one step; all steps from 0 to t are wanted": (1 - betas[t]).squareRoot(),
          "the mean is weighted with √ᾱ_{t−1}: one step early": t == 0 ? 1 : alphaBar(t - 1).squareRoot(),
          "the mean is x_0 itself: but it fades as noise takes its place": 1,
        ], otherwise: "the mean is √ᾱ_t · x_0, and ᾱ_t is \(alphaBar(t)) at t = \(t)"))
  }

  @Test("The variance is what the image has lost", arguments: 0..<4)
  func variance(t: Int) throws {
    let variance = try moments(at: t, of: schedule).variance
    // A few roundings in Double of numbers up to 1, and 1 − ᾱ is at least 0.1.
    #expect(
      agree(variance, 1 - alphaBar(t), relative: 1e-14),
      likelyMistake(
        variance,
        [
          "this is the standard deviation: the variance is its square, without a root": (1 - alphaBar(t)).squareRoot(),
          "this is (1 − √ᾱ_t)²: 1 minus the mean's weight is not the noise's weight":
            (1 - alphaBar(t).squareRoot()) * (1 - alphaBar(t).squareRoot()),
          "this is 1 − √ᾱ_t: take the image's variance from 1, not the mean's weight": 1 - alphaBar(t).squareRoot(),
          "this is the variance one step early, 1 − ᾱ_{t−1}": t == 0 ? 0 : 1 - alphaBar(t - 1),
          "this is ᾱ_t, the image's part: the noise has the rest": alphaBar(t),
          "this is β_t, the variance of one step; all steps from 0 to t are wanted": betas[t],
        ], otherwise: "the variance is 1 − ᾱ_t, and ᾱ_t is \(alphaBar(t)) at t = \(t)"))
  }

  @Test("One more step: the mean shrinks by √α, the variance by α, and β comes on top", arguments: [1, 500, 999])
  func oneMoreStep(t: Int) throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(1000))
    let (before, after) = (try moments(at: t - 1, of: schedule), try moments(at: t, of: schedule))
    let beta = schedule.betas[t]
    // Two means in Float.
    #expect(
      agree(after.weight, before.weight * (1 - beta).squareRoot(), relative: 3e-7),
      "from t − 1 to t = \(t) the mean must shrink by √(1 − β_t)")
    // 1 − ᾱ is at least 1e-4, and rounded to 1.1e-16 a few times.
    #expect(
      agree(after.variance, before.variance * (1 - beta) + beta, relative: 1e-11),
      "from t − 1 to t = \(t) the variance must become (1 − β_t) times what it was, plus β_t, in Double")
  }

  @Test("Many images, step by step, have these moments")
  func sampled() throws {
    let (count, start) = (40_000, Float(0.75))
    var generator = RandomGenerator(seed: 6)
    var x = Tensor(repeating: start, shape: [count])
    for (t, beta) in betas.enumerated() {
      x = x * Float((1 - beta).squareRoot()) + .normal([count], using: &generator) * Float(beta.squareRoot())
      let (mean, variance) = meanAndVariance(x.scalars)
      let expected = try moments(at: t, of: schedule)
      // Six standard errors: a false alarm in one of 500 million, for each of the eight comparisons.
      #expect(
        abs(mean - expected.weight * Double(start)) < 6 * (variance / Double(count)).squareRoot(),
        "after step \(t) the mean of \(count) pixels is \(mean): your mean does not agree")
      #expect(
        abs(variance / expected.variance - 1) < 6 * (2 / Double(count)).squareRoot(),
        "after step \(t) the variance of \(count) pixels is \(variance), and you say \(expected.variance)")
    }
  }

  @Test("The mean has the images' shape, and knows no noise")
  func shape() throws {
    var generator = RandomGenerator(seed: 7)
    let x0 = Tensor.normal([2, 3, 4, 3], using: &generator)
    let mean = try schedule.forwardMoments(of: x0, at: 2).mean.checked()
    try #require(mean.shape == x0.shape, "each pixel has its own mean: the shape of the images")
    #expect(
      mean == schedule.forwardMoments(of: x0, at: 2).mean,
      "the mean is a number, not a sample: it is the same each time")
    // A weight and a product, each rounded to Float.
    expectClose(
      mean, x0 * Float(alphaBar(2).squareRoot()), "the mean", tolerance: 2.4e-7, relativeTo: .element(atLeast: 0))
  }

  @Test("After a thousand steps hardly anything is left of the image")
  func end() throws {
    let last = try moments(at: 999, of: NoiseSchedule(betas: referenceLinearBetas(1000)))
    // Computed with 40 digits: ᾱ = 4.03582976538e-5.
    #expect(agree(last.weight, 0.00635281808757, relative: 2e-7), "√ᾱ at the end is 0.00635, and not \(last.weight)")
    #expect(agree(last.variance, 1 - 4.03582976538e-5, relative: 1e-13), "1 − ᾱ at the end is 0.99996")
  }
}

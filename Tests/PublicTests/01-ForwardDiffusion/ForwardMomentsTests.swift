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
    let mean = try moments.mean.checked()
    try #require(
      mean.shape == [1, 1, 1, 1], "the mean has the shape of x_0: yours is \(mean.shape) instead of [1, 1, 1, 1]")
    return (Double(mean.item), moments.variance)
  }

  @Test("The mean is the image, paler", arguments: 0..<4)
  func mean(t: Int) throws {
    let weight = try moments(at: t, of: schedule).weight
    // A Double rounded to Float: half a unit in the last place, 6e-8, and twice that for a root taken in Float.
    #expect(
      agree(weight, alphaBar(t).squareRoot(), relative: 1.2e-7),
      likelyMistake(
        weight, insteadOf: alphaBar(t).squareRoot(),
        [
          "the mean is weighted with ᾱ_t; the root is missing": alphaBar(t),
          "the mean is weighted with √α_t, of one step; all steps from 0 to t are wanted": (1 - betas[t]).squareRoot(),
          "the mean is weighted with √ᾱ_{t−1}: one step early": t == 0 ? .nan : alphaBar(t - 1).squareRoot(),
          "the mean is weighted with √ᾱ_{t+1}: one step late": t < 3 ? alphaBar(t + 1).squareRoot() : .nan,
          "the mean is x_0 itself: but it fades as noise takes its place": 1,
          "x_0 is weighted with √(1 − ᾱ_t), which belongs to the noise": (1 - alphaBar(t)).squareRoot(),
        ], otherwise: "the mean is √ᾱ_t · x_0"
      ).about("t = \(t), x_0 = 1"))
  }

  @Test("The variance is what the image has lost", arguments: 0..<4)
  func variance(t: Int) throws {
    let variance = try moments(at: t, of: schedule).variance
    // A few roundings in Double of numbers up to 1, and 1 − ᾱ is at least 0.1.
    #expect(
      agree(variance, 1 - alphaBar(t), relative: 1e-14),
      likelyMistake(
        variance, insteadOf: 1 - alphaBar(t),
        [
          "this is the standard deviation: the variance is its square, without a root": (1 - alphaBar(t)).squareRoot(),
          "this is (1 − √ᾱ_t)²: 1 minus the mean's weight is not the noise's weight":
            (1 - alphaBar(t).squareRoot()) * (1 - alphaBar(t).squareRoot()),
          "this is 1 − √ᾱ_t: take the image's variance from 1, not the mean's weight": 1 - alphaBar(t).squareRoot(),
          "this is the variance one step early, 1 − ᾱ_{t−1}": t == 0 ? .nan : 1 - alphaBar(t - 1),
          "this is ᾱ_t, the image's part: the noise has the rest": alphaBar(t),
          "this is β_t, the variance of one step; all steps from 0 to t are wanted": betas[t],
          "these are the β added up; each later step shrinks the noise of those before": betas[...t].reduce(0, +),
          "this is the variance one step late, 1 − ᾱ_{t+1}": t < 3 ? 1 - alphaBar(t + 1) : .nan,
        ], otherwise: "the variance is 1 − ᾱ_t"
      ).about("t = \(t)"))
  }

  @Test("One more step: the mean shrinks by √α, the variance by α, and β comes on top", arguments: [1, 500, 999])
  func oneMoreStep(t: Int) throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(1000))
    let (before, after) = (try moments(at: t - 1, of: schedule), try moments(at: t, of: schedule))
    let beta = schedule.betas[t]
    // Two means in Float.
    #expect(
      agree(after.weight, before.weight * (1 - beta).squareRoot(), relative: 3e-7),
      likelyMistake(
        after.weight, insteadOf: before.weight * (1 - beta).squareRoot(), [:],
        otherwise: "from t − 1 to t the mean must shrink by √(1 − β_t)"
      ).about("t = \(t)"))
    // 1 − ᾱ is at least 1e-4, and rounded to 1.1e-16 a few times.
    #expect(
      agree(after.variance, before.variance * (1 - beta) + beta, relative: 1e-11),
      likelyMistake(
        after.variance, insteadOf: before.variance * (1 - beta) + beta, [:],
        otherwise: "from t − 1 to t the variance must become (1 − β_t) times what it was, plus β_t, in Double"
      ).about("t = \(t)"))
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
        """
        t = \(t): \(count) pixels that went there step by step have another mean (yours is \
        \(Float(expected.weight * Double(start))) instead of about \(Float(mean)))
        """)
      #expect(
        abs(variance / expected.variance - 1) < 6 * (2 / Double(count)).squareRoot(),
        """
        t = \(t): \(count) pixels that went there step by step have another variance (yours is \
        \(Float(expected.variance)) instead of about \(Float(variance)))
        """)
    }
  }

  @Test("The mean has the images' shape, and knows no noise")
  func shape() throws {
    var generator = RandomGenerator(seed: 7)
    let x0 = Tensor.normal([2, 3, 4, 3], using: &generator)
    let mean = try schedule.forwardMoments(of: x0, at: 2).mean.checked()
    try #require(
      mean.shape == x0.shape,
      "each pixel has its own mean, so it has the shape of x_0: yours is \(mean.shape) instead of \(x0.shape)")
    #expect(
      mean == schedule.forwardMoments(of: x0, at: 2).mean,
      "the mean is no sample, so it is the same each time: yours differs from call to call")
    // A weight and a product, each rounded to Float.
    expectClose(
      mean, x0 * Float(alphaBar(2).squareRoot()), "the mean", tolerance: 2.4e-7, relativeTo: .element(atLeast: 0))
  }

  @Test("The variance is the noise's, whatever the images are")
  func images() {
    for x0 in [Tensor([-1, 1, 0.5, -0.25], shape: [2, 2]), Tensor([3, 3], shape: [2, 1])] {
      let variance = schedule.forwardMoments(of: x0, at: 1).variance
      #expect(
        agree(variance, 1 - alphaBar(1), relative: 1e-14),
        likelyMistake(
          variance, insteadOf: 1 - alphaBar(1), [:],
          otherwise:
            "who knows x_0 is in doubt about the noise alone: the variance is 1 − ᾱ_t and has nothing of the images'"
        ).about("t = 1, images \(x0.scalars)"))
    }
  }

  @Test("After a thousand steps hardly anything is left of the image")
  func end() throws {
    let last = try moments(at: 999, of: NoiseSchedule(betas: referenceLinearBetas(1000)))
    // Computed with 40 digits: ᾱ = 4.03582976538e-5.
    // A number of twelve digits, rounded to Float once or twice.
    #expect(
      agree(last.weight, 0.00635281808757, relative: 2e-7),
      likelyMistake(
        last.weight, insteadOf: 0.00635281808757,
        ["the mean is weighted with ᾱ_t; the root is missing": 4.03582976538e-5],
        otherwise: "of x_0 a weight of √ᾱ_t is left"
      ).about("t = 999"))
    // ᾱ = 4e-5 has twelve digits here, and 1e-13 of itself by a thousand roundings: that is less than 1e-16 of 1.
    #expect(
      agree(last.variance, 1 - 4.03582976538e-5, relative: 1e-13),
      likelyMistake(
        last.variance, insteadOf: 1 - 4.03582976538e-5, [:], otherwise: "the variance is 1 − ᾱ_t, in Double"
      ).about("t = 999"))
  }
}

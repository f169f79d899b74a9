import ForwardDiffusion
import Tensors
import TestSupport
import Testing

/// q(x_t | x_{t−1}): mean √(1 − β_t) · x_{t−1} and variance β_t.
@Suite("1.2 One step into the noise", .exercise("1.2"))
struct Exercise1_2 {
  // Few steps that differ much, so that one cannot be taken for another.
  private let betas = [0.1, 0.25, 0.4, 0.7]
  private var schedule: NoiseSchedule { NoiseSchedule(betas: betas) }
  private let pixel: Shape = [1, 1, 1, 1]

  /// What x_{t−1} and ε are multiplied with.
  private func weights(at t: Int) throws -> (image: Double, noise: Double) {
    try (
      image: Double(schedule.steppedForward(.ones(pixel), with: .zeros(pixel), at: [t]).checked().item),
      noise: Double(schedule.steppedForward(.zeros(pixel), with: .ones(pixel), at: [t]).checked().item)
    )
  }

  // A weight is a Double rounded to Float: half a unit in the last place, 6e-8, and twice that for a root taken in Float.
  private let rounding = 1.2e-7

  @Test("The image's weight", arguments: 0..<4)
  func imageWeight(t: Int) throws {
    let weight = try weights(at: t).image
    let product = betas[...t].reduce(1) { $0 * (1 - $1) }
    #expect(
      agree(weight, (1 - betas[t]).squareRoot(), relative: rounding),
      likelyMistake(
        weight,
        [
          "x_{t−1} is weighted with α_t; the root is missing": 1 - betas[t],
          "x_{t−1} is weighted with √ᾱ_t, of all steps so far; here it is one step": product.squareRoot(),
          "x_{t−1} is weighted with √β_t: the two weights are swapped": betas[t].squareRoot(),
          "x_{t−1} keeps its whole weight: it has to shrink, or the variance grows at every step": 1,
        ], otherwise: "x_{t−1} is weighted with the root of what step t keeps, 1 − β_t, at t = \(t)"))
  }

  @Test("The noise's weight", arguments: 0..<4)
  func noiseWeight(t: Int) throws {
    let weight = try weights(at: t).noise
    let product = betas[...t].reduce(1) { $0 * (1 - $1) }
    #expect(
      agree(weight, betas[t].squareRoot(), relative: rounding),
      likelyMistake(
        weight,
        [
          "ε is weighted with β_t; the root is missing: β_t is a variance, the weight a standard deviation": betas[t],
          "ε is weighted with √(1 − ᾱ_t), of all steps so far; here it is one step": (1 - product).squareRoot(),
          "ε is weighted with √α_t: the two weights are swapped": (1 - betas[t]).squareRoot(),
          "ε is weighted with 1 − √α_t: variances add up to 1, the weights do not": 1 - (1 - betas[t]).squareRoot(),
        ], otherwise: "ε is weighted with the standard deviation of the noise that step t adds, at t = \(t)"))
  }

  @Test("A variance of 1 stays 1")
  func preserves() throws {
    let count = 40_000
    var generator = RandomGenerator(seed: 4)
    let shape: Shape = [1, 200, 200, 1]
    for t in betas.indices {
      let previous = Tensor.normal(shape, using: &generator)
      let noise = Tensor.normal(shape, using: &generator)
      let next = try schedule.steppedForward(previous, with: noise, at: [t]).checked()
      let (_, variance) = meanAndVariance(next.scalars)
      // Six standard errors: a false alarm in one of 500 million, for each of the four steps.
      #expect(
        abs(variance - 1) < 6 * (2 / Double(count)).squareRoot(),
        "after step \(t) the variance is \(variance), not 1: what shrinks and what is added must make up for one another"
      )
    }
  }

  @Test("All steps together leave 1 − Π (1 − β) of noise")
  func walk() throws {
    var (image, variance, left) = (1.0, 0.0, 1.0)
    for t in betas.indices {
      let weights = try weights(at: t)
      // The weights of independent noises add up as squares.
      (image, variance) = (
        weights.image * image, weights.image * weights.image * variance + weights.noise * weights.noise
      )
      left *= 1 - betas[t]
    }
    // Eight weights rounded to Float: 8 · 1.2e-7.
    #expect(
      agree(image, left.squareRoot(), relative: 1e-6),
      "after all steps the image's weight is \(image), where the root of the product of 1 − β is \(left.squareRoot())")
    #expect(
      agree(variance, 1 - left, relative: 1e-6),
      "after all steps the noise has the variance \(variance), where 1 minus the product of 1 − β is \(1 - left)")
  }

  @Test("Each image has its own timestep")
  func perImageTimesteps() throws {
    var generator = RandomGenerator(seed: 3)
    let previous = Tensor.normal([3, 4, 5, 2], using: &generator)
    let noise = Tensor.normal([3, 4, 5, 2], using: &generator)
    let timesteps = [0, 3, 1]
    let together = try schedule.steppedForward(previous, with: noise, at: timesteps).checked()
    #expect(together.shape == previous.shape, "x_t has the shape of x_{t−1}")
    for (image, t) in timesteps.enumerated() {
      let range = image..<image + 1
      let alone = try schedule.steppedForward(
        previous.sliced(axis: 0, range), with: noise.sliced(axis: 0, range), at: [t]
      ).checked()
      let first = schedule.steppedForward(
        previous.sliced(axis: 0, range), with: noise.sliced(axis: 0, range), at: [timesteps[0]])
      let found = together.sliced(axis: 0, range)
      #expect(
        found == alone,
        found == first
          ? "image \(image) is noised with the first image's timestep: one timestep for all, where each has its own"
          : "image \(image) is noised otherwise in company: coefficients are shaped [count, 1, 1, 1], one for each image"
      )
    }
  }

  @Test("Images, noise and timesteps must be of one number")
  func misfit() {
    let (previous, noise) = (Tensor.ones([2, 3, 3, 1]), Tensor.ones([2, 3, 3, 1]))
    #expect(
      schedule.steppedForward(previous, with: noise, at: [1]).fault != nil,
      "one timestep for two images must be faulty: broadcasting would give both the same, and no error shows it")
    #expect(
      schedule.steppedForward(previous, with: noise, at: [1, 4]).fault?.reason.contains("4") == true,
      "timestep 4 of a schedule of four must be faulty, and the fault must name it")
  }
}

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

  /// The answer, once it has the images' shape.
  private func stepped(_ previous: Tensor, _ noise: Tensor, at timesteps: [Int]) throws -> Tensor {
    let next = try schedule.steppedForward(previous, with: noise, at: timesteps).checked()
    try #require(
      next.shape == previous.shape,
      "x_t has the shape of x_{t−1}: yours is \(next.shape) instead of \(previous.shape)")
    return next
  }

  /// What x_{t−1} and ε are multiplied with.
  private func weights(at t: Int) throws -> (image: Double, noise: Double) {
    try (
      image: Double(stepped(.ones(pixel), .zeros(pixel), at: [t]).item),
      noise: Double(stepped(.zeros(pixel), .ones(pixel), at: [t]).item)
    )
  }

  // A weight is a Double rounded to Float: half a unit in the last place, 6e-8, and twice that for a root taken in Float.
  private let rounding = 1.2e-7

  @Test("The image's weight", arguments: 0..<4)
  func imageWeight(t: Int) throws {
    let weight = try weights(at: t).image
    let product = betas[...t].reduce(1) { $0 * (1 - $1) }
    let right = (1 - betas[t]).squareRoot()
    #expect(
      agree(weight, right, relative: rounding),
      likelyMistake(
        weight, insteadOf: right,
        [
          "x_{t−1} is weighted with α_t; the root is missing": 1 - betas[t],
          "x_{t−1} is weighted with √ᾱ_t, of all steps so far; here it is one step": product.squareRoot(),
          "x_{t−1} is weighted with √β_t: the two weights are swapped": betas[t].squareRoot(),
          "x_{t−1} keeps its whole weight: it has to shrink, or the variance grows at every step": 1,
          "x_{t−1} is weighted with √(1 − β_{t−1}): one step early": t > 0 ? (1 - betas[t - 1]).squareRoot() : .nan,
          "x_{t−1} is weighted with √(1 − β_{t+1}): one step late": t < 3 ? (1 - betas[t + 1]).squareRoot() : .nan,
          "x_{t−1} is weighted with 1 − √β_t: variances add up to 1, the weights do not": 1 - betas[t].squareRoot(),
          "x_{t−1} is weighted with 1 − β_t / 2, which is √(1 − β_t) for small β_t only": 1 - betas[t] / 2,
        ], otherwise: "x_{t−1} is weighted with the root of what step t keeps, 1 − β_t"
      ).about("t = \(t)"))
  }

  @Test("The noise's weight", arguments: 0..<4)
  func noiseWeight(t: Int) throws {
    let weight = try weights(at: t).noise
    let product = betas[...t].reduce(1) { $0 * (1 - $1) }
    #expect(
      agree(weight, betas[t].squareRoot(), relative: rounding),
      likelyMistake(
        weight, insteadOf: betas[t].squareRoot(),
        [
          "ε is weighted with β_t; the root is missing: β_t is a variance, the weight a standard deviation": betas[t],
          "ε is weighted with √(1 − ᾱ_t), of all steps so far; here it is one step": (1 - product).squareRoot(),
          "ε is weighted with √α_t: the two weights are swapped": (1 - betas[t]).squareRoot(),
          "ε is weighted with 1 − √α_t: variances add up to 1, the weights do not": 1 - (1 - betas[t]).squareRoot(),
          "ε is weighted with √β_{t−1}: one step early": t > 0 ? betas[t - 1].squareRoot() : .nan,
          "ε is weighted with √β_{t+1}: one step late": t < 3 ? betas[t + 1].squareRoot() : .nan,
          "ε keeps its whole weight: a step adds noise of variance β_t": 1,
        ], otherwise: "ε is weighted with the standard deviation of the noise that step t adds"
      ).about("t = \(t)"))
  }

  @Test("A variance of 1 stays 1")
  func preserves() throws {
    let count = 40_000
    var generator = RandomGenerator(seed: 4)
    let shape: Shape = [1, 200, 200, 1]
    for t in betas.indices {
      let previous = Tensor.normal(shape, using: &generator)
      let noise = Tensor.normal(shape, using: &generator)
      let next = try stepped(previous, noise, at: [t])
      let (_, variance) = meanAndVariance(next.scalars)
      // Six standard errors: a false alarm in one of 500 million, for each of the four steps.
      #expect(
        abs(variance - 1) < 6 * (2 / Double(count)).squareRoot(),
        """
        t = \(t): what shrinks and what is added must make up for one another, so that the variance stays 1 (yours is \
        \(Float(variance)) instead of about 1)
        """
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
      likelyMistake(
        image, insteadOf: left.squareRoot(), [:],
        otherwise: "after all steps the image's weight is the root of the product of 1 − β"))
    #expect(
      agree(variance, 1 - left, relative: 1e-6),
      likelyMistake(
        variance, insteadOf: 1 - left, [:], otherwise: "after all steps the noise has the variance 1 − Π (1 − β)"))
  }

  @Test("Each image has its own timestep")
  func perImageTimesteps() throws { try expectOwnTimesteps([0, 3, 1], stepped) }

  @Test("Each image needs a timestep, and one of the schedule's")
  func misfit() throws {
    let (previous, noise) = (Tensor.ones([2, 3, 3, 1]), Tensor.ones([2, 3, 3, 1]))
    // Required, for an answer that lets this pass might end the process over the next.
    try #require(
      schedule.steppedForward(previous, with: noise, at: [1]).fault != nil,
      "one timestep for two images must be faulty, and yours is not: broadcasting gives both the same, and no error shows it"
    )
    #expect(
      schedule.steppedForward(previous, with: noise, at: [1, 4]).fault?.reason.contains("4") == true,
      "timestep 4 of a schedule of four must be faulty, and the fault must name it, as that of perImage does")
  }
}

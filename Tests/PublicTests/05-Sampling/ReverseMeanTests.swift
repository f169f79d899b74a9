import ForwardDiffusion
import Sampling
import Tensors
import TestSupport
import Testing

/// The mean of one step back, in terms of the noise.
@Suite("5.1 The mean of a step back", .exercise("5.1"))
struct Exercise5_1 {
  private let zero = Tensor.zeros([1, 1, 1, 1])
  private let one = Tensor.ones([1, 1, 1, 1])

  /// The only number of an answer for one pixel.
  private func number(_ answer: Tensor) throws -> Double {
    let answer = try answer.checked()
    try #require(
      answer.shape == one.shape, "the mean has the images' shape: yours is \(answer.shape) instead of \(one.shape)")
    return Double(answer.item)
  }

  @Test("The weight of x_t", arguments: [linear, cosine], [0, 1, 500, 999])
  func imageWeight(schedule: NoiseSchedule, t: Int) throws {
    let found = try number(schedule.reverseMean(from: one, noise: zero, at: t))
    let (alpha, alphaBar) = (schedule.alphas[t], schedule.alphaBars[t])
    // Two or three roundings to Float of half a unit in the last place, 6e-8.
    #expect(
      agree(found, 1 / alpha.squareRoot(), relative: 3e-7),
      likelyMistake(
        found, insteadOf: 1 / alpha.squareRoot(),
        [
          "this is √α_t: dividing by √α_t undoes the step's shrinking, multiplying shrinks all images again":
            alpha.squareRoot(),
          "this is 1 / √ᾱ_t, of all steps so far: undo this one step": 1 / alphaBar.squareRoot(),
          "this is 1 / α_t: a root is missing": 1 / alpha,
          "this is 1 / √β_t: α_t is what is left": 1 / schedule.betas[t].squareRoot(),
          "x_t has to be divided by √α_t": 1,
        ], otherwise: "x_t has the wrong weight in the mean"
      ).about(schedule.place(t)))
  }

  @Test("The weight of the noise", arguments: [linear, cosine], [0, 1, 500, 999])
  func noiseWeight(schedule: NoiseSchedule, t: Int) throws {
    let found = try number(schedule.reverseMean(from: zero, noise: one, at: t))
    let (beta, alpha, alphaBar) = (schedule.betas[t], schedule.alphas[t], schedule.alphaBars[t])
    // Two or three roundings to Float, as above. At t = 0, where 1 − ᾱ is β, some of the mistakes give the same number, so
    // none of them is named.
    let expected = -beta / (1 - alphaBar).squareRoot() / alpha.squareRoot()
    #expect(
      agree(found, expected, relative: 3e-7),
      likelyMistake(
        found, insteadOf: expected,
        [
          "ε̂ is not divided by √α_t; the difference is, x_t and noise alike": expected * alpha.squareRoot(),
          "multiplied by √α_t where the difference is to be divided by it": expected * alpha,
          "divided by α_t: a root is missing": expected / alpha.squareRoot(),
          "the root of 1 − ᾱ_t is missing": t == 0 ? .nan : -beta / (1 - alphaBar) / alpha.squareRoot(),
          "1 − α_t stands where 1 − ᾱ_t belongs, with all the noise so far": -beta / (1 - alpha).squareRoot()
            / alpha.squareRoot(),
          "√ᾱ_t stands where √(1 − ᾱ_t) belongs": -beta / alphaBar.squareRoot() / alpha.squareRoot(),
          "this is √β_t where β_t belongs": t == 0
            ? .nan : -beta.squareRoot() / (1 - alphaBar).squareRoot() / alpha.squareRoot(),
          "divided by √ᾱ_t, of all steps so far": -beta / (1 - alphaBar).squareRoot() / alphaBar.squareRoot(),
          "the noise's part is added; it has to be subtracted": -expected,
          "√(1 − ᾱ_t) of the noise is subtracted, all of it; one step takes β_t / √(1 − ᾱ_t) of it": -(1 - alphaBar)
            .squareRoot() / alpha.squareRoot(),
          "ε̂ makes no difference": 0,
        ], otherwise: "ε̂ has the wrong weight in the mean"
      ).about(schedule.place(t)))
  }

  @Test("With the true noise it is the mean of the posterior", arguments: [linear, cosine], [1, 500, 999])
  func posterior(schedule: NoiseSchedule, t: Int) throws {
    var generator = RandomGenerator(seed: 1)
    let x0 = Tensor.uniform([2, 4, 4, 1], in: -1..<1, using: &generator)
    let noise = Tensor.normal(x0.shape, using: &generator)
    let xt = example(schedule, x0, noise, at: t)
    let expected = zip(x0.scalars, xt.scalars).map { Float(schedule.posteriorMean(Double($0), Double($1), at: t)) }
    let largest = (xt.scalars + noise.scalars).map(abs).max() ?? 0
    // Some five roundings of numbers as large as the largest x_t and noise, by 6e-8 each; all is divided by √α in the end.
    expectClose(
      schedule.reverseMean(from: xt, noise: noise, at: t), Tensor(expected, shape: x0.shape),
      "the mean with the true noise, \(schedule.place(t)), against that of q(x_{t−1} | x_t, x_0)",
      tolerance: 10 * Float.ulpOfOne * largest / Float(schedule.alphas[t].squareRoot()), relativeTo: .number(1))
  }

  @Test("At t = 0 the mean is the predicted image")
  func last() throws {
    var generator = RandomGenerator(seed: 2)
    let x0 = Tensor.uniform([2, 4, 4, 1], in: -1..<1, using: &generator)
    let noise = Tensor.normal(x0.shape, using: &generator)
    for schedule in [linear, cosine] {
      let x1 = example(schedule, x0, noise, at: 0)
      // A few roundings of numbers around 1.
      expectClose(
        schedule.reverseMean(from: x1, noise: noise, at: 0), x0,
        "the mean with the true noise at t = 0 of the \(schedule.name) schedule, against x_0", tolerance: 1e-6,
        mistakes: ["it is what came in: at t = 0, too, a step has to be undone": x1])
    }
  }

  @Test("All the steps together magnify what the noise leaves: 157 times, or 20,291 times")
  func magnified() throws {
    for (schedule, expected) in [(linear, 157.410457252), (cosine, 20_291.1696347)] {
      var x = one
      for t in (0..<1000).reversed() { x = schedule.reverseMean(from: x, noise: zero, at: t) }
      let found = try number(x)
      // ∏ 1 / √α = 1 / √ᾱ_T. A thousand steps of two roundings each, 6e-8 of the number: at most 1.2e-4.
      #expect(
        agree(found, expected, relative: 1.2e-4),
        likelyMistake(
          found, insteadOf: expected,
          [
            "x is multiplied by √α, not divided by it": 1 / expected,
            "x is divided by α: a root is missing": expected * expected,
            "x is never divided by √α": 1,
          ], within: 1e-3, otherwise: "a thousand steps with ε̂ = 0 magnify x_T by the product of all 1 / √α_t"
        ).about("\(schedule.name) schedule"))
    }
  }

  @Test("A timestep that there is not is a fault that names it; so is noise that does not fit")
  func misfits() throws {
    try linear.reverseMean(from: one, noise: one, at: 5).checked()
    for t in [-1, 1000] {
      #expect(
        linear.reverseMean(from: one, noise: one, at: t).fault?.reason.contains("\(t)") == true,
        "the mean must be faulty and say that t = \(t) is outside 0..<1000")
    }
    for shape in [[2, 4, 3, 1], [2, 9, 3, 1]] as [Shape] {
      #expect(
        linear.reverseMean(from: .ones([2, 3, 9, 1]), noise: .ones(shape), at: 5).fault != nil,
        "noise of \(shape) does not fit images of [2, 3, 9, 1], though it may have as many elements: the mean must be faulty"
      )
    }
  }
}

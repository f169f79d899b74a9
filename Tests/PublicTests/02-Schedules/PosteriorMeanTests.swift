import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

/// The mean of q(x_{t−1} | x_t, x_0), against Bayes' rule worked out here.
@Suite("2.3 The posterior's mean", .exercise("2.3"))
struct Exercise2_3 {
  /// β of schedules under test.
  static let schedules: [NamedBetas] = [
    .linear(1000), .cosine(1000), .cosine(10), NamedBetas("β 0.5 and 0.2", [0.5, 0.2]),
  ]

  // 1 − ᾱ is as small as 4e-5 and wrong by about 1e-16, so ratios of it are wrong by some 1e-11; more than a hundred times
  // that is allowed. The same in Float would be off by 1e-3.
  private let tolerance = 1e-8

  /// What is said about a wrong weight of x_0 at a timestep after the first.
  private func explainedX0(
    _ found: Double, insteadOf right: Double, _ schedule: NoiseSchedule, at t: Int, of example: NamedBetas
  ) -> Comment {
    let (beta, before, now) = (schedule.betas[t], schedule.alphaBars[t - 1], schedule.alphaBars[t])
    return likelyMistake(
      found, insteadOf: right,
      [
        "x_0 is weighted with the root of ᾱ_t; it is that of the step before, ᾱ_{t−1}":
          now.squareRoot() * beta / (1 - now),
        "x_0 is weighted with ᾱ_{t−1}; the root is missing": before * beta / (1 - now),
        "x_0 is weighted with √β_t; β_t takes no root here": before.squareRoot() * beta.squareRoot() / (1 - now),
        "the weight of x_0 is divided by 1 − ᾱ_{t−1}; the whole is over 1 − ᾱ_t": before.squareRoot() * beta
          / (1 - before),
        "the weight of x_0 is divided by √(1 − ᾱ_t); there is no root": before.squareRoot() * beta
          / (1 - now).squareRoot(),
        "this is the weight of x_t: the two are swapped": (1 - beta).squareRoot() * (1 - before) / (1 - now),
        "the brackets around 1 − ᾱ_t are missing: a / 1 − b is a − b": before.squareRoot() * beta / 1 - now,
        "x_0 is weighted with √α_{t−1}, without a bar": schedule.alphas[t - 1].squareRoot() * beta / (1 - now),
        "the weight of x_0 is divided by ᾱ_t; the whole is over 1 − ᾱ_t": before.squareRoot() * beta / now,
        "α_t stands where β_t should": before.squareRoot() * (1 - beta) / (1 - now),
        "the weight of x_0 is not divided by 1 − ᾱ_t": before.squareRoot() * beta,
      ], otherwise: "the weight of x_0 is √ᾱ_{t−1} · β_t / (1 − ᾱ_t)"
    ).about("t = \(t), \(example)")
  }

  /// What is said about a wrong weight of x_t at a timestep after the first.
  private func explainedXt(
    _ found: Double, insteadOf right: Double, _ schedule: NoiseSchedule, at t: Int, of example: NamedBetas
  ) -> Comment {
    let (beta, before, now) = (schedule.betas[t], schedule.alphaBars[t - 1], schedule.alphaBars[t])
    return likelyMistake(
      found, insteadOf: right,
      [
        "x_t is weighted with √ᾱ_t, of all steps; it is √α_t, of one step": now.squareRoot() * (1 - before)
          / (1 - now),
        "x_t is weighted with α_t; the root is missing": (1 - beta) * (1 - before) / (1 - now),
        "x_t is weighted with √α_t alone; the share (1 − ᾱ_{t−1}) / (1 − ᾱ_t) is missing, or 1": (1 - beta)
          .squareRoot(),
        "the share is upside down: 1 − ᾱ_{t−1} is the smaller and stands above":
          (1 - beta).squareRoot() * (1 - now) / (1 - before),
        "this is the weight of x_0: the two are swapped": before.squareRoot() * beta / (1 - now),
        "the brackets around 1 − ᾱ_{t−1} are missing: a · 1 − b is a − b":
          (1 - beta).squareRoot() * 1 - before / (1 - now),
        "the brackets around 1 − ᾱ_t are missing: a / 1 − b is a − b":
          (1 - beta).squareRoot() * (1 - before) / 1 - now,
        "the brackets are missing: (1 − a) / (1 − b) is not 1 − a / 1 − b":
          (1 - beta).squareRoot() * 1 - before / 1 - now,
        "x_t is weighted with √β_t; it is √α_t": beta.squareRoot() * (1 - before) / (1 - now),
        "the share has ᾱ_{t−1} where 1 − ᾱ_{t−1} should be": (1 - beta).squareRoot() * before / (1 - now),
        "the weight of x_t is not divided by 1 − ᾱ_t": (1 - beta).squareRoot() * (1 - before),
        "the weights do not add up to 1, so x_t's is not what x_0's leaves of it": 1 - before.squareRoot() * beta
          / (1 - now),
      ], otherwise: "the weight of x_t is √α_t · (1 − ᾱ_{t−1}) / (1 − ᾱ_t)"
    ).about("t = \(t), \(example)")
  }

  @Test("The weight of x_0, by Bayes' rule", arguments: schedules)
  func weightOfX0(example: NamedBetas) throws {
    let betas = example.betas
    let schedule = NoiseSchedule(betas: betas)
    for t in betas.indices.dropFirst() {
      // q(x_{t−1} | x_0) · q(x_t | x_{t−1}) as functions of x_{t−1}: precisions add up, means are weighted with them.
      let (before, beta) = (schedule.alphaBars[t - 1], betas[t])
      let precision = 1 / (1 - before) + (1 - beta) / beta
      let expected = before.squareRoot() / (1 - before) / precision
      let found = schedule.posteriorMeanCoefficients(at: t).x0
      try #require(
        agree(found, expected, relative: tolerance),
        explainedX0(found, insteadOf: expected, schedule, at: t, of: example))
    }
  }

  @Test("The weight of x_t, by Bayes' rule", arguments: schedules)
  func weightOfXt(example: NamedBetas) throws {
    let betas = example.betas
    let schedule = NoiseSchedule(betas: betas)
    for t in betas.indices.dropFirst() {
      let (before, beta) = (schedule.alphaBars[t - 1], betas[t])
      let precision = 1 / (1 - before) + (1 - beta) / beta
      let expected = (1 - beta).squareRoot() / beta / precision
      let found = schedule.posteriorMeanCoefficients(at: t).xt
      try #require(
        agree(found, expected, relative: tolerance),
        explainedXt(found, insteadOf: expected, schedule, at: t, of: example))
    }
  }

  @Test("The first step back leads to x_0 itself", arguments: schedules)
  func first(example: NamedBetas) {
    let betas = example.betas
    let coefficients = NoiseSchedule(betas: betas).posteriorMeanCoefficients(at: 0)
    #expect(
      agree(coefficients.x0, 1, relative: tolerance),
      likelyMistake(
        coefficients.x0, insteadOf: 1, [:],
        otherwise: "before the first step ᾱ is 1, and 1 − ᾱ_0 is β_0, so the weight of x_0 is 1"
      ).about("t = 0, \(example)"))
    #expect(
      coefficients.xt == 0,
      likelyMistake(
        coefficients.xt, insteadOf: 0, [:], otherwise: "who knows x_0 needs no x_t, so the weight of x_t is 0"
      ).about("t = 0, \(example)"))
  }

  @Test("Averaged over x_t, it is the mean of q(x_{t−1} | x_0)", arguments: schedules)
  func average(example: NamedBetas) throws {
    let betas = example.betas
    let schedule = NoiseSchedule(betas: betas)
    for t in betas.indices {
      let weights = schedule.posteriorMeanCoefficients(at: t)
      let before = t == 0 ? 1 : schedule.alphaBars[t - 1]
      // The mean of x_t is √ᾱ_t · x_0.
      let mean = weights.x0 + weights.xt * schedule.alphaBars[t].squareRoot()
      try #require(
        agree(mean, before.squareRoot(), relative: tolerance),
        likelyMistake(
          mean, insteadOf: before.squareRoot(), [:],
          otherwise: "c_0 + c_t · √ᾱ_t is √ᾱ_{t−1}, for one step forward and one back must lead to where one was"
        ).about("t = \(t), \(example)"))
    }
  }

  @Test("With x_0 from the noise, it is (x_t − β_t / √(1 − ᾱ_t) · ε) / √α_t", arguments: schedules)
  func noiseForm(example: NamedBetas) throws {
    let betas = example.betas
    let schedule = NoiseSchedule(betas: betas)
    for t in betas.indices {
      let (weights, alphaBar, root) = (
        schedule.posteriorMeanCoefficients(at: t), schedule.alphaBars[t], (1 - betas[t]).squareRoot()
      )
      // x_0 = (x_t − √(1 − ᾱ_t) · ε) / √ᾱ_t; the weights of x_t and of ε follow.
      let ofXt = weights.xt + weights.x0 / alphaBar.squareRoot()
      let ofNoise = weights.x0 * (1 - alphaBar).squareRoot() / alphaBar.squareRoot()
      let right = betas[t] / (1 - alphaBar).squareRoot() / root
      try #require(
        agree(ofXt, 1 / root, relative: tolerance),
        likelyMistake(
          ofXt, insteadOf: 1 / root, [:],
          otherwise: "with x_0 from the noise, x_t has the weight c_t + c_0 / √ᾱ_t = 1 / √α_t"
        ).about("t = \(t), \(example)"))
      try #require(
        agree(ofNoise, right, relative: tolerance),
        likelyMistake(
          ofNoise, insteadOf: right, [:],
          otherwise: "with x_0 from the noise, −ε has the weight c_0 · √(1 − ᾱ_t) / √ᾱ_t = β_t / √(1 − ᾱ_t) / √α_t"
        ).about("t = \(t), \(example)"))
    }
  }

  /// β, t, and the two weights, computed with 40 digits.
  static let table = [
    (NamedBetas.cosine(100), 1, 0.638956099124, 0.361043812661),
    (NamedBetas.cosine(100), 50, 0.0424906528896, 0.954715307524),
    (NamedBetas.cosine(100), 99, 0.0155682970828, 0.0316151044598),
    (NamedBetas.cosine(1000), 500, 0.00436786689953, 0.995356279455),
  ]

  @Test("Known numbers", arguments: table)
  func digits(example: NamedBetas, t: Int, x0: Double, xt: Double) {
    let betas = example.betas
    let schedule = NoiseSchedule(betas: betas)
    let weights = schedule.posteriorMeanCoefficients(at: t)
    #expect(
      agree(weights.x0, x0, relative: tolerance), explainedX0(weights.x0, insteadOf: x0, schedule, at: t, of: example))
    #expect(
      agree(weights.xt, xt, relative: tolerance), explainedXt(weights.xt, insteadOf: xt, schedule, at: t, of: example))
  }

  @Test("Where a step takes everything, x_t tells nothing: β = 1")
  func everything() {
    // As in a schedule that ends in pure noise: (2.9) with α_t = 0 and ᾱ_t = 0.
    let found = NoiseSchedule(betas: [0.36, 1]).posteriorMeanCoefficients(at: 1)
    #expect(
      agree(found.x0, 0.8, relative: 1e-12) && found.xt == 0,
      likelyMistake(
        [found.x0, found.xt], insteadOf: [0.8, 0], [:],
        otherwise: found.x0.isNaN || found.xt.isNaN
          ? "0 / 0 is no number: ᾱ_{t−1} cannot be had back by dividing by α_t, which is 0 here"
          : "c_0 is √ᾱ_{t−1} and c_t is 0", names: "weights of x_0 and x_t"
      ).about("β = 0.36 and 1, t = 1"))
  }
}

import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

/// The mean of q(x_{t−1} | x_t, x_0), against Bayes' rule worked out here.
@Suite("2.3 The posterior's mean", .exercise("2.3"))
struct Exercise2_3 {
  /// β of schedules under test.
  static let schedules = [
    referenceLinearBetas(1000), referenceCosineBetas(1000), referenceCosineBetas(10), [0.5, 0.2],
  ]

  // 1 − ᾱ is as small as 4e-5 and wrong by about 1e-16, so ratios of it are wrong by some 1e-11; more than a hundred times
  // that is allowed. The same in Float would be off by 1e-3.
  private let tolerance = 1e-8

  @Test("The weight of x_0, by Bayes' rule", arguments: schedules)
  func weightOfX0(betas: [Double]) throws {
    let schedule = NoiseSchedule(betas: betas)
    for t in betas.indices.dropFirst() {
      // q(x_{t−1} | x_0) · q(x_t | x_{t−1}) as functions of x_{t−1}: precisions add up, means are weighted with them.
      let (before, now, beta) = (schedule.alphaBars[t - 1], schedule.alphaBars[t], betas[t])
      let precision = 1 / (1 - before) + (1 - beta) / beta
      let expected = before.squareRoot() / (1 - before) / precision
      let found = schedule.posteriorMeanCoefficients(at: t).x0
      try #require(
        agree(found, expected, relative: tolerance),
        likelyMistake(
          found,
          [
            "x_0 is weighted with the root of ᾱ_t; it is that of the step before, ᾱ_{t−1}":
              now.squareRoot() * beta / (1 - now),
            "x_0 is weighted with ᾱ_{t−1}; the root is missing": before * beta / (1 - now),
            "x_0 is weighted with √β_t; β_t takes no root here": before.squareRoot() * beta.squareRoot() / (1 - now),
            "the weight of x_0 is divided by 1 − ᾱ_{t−1}; the whole is over 1 − ᾱ_t": before.squareRoot() * beta
              / (1 - before),
            "the weight of x_0 is divided by √(1 − ᾱ_t); there is no root": before.squareRoot() * beta
              / (1 - now).squareRoot(),
            "the two weights are swapped": (1 - beta).squareRoot() * (1 - before) / (1 - now),
          ], otherwise: "the weight of x_0 at t = \(t) is \(expected)"))
    }
  }

  @Test("The weight of x_t, by Bayes' rule", arguments: schedules)
  func weightOfXt(betas: [Double]) throws {
    let schedule = NoiseSchedule(betas: betas)
    for t in betas.indices.dropFirst() {
      let (before, now, beta) = (schedule.alphaBars[t - 1], schedule.alphaBars[t], betas[t])
      let precision = 1 / (1 - before) + (1 - beta) / beta
      let expected = (1 - beta).squareRoot() / beta / precision
      let found = schedule.posteriorMeanCoefficients(at: t).xt
      try #require(
        agree(found, expected, relative: tolerance),
        likelyMistake(
          found,
          [
            "x_t is weighted with √ᾱ_t, of all steps; it is √α_t, of one step": now.squareRoot() * (1 - before)
              / (1 - now),
            "x_t is weighted with α_t; the root is missing": (1 - beta) * (1 - before) / (1 - now),
            "x_t is weighted with √α_t alone; the share (1 − ᾱ_{t−1}) / (1 − ᾱ_t) is missing": (1 - beta).squareRoot(),
            "the share is upside down: 1 − ᾱ_{t−1} is the smaller and stands above":
              (1 - beta).squareRoot() * (1 - now) / (1 - before),
            "the two weights are swapped": before.squareRoot() * beta / (1 - now),
          ], otherwise: "the weight of x_t at t = \(t) is \(expected)"))
    }
  }

  @Test("The first step back leads to x_0 itself", arguments: schedules)
  func first(betas: [Double]) {
    let coefficients = NoiseSchedule(betas: betas).posteriorMeanCoefficients(at: 0)
    #expect(
      agree(coefficients.x0, 1, relative: tolerance),
      "at t = 0 the weight of x_0 is 1, not \(coefficients.x0): before the first step ᾱ is 1, and 1 − ᾱ_0 is β_0")
    #expect(coefficients.xt == 0, "at t = 0 the weight of x_t is 0, not \(coefficients.xt): who knows x_0 needs no x_t")
  }

  @Test("Averaged over x_t, it is the mean of q(x_{t−1} | x_0)", arguments: schedules)
  func average(betas: [Double]) {
    let schedule = NoiseSchedule(betas: betas)
    var before = 1.0
    let wrong = betas.indices.first { t in
      let weights = schedule.posteriorMeanCoefficients(at: t)
      defer { before = schedule.alphaBars[t] }
      // The mean of x_t is √ᾱ_t · x_0.
      return !agree(
        weights.x0 + weights.xt * schedule.alphaBars[t].squareRoot(), before.squareRoot(), relative: tolerance)
    }
    #expect(
      wrong == nil,
      "at t = \(wrong ?? 0) c_0 + c_t · √ᾱ_t is not √ᾱ_{t−1}: one step forward and one back must lead to where one was")
  }

  @Test("With x_0 from the noise, it is (x_t − β_t / √(1 − ᾱ_t) · ε) / √α_t", arguments: schedules)
  func noiseForm(betas: [Double]) {
    let schedule = NoiseSchedule(betas: betas)
    let wrong = betas.indices.first { t in
      let (weights, alphaBar, root) = (
        schedule.posteriorMeanCoefficients(at: t), schedule.alphaBars[t], (1 - betas[t]).squareRoot()
      )
      // x_0 = (x_t − √(1 − ᾱ_t) · ε) / √ᾱ_t; the weights of x_t and of ε follow.
      let ofXt = weights.xt + weights.x0 / alphaBar.squareRoot()
      let ofNoise = weights.x0 * (1 - alphaBar).squareRoot() / alphaBar.squareRoot()
      return !agree(ofXt, 1 / root, relative: tolerance)
        || !agree(ofNoise, betas[t] / (1 - alphaBar).squareRoot() / root, relative: tolerance)
    }
    #expect(
      wrong == nil,
      "at t = \(wrong ?? 0) the mean differs from that of Ho et al., equation 11, of which it is another form")
  }

  /// β, t, and the two weights, computed with 40 digits.
  static let table = [
    (referenceCosineBetas(100), 1, 0.638956099124, 0.361043812661),
    (referenceCosineBetas(100), 50, 0.0424906528896, 0.954715307524),
    (referenceCosineBetas(100), 99, 0.0155682970828, 0.0316151044598),
    (referenceCosineBetas(1000), 500, 0.00436786689953, 0.995356279455),
  ]

  @Test("Known numbers", arguments: table)
  func digits(betas: [Double], t: Int, x0: Double, xt: Double) {
    let weights = NoiseSchedule(betas: betas).posteriorMeanCoefficients(at: t)
    #expect(agree(weights.x0, x0, relative: tolerance), "the weight of x_0 at t = \(t) is \(x0), not \(weights.x0)")
    #expect(agree(weights.xt, xt, relative: tolerance), "the weight of x_t at t = \(t) is \(xt), not \(weights.xt)")
  }
}

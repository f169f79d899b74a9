import ForwardDiffusion
import Schedules
import TestSupport
import Testing

/// q(x_{t−1} | x_t, x_0), against Bayes' rule worked out here.
@Suite("Posterior of the previous step")
struct PosteriorTests {
  /// Schedules under test.
  static let schedules = [
    NoiseSchedule.linear(timestepCount: 1000), .squaredCosine(timestepCount: 1000), .squaredCosine(timestepCount: 10),
    NoiseSchedule(betas: [0.5]),
  ]

  // 1 − ᾱ is as small as 4e-5 and wrong by about 1e-16, so ratios of it are wrong by some 1e-11; more than a hundred times
  // that is allowed. The same in Float would be off by 1e-3.
  private let tolerance = 1e-8

  private func require(_ schedule: NoiseSchedule) throws {
    try #require(
      !schedule.betas.isEmpty && schedule.alphaBars.count == schedule.betas.count,
      "the posterior needs a schedule: finish the exercises before")
  }

  @Test("ᾱ before the first timestep is 1", arguments: schedules)
  func before(schedule: NoiseSchedule) throws {
    try require(schedule)
    #expect(schedule.alphaBarBefore(0) == 1, "before the first step nothing is lost")
    let wrong = schedule.betas.indices.dropFirst().first {
      schedule.alphaBarBefore($0) != schedule.alphaBars[$0 - 1]
    }
    #expect(wrong == nil, "ᾱ before t is ᾱ_{t−1}")
  }

  @Test("The product of two normal densities, by Bayes' rule", arguments: schedules)
  func bayes(schedule: NoiseSchedule) throws {
    try require(schedule)
    for t in schedule.betas.indices.dropFirst() {
      // q(x_{t−1} | x_0) · q(x_t | x_{t−1}) as functions of x_{t−1}: precisions add up, means are weighted with them.
      let (prior, kept) = (1 - schedule.alphaBars[t - 1], schedule.alphas[t])
      let precision = 1 / prior + kept / schedule.betas[t]
      let x0 = schedule.alphaBars[t - 1].squareRoot() / prior / precision
      let xt = kept.squareRoot() / schedule.betas[t] / precision
      let found = schedule.posteriorMeanCoefficients(at: t)
      let variance = schedule.posteriorVariance(at: t)
      try #require(
        agree(variance, 1 / precision, relative: tolerance),
        "β̃ at t = \(t) is \(variance) instead of \(1 / precision); β is \(schedule.betas[t]), the wrong answer of many")
      try #require(
        agree(found.x0, x0, relative: tolerance),
        "the weight of x_0 at t = \(t) is \(found.x0) instead of \(x0): √ᾱ_{t−1} β_t / (1 − ᾱ_t)")
      try #require(
        agree(found.xt, xt, relative: tolerance),
        "the weight of x_t at t = \(t) is \(found.xt) instead of \(xt): √α_t, of one step, times (1 − ᾱ_{t−1}) / (1 − ᾱ_t)"
      )
    }
  }

  @Test("The first step back leads to x_0 itself", arguments: schedules)
  func first(schedule: NoiseSchedule) throws {
    try require(schedule)
    let coefficients = schedule.posteriorMeanCoefficients(at: 0)
    #expect(agree(coefficients.x0, 1, relative: tolerance))
    #expect(coefficients.xt == 0)
    #expect(schedule.posteriorVariance(at: 0) == 0, "who knows x_0 has no doubt about what is before t = 0: it is x_0")
  }

  @Test("Knowing x_0 can only narrow: 0 < β̃ < β, and β̃ < 1 − ᾱ_{t−1}", arguments: schedules)
  func narrows(schedule: NoiseSchedule) throws {
    try require(schedule)
    #expect(schedule.posteriorVariance(at: 0) < schedule.betas[0])
    let wrong = schedule.betas.indices.dropFirst().first {
      let variance = schedule.posteriorVariance(at: $0)
      return !(variance > 0 && variance < schedule.betas[$0] && variance < 1 - schedule.alphaBarBefore($0))
    }
    #expect(wrong == nil)
  }

  @Test("One step forward and one back is where one was", arguments: schedules)
  func thereAndBack(schedule: NoiseSchedule) throws {
    try require(schedule)
    // Averaged over x_t, the posterior is q(x_{t−1} | x_0) again: mean √ᾱ_{t−1} x_0 and variance 1 − ᾱ_{t−1}.
    let wrong = schedule.betas.indices.first { t in
      let weights = schedule.posteriorMeanCoefficients(at: t)
      let mean = weights.x0 + weights.xt * schedule.alphaBars[t].squareRoot()
      let variance =
        weights.xt * weights.xt * (1 - schedule.alphaBars[t]) + schedule.posteriorVariance(at: t)
      return
        !(agree(mean, schedule.alphaBarBefore(t).squareRoot(), relative: tolerance)
        && agree(variance, 1 - schedule.alphaBarBefore(t), relative: tolerance))
    }
    #expect(wrong == nil, "the law of total variance does not hold at this t")
  }
}

import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

/// The variance of q(x_{t−1} | x_t, x_0), against Bayes' rule worked out here.
@Suite("2.4 The posterior's variance", .exercise("2.4"))
struct Exercise2_4 {
  /// β of schedules under test.
  static let schedules: [NamedBetas] = [
    .linear(1000), .cosine(1000), .cosine(10), NamedBetas("β 0.5 and 0.2", [0.5, 0.2]),
  ]

  // 1 − ᾱ is as small as 4e-5 and wrong by about 1e-16, so ratios of it are wrong by some 1e-11; more than a hundred times
  // that is allowed. The same in Float would be off by 1e-3.
  private let tolerance = 1e-8

  /// What is said about a wrong answer at a timestep after the first.
  private func explained(
    _ found: Double, insteadOf right: Double, _ schedule: NoiseSchedule, at t: Int, of example: NamedBetas
  ) -> Comment {
    let (betas, before, now) = (schedule.betas, schedule.alphaBars[t - 1], schedule.alphaBars[t])
    let beta = betas[t]
    return likelyMistake(
      found, insteadOf: right,
      [
        "the variance is β_t, not β̃_t: who knows x_0 has less doubt": beta,
        "the share is upside down: 1 − ᾱ_{t−1} is the smaller and stands above": beta * (1 - now) / (1 - before),
        "this is the standard deviation √β̃_t; the variance takes no root": right.squareRoot(),
        "α_t stands where β_t should": (1 - beta) * (1 - before) / (1 - now),
        "α stands where ᾱ should: the shares are those of all steps": betas[t - 1],
        "the brackets around 1 − ᾱ_{t−1} are missing: a · 1 − b is a − b": beta * 1 - before / (1 - now),
        "the brackets around 1 − ᾱ_t are missing: a / 1 − b is a − b": beta * (1 - before) / 1 - now,
        "the brackets are missing: (1 − a) / (1 − b) is not 1 − a / 1 − b": beta * 1 - before / 1 - now,
        "β̃_t is not divided by 1 − ᾱ_t": beta * (1 - before),
        "the share alone is no variance: it is a part of β_t": (1 - before) / (1 - now),
        "ᾱ stands where 1 − ᾱ should: it is noise that is shared out": beta * before / now,
        "of x_{t−1} the step's precision is α_t / β_t, not 1 / β_t: x_t is √α_t times it": 1
          / (1 / (1 - before) + 1 / beta),
        "this belongs to the step before, at t − 1": t > 1
          ? betas[t - 1] * (1 - schedule.alphaBars[t - 2]) / (1 - before) : .nan,
      ], otherwise: "β̃_t is β_t · (1 − ᾱ_{t−1}) / (1 − ᾱ_t)"
    ).about("t = \(t), \(example)")
  }

  @Test("By Bayes' rule", arguments: schedules)
  func bayes(example: NamedBetas) throws {
    let betas = example.betas
    let schedule = NoiseSchedule(betas: betas)
    for t in betas.indices.dropFirst() {
      // q(x_{t−1} | x_0) · q(x_t | x_{t−1}) as functions of x_{t−1}: precisions add up.
      let (before, beta) = (schedule.alphaBars[t - 1], betas[t])
      let expected = 1 / (1 / (1 - before) + (1 - beta) / beta)
      let found = schedule.posteriorVariance(at: t)
      try #require(
        agree(found, expected, relative: tolerance),
        explained(found, insteadOf: expected, schedule, at: t, of: example))
    }
  }

  @Test("At t = 0 it is 0", arguments: schedules)
  func first(example: NamedBetas) {
    let betas = example.betas
    let variance = NoiseSchedule(betas: betas).posteriorVariance(at: 0)
    #expect(
      variance == 0,
      likelyMistake(
        variance, insteadOf: 0, ["the variance is β_t, not β̃_t: who knows x_0 has less doubt": betas[0]],
        otherwise: "who knows x_0 has no doubt about what is before t = 0, for it is x_0"
      ).about("t = 0, \(example)"))
  }

  @Test("Knowing x_0 can only narrow: 0 < β̃ < β, and β̃ < 1 − ᾱ_{t−1}", arguments: schedules)
  func narrows(example: NamedBetas) throws {
    let betas = example.betas
    let schedule = NoiseSchedule(betas: betas)
    for t in betas.indices.dropFirst() {
      let (variance, most) = (schedule.posteriorVariance(at: t), min(betas[t], 1 - schedule.alphaBars[t - 1]))
      try #require(
        variance > 0 && variance < most,
        """
        t = \(t), \(example): β̃_t lies between 0 and the smaller of β_t and 1 − ᾱ_{t−1} (yours is \
        \(Float(variance)) instead of between 0 and \(Float(most)))
        """)
    }
  }

  @Test("Averaged over x_t, the posterior is q(x_{t−1} | x_0) again", arguments: schedules)
  func totalVariance(example: NamedBetas) throws {
    let betas = example.betas
    let schedule = NoiseSchedule(betas: betas)
    for t in betas.indices {
      let (before, now) = (t == 0 ? 1 : schedule.alphaBars[t - 1], schedule.alphaBars[t])
      // The law of total variance: the mean moves with x_t, whose variance is 1 − ᾱ_t, and β̃ comes on top.
      let weight = (1 - betas[t]).squareRoot() * (1 - before) / (1 - now)
      let total = weight * weight * (1 - now) + schedule.posteriorVariance(at: t)
      try #require(
        agree(total, 1 - before, relative: tolerance),
        likelyMistake(
          total, insteadOf: 1 - before, [:],
          otherwise: "c_t² · (1 − ᾱ_t) + β̃_t is 1 − ᾱ_{t−1}, by the law of total variance"
        ).about("t = \(t), \(example)"))
    }
  }

  /// β, t and β̃, computed with 40 digits.
  static let table = [
    (NamedBetas.cosine(100), 1, 0.000403488605097), (NamedBetas.cosine(100), 50, 0.0306043693294),
    (NamedBetas.cosine(100), 99, 0.998757628185), (NamedBetas.cosine(1000), 500, 0.00314600512546),
    (NamedBetas.linear(800), 400, 0.0100472436116), (NamedBetas.linear(500), 250, 0.0100305258078),
  ]

  @Test("Known numbers", arguments: table)
  func digits(example: NamedBetas, t: Int, variance: Double) {
    let betas = example.betas
    let schedule = NoiseSchedule(betas: betas)
    let found = schedule.posteriorVariance(at: t)
    #expect(
      agree(found, variance, relative: tolerance), explained(found, insteadOf: variance, schedule, at: t, of: example))
  }

  @Test("Diffusers has the same", arguments: ["linear", "cosine"], [100, 1000])
  func oracle(kind: String, timestepCount: Int) throws {
    let fixture = try Fixture(named: "schedules")
    let name = "\(kind).\(timestepCount)"
    let schedule = NoiseSchedule(
      betas: kind == "linear" ? referenceLinearBetas(timestepCount) : referenceCosineBetas(timestepCount))
    // In double precision: all that parts us is the rounding to Float. Diffusers holds the variance above 1e-20, at t = 0
    // too, where it is 0: so the scale is 1e-13 at least.
    expectClose(
      Tensor(fixture.integers("\(name)/timesteps").map { Float(schedule.posteriorVariance(at: $0)) }),
      fixture["\(name)/posteriorVariance"], "β̃", tolerance: 2e-7, relativeTo: .element(atLeast: 1e-13))
  }

  @Test("Where a step takes everything, all doubt about the step before remains: β = 1")
  func everything() {
    let found = NoiseSchedule(betas: [0.36, 1]).posteriorVariance(at: 1)
    #expect(
      agree(found, 0.36, relative: 1e-12),
      likelyMistake(
        found, insteadOf: 0.36, [:],
        otherwise: found.isNaN
          ? "0 / 0 is no number: nothing can be had back by dividing by α_t or ᾱ_t, which are 0 here"
          : "β̃_t is 1 − ᾱ_{t−1}, for x_t tells nothing"
      ).about("β = 0.36 and 1, t = 1"))
  }
}

import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

/// Numbers computed elsewhere: with 40 digits, and by diffusers.
@Suite("Schedules against known numbers")
struct SchedulesOracleTests {
  /// What a schedule and its posterior are at one timestep.
  struct Known: Sendable, CustomTestStringConvertible {
    let schedule: NoiseSchedule
    let t: Int
    let beta: Double
    let alphaBar: Double
    let x0: Double
    let xt: Double
    let variance: Double

    var testDescription: String { "T = \(schedule.timestepCount), t = \(t), β = \(beta)" }
  }

  /// Computed with 40 digits.
  static let table = [
    Known(
      schedule: .squaredCosine(timestepCount: 100), t: 1, beta: 0.00111693703732, alphaBar: 0.998252486466,
      x0: 0.638956099124, xt: 0.361043812661, variance: 0.000403488605097),
    Known(
      schedule: .squaredCosine(timestepCount: 100), t: 50, beta: 0.0315463393607, alphaBar: 0.478264632945,
      x0: 0.0424906528896, xt: 0.954715307524, variance: 0.0306043693294),
    Known(
      schedule: .squaredCosine(timestepCount: 100), t: 99, beta: 0.999, alphaBar: 2.42857227935e-7,
      x0: 0.0155682970828, xt: 0.0316151044598, variance: 0.998757628185),
    Known(
      schedule: .squaredCosine(timestepCount: 1000), t: 500, beta: 0.00315569144159, alphaBar: 0.492285172449,
      x0: 0.00436786689953, xt: 0.995356279455, variance: 0.00314600512546),
    Known(
      schedule: .linear(timestepCount: 800), t: 400, beta: 0.0100624530663, alphaBar: 0.129451393789,
      x0: 0.00417984627979, xt: 0.993452171062, variance: 0.0100472436116),
    Known(
      schedule: .linear(timestepCount: 500), t: 250, beta: 0.0100699398798, alphaBar: 0.277858813514,
      x0: 0.00738779089943, xt: 0.991058014776, variance: 0.0100305258078),
  ]

  @Test("To eight digits", arguments: table)
  func digits(known: Known) throws {
    try #require(known.schedule.alphaBars.count > known.t, "finish the exercises before")
    let weights = known.schedule.posteriorMeanCoefficients(at: known.t)
    for (name, found, expected) in [
      ("β", known.schedule.betas[known.t], known.beta), ("ᾱ", known.schedule.alphaBars[known.t], known.alphaBar),
      ("the posterior's weight of x_0", weights.x0, known.x0), ("the posterior's weight of x_t", weights.xt, known.xt),
      ("β̃", known.schedule.posteriorVariance(at: known.t), known.variance),
    ] {
      // Double is good to about 1e-12 here; a schedule computed in Float is off by 1e-3 where β is small.
      #expect(
        agree(found, expected, relative: 1e-8),
        "\(name) at t = \(known.t) is \(found) instead of \(expected): is everything computed in Double?")
    }
  }

  @Test("Diffusers has the same", arguments: ["linear", "cosine"], [100, 1000])
  func diffusers(kind: String, timestepCount: Int) throws {
    let fixture = try Fixture(named: "schedules")
    let name = "\(kind).\(timestepCount)"
    let schedule: NoiseSchedule =
      kind == "linear" ? .linear(timestepCount: timestepCount) : .squaredCosine(timestepCount: timestepCount)
    try #require(schedule.alphaBars.count == timestepCount, "finish the exercises before")
    let timesteps = fixture.integers("\(name)/timesteps")
    let (betas, alphaBars, variances) = (
      Tensor(timesteps.map { Float(schedule.betas[$0]) }), Tensor(timesteps.map { Float(schedule.alphaBars[$0]) }),
      Tensor(timesteps.map { Float(schedule.posteriorVariance(at: $0)) })
    )
    // In double precision: all that parts us is the rounding to Float. Diffusers holds the variance above 1e-20, at t = 0
    // too, where it is 0; hence the scale of at least 1e-13.
    expectClose(betas, fixture["\(name)/beta"], "β", tolerance: 2e-7, relativeTo: .element(atLeast: 0))
    expectClose(alphaBars, fixture["\(name)/alphaBar"], "ᾱ", tolerance: 2e-7, relativeTo: .element(atLeast: 0))
    expectClose(
      variances, fixture["\(name)/posteriorVariance"], "β̃", tolerance: 2e-7, relativeTo: .element(atLeast: 1e-13))
    // As diffusers ships it, in single precision: 1 − f/f of the cosine loses three digits where β is smallest, 4e-5.
    expectClose(
      betas, fixture["\(name)/diffusers.beta"], "β in Float", tolerance: 3e-3, relativeTo: .element(atLeast: 0))
    expectClose(
      alphaBars, fixture["\(name)/diffusers.alphaBar"], "ᾱ in Float", tolerance: 3e-3, relativeTo: .element(atLeast: 0))
  }

  @Test("Diffusers noises images the same way", arguments: ["linear", "cosine"])
  func noising(kind: String) throws {
    let fixture = try Fixture(named: "schedules")
    let schedule: NoiseSchedule =
      kind == "linear" ? .linear(timestepCount: 1000) : .squaredCosine(timestepCount: 1000)
    try #require(schedule.alphaBars.count == 1000, "finish the exercises before")
    // Two products and a sum of numbers around 1, each rounded to Float: 6 · 6e-8 of the largest.
    expectClose(
      schedule.noised(
        fixture["forward.\(kind)/original"], with: fixture["forward.\(kind)/noise"],
        at: fixture.integers("forward.\(kind)/timesteps")),
      fixture["forward.\(kind)/output"], "x_t", tolerance: 5e-7)
  }
}

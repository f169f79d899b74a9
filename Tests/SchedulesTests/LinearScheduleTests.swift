import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

/// β in equal steps.
@Suite("2.1 The linear schedule", .exercise("2.1"))
struct Exercise2_1 {
  @Test("From 1e-4 to 0.02 in equal steps", arguments: [2, 10, 14, 27, 105, 1000])
  func equalSteps(timestepCount: Int) throws {
    let betas = linearBetas(timestepCount: timestepCount, from: 1e-4, to: 0.02)
    try #require(
      betas.count == timestepCount, "a schedule of \(timestepCount) timesteps has as many β, not \(betas.count)")
    let step = (0.02 - 1e-4) / Double(timestepCount - 1)
    #expect(betas[0] == 1e-4, "the first β is `first` itself, at t = 0: \(betas[0]) is one step on, or another number")
    let last = betas[timestepCount - 1]
    #expect(
      agree(last, 0.02, relative: 1e-15),
      likelyMistake(
        last,
        [
          "the last β is one step short of `last`: T numbers have T − 1 steps between them, so divide by T − 1, not by T":
            1e-4 + (0.02 - 1e-4) * Double(timestepCount - 1) / Double(timestepCount),
          "the last β is one step past `last`: t counts from 0": 0.02 + step,
          "the steps go from 0 to `last`: each must add a part of last − first": 1e-4 + 0.02,
        ], otherwise: "the last β, at t = T − 1, is `last`"))
    // Two numbers up to 0.02, each rounded twice in Double.
    let wrong = (1..<timestepCount).first { !(abs(betas[$0] - betas[$0 - 1] - step) < 1e-16) }
    #expect(wrong == nil, "every step must be \(step), but the one to t = \(wrong ?? 0) is not")
  }

  @Test("A single timestep has the first β")
  func single() {
    let betas = linearBetas(timestepCount: 1, from: 1e-4, to: 0.02)
    #expect(
      betas == [1e-4],
      betas.first?.isNaN == true
        ? "with T = 1, T − 1 is 0, and 0 / 0 is no number" : "a single timestep must give [first]")
  }

  @Test("Other ends, also downwards")
  func ends() {
    #expect(
      linearBetas(timestepCount: 3, from: 0.25, to: 0.75) == [0.25, 0.5, 0.75],
      "the ends are the parameters `first` and `last`, not always 1e-4 and 0.02")
    #expect(
      linearBetas(timestepCount: 5, from: 1, to: 0) == [1, 0.75, 0.5, 0.25, 0], "from 1 down to 0 in four equal steps")
    #expect(linearBetas(timestepCount: 3, from: 0.5, to: 0.5) == [0.5, 0.5, 0.5], "steps of 0 are equal steps too")
  }

  /// T and ᾱ_{T−1}, computed with 40 digits.
  static let table = [
    (100, 0.363563248055), (300, 0.0480584289443), (500, 0.00635271079702), (800, 0.000305311624167),
    (1000, 4.03582976538e-5), (1300, 1.93962193191e-6),
  ]

  @Test("How much of the image is left in the end", arguments: table)
  func end(timestepCount: Int, alphaBar: Double) {
    let betas = linearBetas(timestepCount: timestepCount, from: 1e-4, to: 0.02)
    let left = betas.reduce(1) { $0 * (1 - $1) }
    // Up to 1300 factors rounded in Double: 3e-13. The table has twelve digits.
    #expect(
      agree(left, alphaBar, relative: 1e-10),
      """
      The product of 1 − β is \(left), not \(alphaBar). A step too few or too short changes it by a percent, \
      β in Float by 1e-5.
      """)
  }

  @Test("Diffusers has the same", arguments: [100, 1000])
  func oracle(timestepCount: Int) throws {
    let fixture = try Fixture(named: "schedules")
    let betas = linearBetas(timestepCount: timestepCount, from: 1e-4, to: 0.02)
    try #require(betas.count == timestepCount, "a schedule of T timesteps has T numbers β")
    // In double precision: all that parts us is the rounding to Float.
    expectClose(
      Tensor(fixture.integers("linear.\(timestepCount)/timesteps").map { Float(betas[$0]) }),
      fixture["linear.\(timestepCount)/beta"], "β", tolerance: 2e-7, relativeTo: .element(atLeast: 0))
  }
}

import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

/// β in equal steps.
@Suite("2.1 The linear schedule", .exercise("2.1"))
struct Exercise2_1 {
  /// The β, once there are as many as there should be.
  private func betas(_ timestepCount: Int, from first: Double = 1e-4, to last: Double = 0.02) throws -> [Double] {
    let betas = linearBetas(timestepCount: timestepCount, from: first, to: last)
    try #require(
      betas.count == timestepCount,
      likelyMistake(
        betas.count, insteadOf: timestepCount,
        betas == [first, last]
          ? [:]
          : [
            "these are one too many: T timesteps have T − 1 steps of β between them": timestepCount + 1,
            "these are one too few: both ends are among them": timestepCount - 1,
          ],
        otherwise: betas == [first, last]
          ? "these are the two ends alone, but T numbers lead from one to the other"
          : "a schedule of T timesteps has T numbers β"
      ).about("T = \(timestepCount)"))
    return betas
  }

  @Test("From 1e-4 to 0.02 in equal steps", arguments: [2, 10, 14, 27, 105, 1000])
  func equalSteps(timestepCount: Int) throws {
    let betas = try betas(timestepCount)
    let step = (0.02 - 1e-4) / Double(timestepCount - 1)
    #expect(
      agree(betas[0], 1e-4, relative: 1e-12),
      likelyMistake(
        betas[0], insteadOf: 1e-4,
        [
          "the first β is one step on: t counts from 0": 1e-4 + step,
          "the first β is 0: the steps must begin at `first`": 0,
          "these go from `last` to `first`": 0.02,
        ],
        otherwise: agree(betas[0], 1e-4, relative: 1e-6)
          ? "the first β has lost digits: it is `first` itself" : "the first β, at t = 0, is `first` itself"
      ).about("T = \(timestepCount)"))
    let last = betas[timestepCount - 1]
    // A quotient, a product and a sum, each rounded by 1.1e-16 of numbers up to 0.02, and twice that for other ways to it.
    #expect(
      agree(last, 0.02, relative: 1e-12),
      likelyMistake(
        last, insteadOf: 0.02,
        [
          "the last β is one step short of `last`: T numbers have T − 1 steps between them, so divide by T − 1, not by T":
            1e-4 + (0.02 - 1e-4) * Double(timestepCount - 1) / Double(timestepCount),
          "the last β is one step past `last`: t counts from 0": 0.02 + step,
          "the steps go from 0 to `last`: each must add a part of last − first": 1e-4 + 0.02,
          "the last β is still `first`, as it is where t / T is divided between whole numbers": 1e-4,
        ],
        otherwise: agree(last, 0.02, relative: 1e-12)
          ? "steps that are added up add up their roundings too: work each β out from its t"
          : agree(last, 0.02, relative: 1e-6)
            ? "the digits of a Float are too few: compute in Double" : "the last β, at t = T − 1, is `last`"
      ).about("T = \(timestepCount)"))
    // Two numbers up to 0.02, each rounded twice in Double: their units in the last place are 3.5e-18.
    let wrong = (1..<timestepCount).first { !(abs(betas[$0] - betas[$0 - 1] - step) < 1e-16) }
    if let wrong {
      Issue.record(
        likelyMistake(
          betas[wrong] - betas[wrong - 1], insteadOf: step,
          timestepCount > 2 && betas.dropLast().allSatisfy { $0 == betas[0] } && last == 0.02
            ? ["the last step is all the way: in whole numbers t / (T − 1) is 0 until the end, so divide Doubles": 0]
            : [:],
          otherwise: "the way from `first` to `last` is cut into T − 1 equal steps"
        ).about("T = \(timestepCount), the step to t = \(wrong)"))
    }
  }

  @Test("A single timestep has the first β")
  func single() throws {
    let beta = try betas(1)[0]
    #expect(
      beta == 1e-4,
      likelyMistake(
        beta, insteadOf: 1e-4, ["a single timestep has the first β, not the last": 0.02],
        otherwise: beta.isNaN ? "with T = 1, T − 1 is 0, and 0 / 0 is no number" : "a single timestep has β = `first`"
      ).about("T = 1"))
  }

  @Test("Other ends, also downwards")
  func ends() throws {
    // Multiples of 1/4: exact.
    for right in [[0.25, 0.5, 0.75], [1, 0.75, 0.5, 0.25, 0], [0.5, 0.5, 0.5]] {
      let (count, first, last) = (right.count, right[0], right[right.count - 1])
      let found = try betas(count, from: first, to: last)
      #expect(
        found == right,
        likelyMistake(
          found, insteadOf: right,
          [
            "the ends are the parameters `first` and `last`, not always 1e-4 and 0.02": referenceLinearBetas(count),
            "these go from `last` to `first`": right.reversed(),
            "T numbers have T − 1 steps between them, so divide by T − 1, not by T":
              (0..<count).map { first + (last - first) * Double($0) / Double(count) },
            // Where it is not all 0.
            "no β is held to `last`, which may be less than `first`":
              last < first ? [Double](repeating: last, count: count) : [],
            "the steps go on from 0: they must begin at `first`": first == last ? [] : right.map { $0 - first },
            "each β is `last` times a part of the way; `first` and the way to `last` are to be added up":
              last == 0 ? [] : (0..<count).map { last * Double($0) / Double(count - 1) },
            "each β is one step on: t counts from 0": (1...count).map {
              first + (last - first) * Double($0) / Double(count - 1)
            },
            "in whole numbers t / (T − 1) is 0 until the end, so divide Doubles":
              [Double](repeating: first, count: count - 1) + [last],
          ], otherwise: "these are equal steps from the first number to the last"
        ).about("T = \(count), from \(first) to \(last)"))
    }
  }

  /// T and ᾱ_{T−1}, computed with 40 digits.
  static let table = [
    (100, 0.363563248055), (300, 0.0480584289443), (500, 0.00635271079702), (800, 0.000305311624167),
    (1000, 4.03582976538e-5), (1300, 1.93962193191e-6),
  ]

  @Test("How much of the image is left in the end", arguments: table)
  func end(timestepCount: Int, alphaBar: Double) throws {
    let left = try betas(timestepCount).reduce(1) { $0 * (1 - $1) }
    // Up to 1300 factors rounded in Double: 3e-13. The table has twelve digits.
    #expect(
      agree(left, alphaBar, relative: 1e-10),
      likelyMistake(
        left, insteadOf: alphaBar, [:],
        otherwise: agree(left, alphaBar, relative: 1e-3)
          ? "the product of 1 − β is nearly right: β in Float would be off so little"
          : "the product of 1 − β is what is left of the image's variance"
      ).about("T = \(timestepCount)"))
  }

  @Test("Diffusers has the same", arguments: [100, 1000])
  func oracle(timestepCount: Int) throws {
    let fixture = try Fixture(named: "schedules")
    let betas = try betas(timestepCount)
    // In double precision: all that parts us is the rounding to Float.
    expectClose(
      Tensor(fixture.integers("linear.\(timestepCount)/timesteps").map { Float(betas[$0]) }),
      fixture["linear.\(timestepCount)/beta"], "β, T = \(timestepCount)", tolerance: 2e-7,
      relativeTo: .element(atLeast: 0))
  }
}

import Foundation
import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// A timestep as waves, and what two linear layers make of them.
@Suite("3.1 The timestep as waves", .exercise("3.1"))
struct Exercise3_1 {
  /// How a row is put together.
  private enum Order { case sinesFirst, cosinesFirst, sideBySide }

  /// Rows from the given frequencies, in Double; those of the exercise where none are given.
  private func waves(
    _ timesteps: [Int], half: Int, order: Order = .sinesFirst, frequency: ((_ i: Double) -> Double)? = nil
  ) -> Tensor {
    let frequency = frequency ?? { pow(10_000, -$0 / Double(half)) }
    var numbers: [Double] = []
    for t in timesteps {
      let angles = (0..<half).map { Double(t) * frequency(Double($0)) }
      let (sines, cosines) = (angles.map { sin($0) }, angles.map { cos($0) })
      switch order {
      case .sinesFirst: numbers += sines + cosines
      case .cosinesFirst: numbers += cosines + sines
      case .sideBySide: numbers += zip(sines, cosines).flatMap { [$0, $1] }
      }
    }
    return Tensor(numbers.map { Float($0) }, shape: [timesteps.count, 2 * half])
  }

  /// The answer, if it is numbers in the right shape.
  private func embedding(_ timesteps: [Int], width: Int) throws -> Tensor {
    let found = try sinusoidalEmbedding(timesteps, width: width).checked()
    let expected: Shape = [timesteps.count, width]
    try #require(
      found.shape == expected,
      "\(timesteps.count) timesteps in \(width) numbers each: yours has the shape \(found.shape) instead of \(expected)"
    )
    let strange = found.scalars.count { !$0.isFinite }
    try #require(
      strange == 0,
      "all waves of t = \(timesteps) must be numbers: yours has \(strange) of \(expected.elementCount) that are none")
    return found
  }

  @Test("Known values: sines first, then cosines, with frequencies 1, 0.1, 0.01, 0.001")
  func known() {
    let expected: [Float] = [
      -0.506365641, -0.544021111, 0.841470985, 0.0998334166, 0.862318872, -0.839071529, 0.540302306, 0.995004165,
    ]
    func byRule(_ frequency: @escaping (_ i: Double) -> Double) -> Tensor {
      waves([100], half: 4, frequency: frequency)
    }
    // The values have nine digits, and a Float is rounded by at most 6e-8.
    expectClose(
      sinusoidalEmbedding([100], width: 8), Tensor(expected, shape: [1, 8]), "t = 100 in 8 numbers", tolerance: 1e-6,
      mistakes: [
        "the cosines stand first; the sines should": waves([100], half: 4, order: .cosinesFirst),
        "each sine stands beside its cosine; all sines come first, then all cosines":
          waves([100], half: 4, order: .sideBySide),
        "the frequencies are 10000^(−i / (half − 1)); it is i / half": byRule { pow(10_000, -$0 / 3) },
        "the frequencies are 10000^(−i / width); it is i / half, with half = width / 2":
          byRule { pow(10_000, -$0 / 8) },
        "the frequencies rise; the exponent is negative": byRule { pow(10_000, $0 / 4) },
        "the frequencies count from i = 1; the first is 10000^0 = 1": byRule { pow(10_000, -($0 + 1) / 4) },
        "the frequencies hold 2π; the angle is t · f_i in radians": byRule { 2 * .pi * pow(10_000, -$0 / 4) },
        "all frequencies are 1, for in whole numbers i / half is 0; divide one Double by another": byRule { _ in 1 },
        "the exponent is −i · half; it is −i / half": byRule { pow(10_000, -$0 * 4) },
        "the frequencies are powers of e; they are powers of 10000": byRule { exp(-$0 / 4) },
      ])
  }

  @Test("At t = 0 all sines are 0 and all cosines 1")
  func origin() throws {
    let embedding = try embedding([0], width: 6)
    let (found, expected) = (embedding.scalars.map(Double.init), [0.0, 0, 0, 1, 1, 1])
    #expect(
      found == expected,
      likelyMistake(
        found, insteadOf: expected,
        [
          "the cosines stand first; the sines should": [1, 1, 1, 0, 0, 0],
          "each sine stands beside its cosine; all sines come first, then all cosines": [0, 1, 0, 1, 0, 1],
          "these are the waves of t = 1; timesteps are counted from 0": waves([1], half: 3).scalars.map(Double.init),
        ], otherwise: "at t = 0 all angles are 0, so that sin 0 = 0 stands there three times, then cos 0 = 1"))
  }

  @Test("The first frequency is 1, the last nearly 1/10000, and each pair lies on the unit circle")
  func frequencies() throws {
    let (t, half) = (1, 64)
    let embedding = try embedding([t], width: 2 * half)
    let found = [Double(embedding[0, 0]), Double(embedding[0, half - 1])]
    func ends(_ frequency: (_ i: Double) -> Double) -> [Double] { [sin(frequency(0)), sin(frequency(63))] }
    let expected = ends { pow(10_000, -$0 / 64) }
    // Half a unit in the last place, relative: 6e-8.
    #expect(
      zip(found, expected).allSatisfy { agree($0, $1, relative: 1e-7) },
      likelyMistake(
        found, insteadOf: expected,
        [
          "the last of 64 frequencies is 10000^(−63/64); with i / (half − 1) it becomes 1/10000":
            ends { pow(10_000, -$0 / 63) },
          "the frequencies are 10000^(−i / width); it is i / half": ends { pow(10_000, -$0 / 128) },
          "the frequencies count from i = 1; the first is 10000^0 = 1": ends { pow(10_000, -($0 + 1) / 64) },
          "all frequencies are 1, for in whole numbers i / half is 0": ends { _ in 1 },
          "the cosines stand first; the sines should": [cos(1), cos(pow(10_000, -63.0 / 64))],
        ], within: 1e-7,
        otherwise: "at t = 1 the first sine is that of f_0 = 1, and the last, element 63, that of f_63 = 10000^(−63/64)"
      ))
    for i in 0..<half {
      let (sine, cosine) = (Double(embedding[0, i]), Double(embedding[0, half + i]))
      let square = sine * sine + cosine * cosine
      // Two roundings to Float, of numbers up to 1.
      try #require(
        abs(square - 1) < 1e-6,
        likelyMistake(
          square, insteadOf: 1, [:],
          otherwise:
            "elements \(i) and half + \(i) are sine and cosine of one angle, so that their squares add up to 1"))
    }
  }

  @Test("A later timestep is an earlier one turned, pair by pair, by angles that depend on the difference alone")
  func rotation() throws {
    let half = 8
    let embedding = try embedding([40, 37, 77], width: 2 * half)
    for i in 0..<half {
      let (s, c) = (0..<3).reduce(into: ([Double](), [Double]())) {
        $0.0.append(Double(embedding[$1, i]))
        $0.1.append(Double(embedding[$1, half + i]))
      }
      let (found, expected) = ([s[2], c[2]], [s[0] * c[1] + c[0] * s[1], c[0] * c[1] - s[0] * s[1]])
      let areSwapped = abs(c[2] - (c[0] * s[1] + s[0] * c[1])) < 3e-7 && abs(s[2] - (s[0] * s[1] - c[0] * c[1])) < 3e-7
      // Four roundings to Float of numbers up to 1, 6e-8 each. The first pair that is off tells enough.
      try #require(
        zip(found, expected).allSatisfy { abs($0 - $1) < 3e-7 },
        likelyMistake(
          found, insteadOf: expected, [:],
          otherwise: areSwapped
            ? "the cosines stand first; the sines should"
            : """
            sin((t + k)·f) must be sin(t·f)·cos(k·f) + cos(t·f)·sin(k·f), and the cosine likewise, which elements \(i) and \
            half + \(i) of t = 40, 37 and 77 do not fulfill
            """))
    }
  }

  @Test("Late timesteps keep their digits")
  func precision() throws {
    let timesteps = [997, 998, 999]
    let embedding = try embedding(timesteps, width: 64)
    let expected = waves(timesteps, half: 32)
    let errors = zip(embedding.scalars, expected.scalars).map { abs($0 - $1) }
    let worst = errors.contains(where: \.isNaN) ? .infinity : errors.max() ?? .infinity
    // Rounded once both are equal, or neighbors where `pow` and `sin` differ in Double's last digit: 6e-8. An angle near 1000 in
    // Float is itself off by up to 3e-5.
    let advice =
      worst < 1e-3
      ? "compute the angles in Double, not in Float, and round only the waves"
      : "that is more than rounding; the other tests say what is wrong"
    #expect(worst < 2e-7, "at t = 997, 998 and 999 your waves are off by up to \(worst) instead of 6e-8: \(advice)")
  }

  @Test("One row for each timestep, whatever the company")
  func rows() throws {
    let embedding = try embedding([7, 0, 999], width: 16)
    let first = sinusoidalEmbedding([7], width: 16)
    for (row, t) in [7, 0, 999].enumerated() {
      let found = embedding.sliced(axis: 0, row..<row + 1)
      expectClose(
        found, sinusoidalEmbedding([t], width: 16), "row \(row), of t = \(t), against that timestep alone",
        tolerance: 0,
        mistakes: ["it is the embedding of the first timestep, 7; each row has its own": first])
    }
    let different = Set((0..<1000).map { sinusoidalEmbedding([$0], width: 16).scalars }).count
    #expect(
      different == 1000, "the timesteps 0 … 999 must all differ: yours have \(different) different rows instead of 1000"
    )
  }

  @Test("The layer: Linear, SiLU, Linear")
  func layer() throws {
    var generator = RandomGenerator(seed: 1)
    let layer = TimestepEmbedding(width: 12, using: &generator)
    func linear(_ x: Tensor, _ name: String) throws -> Tensor {
      try x.matmul(tensor("\(name).weight", of: layer)) + tensor("\(name).bias", of: layer)
    }
    let expected = try linear(linear(waves([3, 500], half: 6), "first").silu(), "second")
    // Sums of 12 products, twice, of waves that may differ in the last place.
    expectClose(layer([3, 500]), expected, "what two linear layers make of the waves", tolerance: 2e-6)
  }

  @Test("Timesteps beyond 999 have waves of their own, and no timesteps make no rows")
  func range() throws {
    let late = try sinusoidalEmbedding([999, 1500], width: 4).checked()
    let right = Double.sin(1500)
    #expect(
      abs(Double(late[1, 0]) - right) < 1e-6,
      "the first wave of t = 1500 is sin 1500: there is no largest timestep. Yours is \(late[1, 0]) instead of \(right)"
    )
    let none = sinusoidalEmbedding([], width: 4)
    #expect(
      none.fault == nil && none.shape == [0, 4],
      "no timesteps make a tensor of no rows, [0, 4]: yours is \(none.fault?.reason ?? "\(none.shape)")")
  }

  @Test("Each row is its own timestep's, wherever it stands")
  func ownRow() throws {
    for timesteps in [[5, 900, 5], [7, 7, 7, 8], [0, 3, 0, 3], [999, 0]] {
      let together = try embedding(timesteps, width: 6)
      for (row, t) in timesteps.enumerated() {
        guard
          expectClose(
            together.sliced(axis: 0, row..<row + 1), try embedding([t], width: 6),
            "row \(row) of t = \(timesteps), against t = \(t) alone", tolerance: 0)
        else { return }
      }
    }
  }
}

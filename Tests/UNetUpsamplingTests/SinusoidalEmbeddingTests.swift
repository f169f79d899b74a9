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
      ])
  }

  @Test("At t = 0 all sines are 0 and all cosines 1")
  func origin() throws {
    let embedding = try sinusoidalEmbedding([0], width: 6).checked()
    #expect(
      embedding.scalars == [0, 0, 0, 1, 1, 1],
      "sin 0 = 0 three times, then cos 0 = 1 three times: are timesteps counted from 1, or sines and cosines mixed?")
  }

  @Test("The first frequency is 1, the last nearly 1/10000, and each pair lies on the unit circle")
  func frequencies() throws {
    let (t, half) = (1, 64)
    let embedding = try sinusoidalEmbedding([t], width: 2 * half).checked()
    try #require(embedding.shape == [1, 2 * half])
    // Half a unit in the last place, relative: 6e-8.
    #expect(agree(Double(embedding[0, 0]), sin(1), relative: 1e-7), "f_0 must be 1")
    #expect(
      agree(Double(embedding[0, half - 1]), pow(10_000, -63.0 / 64), relative: 1e-7),
      "the last of 64 frequencies is 10000^(−63/64); with i / (half − 1) it would be 1/10000")
    let off = (0..<half).first { i in
      let (sine, cosine) = (Double(embedding[0, i]), Double(embedding[0, half + i]))
      return !(abs(sine * sine + cosine * cosine - 1) < 1e-6)
    }
    #expect(off == nil, "element i and element half + i are sine and cosine of one angle")
  }

  @Test("A later timestep is an earlier one turned, pair by pair, by angles that depend on the difference alone")
  func rotation() throws {
    let half = 8
    let embedding = try sinusoidalEmbedding([40, 37, 77], width: 2 * half).checked()
    try #require(embedding.shape == [3, 2 * half])
    for i in 0..<half {
      let (s, c) = (0..<3).reduce(into: ([Double](), [Double]())) {
        $0.0.append(Double(embedding[$1, i]))
        $0.1.append(Double(embedding[$1, half + i]))
      }
      // Four roundings to Float of numbers up to 1, 6e-8 each.
      #expect(
        abs(s[2] - (s[0] * c[1] + c[0] * s[1])) < 3e-7 && abs(c[2] - (c[0] * c[1] - s[0] * s[1])) < 3e-7,
        """
        sin((t + k)·f) must be sin(t·f)·cos(k·f) + cos(t·f)·sin(k·f), but pair \(i) is not so: is its angle in proportion \
        to t, and are elements i and half + i of one frequency?
        """)
    }
  }

  @Test("Late timesteps keep their digits")
  func precision() throws {
    let timesteps = [997, 998, 999]
    let embedding = try sinusoidalEmbedding(timesteps, width: 64).checked()
    let expected = waves(timesteps, half: 32)
    try #require(embedding.shape == expected.shape)
    let worst = zip(embedding.scalars, expected.scalars).map { abs($0 - $1) }.max() ?? .nan
    // Rounded once both are equal, or neighbours where `pow` and `sin` differ in Double's last digit: 6e-8. An angle near 1000 in
    // Float is itself off by up to 3e-5.
    let advice =
      worst < 1e-3
      ? "compute the angles in Double, not in Float, and round only the waves"
      : "that is more than rounding; the other tests say what is wrong"
    #expect(worst < 2e-7, "off by \(worst): \(advice)")
  }

  @Test("One row for each timestep, whatever the company")
  func rows() throws {
    let embedding = try sinusoidalEmbedding([7, 0, 999], width: 16).checked()
    #expect(embedding.shape == [3, 16], "three timesteps in 16 numbers each are [3, 16]")
    for (row, t) in [7, 0, 999].enumerated() {
      #expect(
        embedding.sliced(axis: 0, row..<row + 1) == sinusoidalEmbedding([t], width: 16),
        "row \(row) must be the embedding of its own timestep, \(t)")
    }
    let rows = (0..<1000).map { sinusoidalEmbedding([$0], width: 16).scalars }
    #expect(Set(rows).count == 1000, "all timesteps must differ")
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
}

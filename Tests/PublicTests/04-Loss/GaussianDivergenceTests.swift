import ForwardDiffusion
import Loss
import RealModule
import Tensors
import TestSupport
import Testing

/// KL between two normal distributions.
@Suite("4.2 The divergence of two Gaussians", .exercise("4.2"))
struct Exercise4_2 {
  private typealias Normal = (mean: Double, variance: Double)

  /// KL(p ‖ q), worked out here.
  private func divergence(of p: Normal, from q: Normal) -> Double {
    (Double.log(q.variance / p.variance) + (p.variance + (p.mean - q.mean) * (p.mean - q.mean)) / q.variance - 1) / 2
  }

  @Test("Of a distribution from itself it is 0", arguments: [(0.0, 1.0), (-3.5, 0.01), (2.0, 9.0)])
  func itself(mean: Double, variance: Double) {
    let found = gaussianDivergence(of: (mean, variance), from: (mean, variance))
    // The quotient of equal numbers is 1, and its logarithm 0.
    #expect(
      abs(found) < 1e-14,
      likelyMistake(
        found, insteadOf: 0,
        [
          "1 is subtracted from the half; it is subtracted inside the brackets": -0.5,
          "1 is not subtracted": 0.5,
        ], otherwise: "nothing is lost by expecting what is the truth"
      ).about("p = q = N(\(mean), \(variance))"))
  }

  @Test("With equal variances only the means count: (m_p − m_q)² / (2 v)")
  func means() {
    let found = gaussianDivergence(of: (1, 18), from: (-2, 18))
    // 9 / 36, with some ten roundings of 1e-16.
    #expect(
      agree(found, 0.25, relative: 1e-14),
      likelyMistake(
        found, insteadOf: 0.25,
        [
          "twice too much: ½ is missing": 0.5,
          "the difference of the means is not squared": 3.0 / 36,
          "18 is the variance, and it is squared here once more": 9.0 / 648,
          "the means' part is not divided by the variance": 4.5,
          "the means' part is divided by the deviation, not by the variance": 4.5 / 18.0.squareRoot(),
          "the means are added, not subtracted": 1.0 / 36,
          "1 is subtracted from the half; it is subtracted inside the brackets": -0.25,
          "1 is not subtracted": 0.75,
          "the means make no difference": 0,
          "this is in bits; nats are asked for": 0.25 / Double.log(2),
        ], otherwise: "KL(N(1, 18) ‖ N(−2, 18)) is half the square of the means' distance over the variance"))
  }

  @Test("It has a direction: a wide one from a narrow one, and the other way around")
  func direction() {
    let (narrow, wide) = ((mean: 0.0, variance: 1.0), (mean: 0.0, variance: 4.0))
    for (p, q, name) in [(narrow, wide, "KL(N(0, 1) ‖ N(0, 4))"), (wide, narrow, "KL(N(0, 4) ‖ N(0, 1))")] {
      let found = gaussianDivergence(of: p, from: q)
      // Some ten roundings of 1e-16.
      let (right, ratio) = (divergence(of: p, from: q), p.variance / q.variance)
      #expect(
        agree(found, right, relative: 1e-14),
        likelyMistake(
          found, insteadOf: right,
          [
            "p and q are exchanged: the variance of q is below the line": divergence(of: q, from: p),
            "½ is missing": 2 * right,
            "this is in bits; nats are asked for": right / Double.log(2),
            "1 is subtracted from the half; it is subtracted inside the brackets": right - 0.5,
            "1 is not subtracted": right + 0.5,
            "the quotient in the logarithm is upside down": (Double.log(ratio) + ratio - 1) / 2,
            "the other quotient, v_p / v_q, is upside down": (1 / ratio - Double.log(ratio) - 1) / 2,
            "the logarithm is of the deviations, not of the variances": (ratio - Double.log(ratio) / 2 - 1) / 2,
            "the logarithm has no part in it": (ratio - 1) / 2,
          ], otherwise: "this is not what the formula gives"
        ).about(name))
    }
  }

  @Test("It is the integral of p · ln(p / q)")
  func integral() {
    let (p, q) = ((mean: 0.3, variance: 0.5), (mean: -0.4, variance: 1.2))
    func logDensity(_ x: Double, _ d: (mean: Double, variance: Double)) -> Double {
      -(x - d.mean) * (x - d.mean) / (2 * d.variance) - Double.log(2 * .pi * d.variance) / 2
    }
    let width = 1e-3
    // The sum over a smooth function that vanishes at both ends converges faster than any power of the width.
    let sum = stride(from: -10.0, through: 10.0, by: width).reduce(0) {
      $0 + Double.exp(logDensity($1, p)) * (logDensity($1, p) - logDensity($1, q)) * width
    }
    let found = gaussianDivergence(of: p, from: q)
    #expect(
      agree(found, sum, relative: 1e-9),
      likelyMistake(
        found, insteadOf: sum,
        [
          "p and q are exchanged": divergence(of: q, from: p),
          "½ is missing": 2 * sum,
        ], within: 1e-9,
        otherwise: "KL(N(0.3, 0.5) ‖ N(−0.4, 1.2)) is the integral of p · ln(p / q), taken here numerically"))
  }

  @Test("Of tensors each element has its own means")
  func tensors() throws {
    var generator = RandomGenerator(seed: 1)
    let (a, b) = (Tensor.normal([2, 3, 2, 1], using: &generator), Tensor.normal([2, 3, 2, 1], using: &generator))
    func expected(_ change: (_ squaredDistance: Double, _ spread: Double) -> Double) -> Tensor {
      let numbers = zip(a.scalars, b.scalars).map { a, b in
        let distance = Double(a) - Double(b)
        return Float(change(distance * distance, Double.log(0.8 / 0.3)))
      }
      return Tensor(numbers, shape: a.shape)
    }
    // Some five roundings of numbers of the size of the largest, 6e-8 each.
    expectClose(
      gaussianDivergence(of: (a, 0.3), from: (b, 0.8)), expected { ($1 + (0.3 + $0) / 0.8 - 1) / 2 },
      "KL for each element, of variances 0.3 and 0.8", tolerance: 5e-7,
      mistakes: [
        "p and q are exchanged: the variance of q is below the line": expected { (-$1 + (0.8 + $0) / 0.3 - 1) / 2 },
        "½ is missing": expected { $1 + (0.3 + $0) / 0.8 - 1 },
        "½ is missing in the means' part": expected { ($1 + 0.3 / 0.8 - 1) / 2 + $0 / 0.8 },
        "½ is missing in the variances' part": expected { $1 + 0.3 / 0.8 - 1 + $0 / 1.6 },
        "the difference of the means is not squared, but its magnitude taken":
          expected { ($1 + (0.3 + $0.squareRoot()) / 0.8 - 1) / 2 },
        "the squared distance is divided by v_p; it is divided by v_q": expected {
          ($1 + 0.3 / 0.8 - 1) / 2 + $0 / 0.6
        },
        "the variances' part is missing": expected { distance, _ in distance / 1.6 },
        "the means make no difference": expected { _, spread in (spread + 0.3 / 0.8 - 1) / 2 },
      ])
    #expect(
      gaussianDivergence(of: (a, 0.3), from: (Tensor.ones([2, 4, 2, 1]), 0.8)).fault != nil,
      "means of the shapes [2, 3, 2, 1] and [2, 4, 2, 1] do not fit: the result must be faulty")
  }

  @Test("Of tensors too, variances that are nearly equal leave nearly nothing")
  func nearlyEqual() throws {
    let means = Tensor([0.25, -1])
    let answer = try gaussianDivergence(of: (means, 1e-4), from: (means, 1.0001e-4)).checked()
    let found = answer.scalars.map(Double.init)
    // x² / 4 for variances that differ by x = 1e-4 of themselves, up to x³. In Float 1e-4 and 1 cancel to rounding, 1e-7.
    #expect(
      found.count == 2 && found.allSatisfy { agree($0, 2.5e-9, relative: 1e-3) },
      likelyMistake(
        found, insteadOf: [2.5e-9, 2.5e-9], [:], within: 1e-3,
        otherwise: found.count == 2 && found.allSatisfy { abs($0) < 1e-6 }
          ? "what depends on the variances alone is to be computed in Double; in Float only rounding is left of it"
          : "variances that differ by 1e-4 of themselves, and equal means, are nearly no distance"))
  }

  @Test("Means that are nearly equal leave nearly nothing: the difference is squared, not multiplied out")
  func nearMeans() throws {
    // The squares of the means, 10¹⁴ here and 1 there, have no digits for the square of a difference of 0.001.
    let (first, second) = (1e7 + 1 / 3.0, 1e7)
    let means: [Float] = [0.3137, 0.7241, 0.9113, -0.6177]
    let moved = means.map { $0 + 0.001 }
    let tensor = try gaussianDivergence(of: (Tensor(moved), 1), from: (Tensor(means), 1)).checked()
    let found = [gaussianDivergence(of: (first, 1), from: (second, 1))] + tensor.scalars.map(Double.init)
    func half(_ distance: Double) -> Double { distance * distance / 2 }
    let right = [half(first - second)] + zip(moved, means).map { half(Double($0) - Double($1)) }
    // A difference of neighbors is exact in Float too, and its square rounded to 6e-8.
    #expect(
      found.count == 5 && zip(found, right).allSatisfy { agree($0, $1, relative: 1e-6) },
      likelyMistake(
        found, insteadOf: right, [:], within: 1e-6,
        otherwise: found.count == 5 && zip(found, right).dropFirst().allSatisfy { abs($0 - $1) < 1e-6 }
          ? "m_p² − 2 m_p m_q + m_q² loses the digits that count where the means are near: square their difference"
          : "with variances of 1 the divergence is half the square of the means' difference"
      ).about("means that are 1/3 apart near 10⁷, of numbers, and 0.001 apart, of tensors"))
  }

  @Test("Small variances differ as large ones do: it is their quotient that counts")
  func smallVariances() throws {
    // β_1 of the linear schedule, and β̃_1.
    let (beta, betaTilde) = (1.2e-4, 5.4e-5)
    let right = divergence(of: (0.5, betaTilde), from: (0.5, beta))
    let mean = Tensor([0.5])
    let found = [
      gaussianDivergence(of: (0.5, betaTilde), from: (0.5, beta)),
      Double(try gaussianDivergence(of: (mean, betaTilde), from: (mean, beta)).checked().scalars[0]),
    ]
    // A Double rounded to Float.
    #expect(
      found.allSatisfy { agree($0, right, relative: 1e-6) },
      likelyMistake(
        found, insteadOf: [right, right], [:],
        otherwise: found.contains { abs($0) < 1e-6 }
          ? "the variances count as equal, as if 1e-4 were nothing: their quotient is what counts"
          : "of equal means and the variances 5.4e-5 and 1.2e-4 this is not what the formula gives"))
  }
}

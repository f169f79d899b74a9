import ForwardDiffusion
import Loss
import RealModule
import Tensors
import TestSupport
import Testing

/// KL between two normal distributions.
@Suite("4.2 The divergence of two Gaussians", .exercise("4.2"))
struct Exercise4_2 {
  @Test("Of a distribution from itself it is 0", arguments: [(0.0, 1.0), (-3.5, 0.01), (2.0, 9.0)])
  func itself(mean: Double, variance: Double) {
    let found = gaussianDivergence(of: (mean, variance), from: (mean, variance))
    #expect(abs(found) < 1e-15, "KL(p ‖ p) is \(found), not 0: 1 is subtracted inside the brackets")
  }

  @Test("With equal variances only the means count: (m_p − m_q)² / (2 v)")
  func means() {
    let found = gaussianDivergence(of: (1, 4), from: (-2, 4))
    // 9 / 8, with some ten roundings of 1e-16.
    #expect(
      agree(found, 1.125, relative: 1e-14),
      likelyMistake(
        found,
        [
          "twice too much: ½ is missing": 2.25,
          "the difference of the means is squared": 0.375,
          "4 is the variance; it is not squared again": 9.0 / 32,
          "the means' part is divided by the variance": 4.5,
          "this is in bits; nats are asked for": 1.125 / Double.log(2),
        ], otherwise: "KL(N(1, 4) ‖ N(−2, 4)) is \(found), and should be 9/8"))
  }

  @Test("It has a direction: a wide one from a narrow one, and the other way round")
  func direction() {
    let (narrow, wide) = ((mean: 0.0, variance: 1.0), (mean: 0.0, variance: 4.0))
    let expected = (narrow: (Double.log(4) + 1.0 / 4 - 1) / 2, wide: (4 - 1 - Double.log(4)) / 2)
    let found = (gaussianDivergence(of: narrow, from: wide), gaussianDivergence(of: wide, from: narrow))
    for (found, right, other, name) in [
      (found.0, expected.narrow, expected.wide, "KL(N(0, 1) ‖ N(0, 4))"),
      (found.1, expected.wide, expected.narrow, "KL(N(0, 4) ‖ N(0, 1))"),
    ] {
      #expect(
        agree(found, right, relative: 1e-14),
        likelyMistake(
          found,
          [
            "p and q are exchanged: the variance of q is below the line": other,
            "½ is missing": 2 * right,
            "this is in bits; nats are asked for": right / Double.log(2),
            "1 is subtracted inside the brackets": right + 0.5,
          ], otherwise: "\(name) is \(found), and should be \(right)"))
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
      agree(found, sum, relative: 1e-9), "the integral of p ln(p / q) is \(sum), but KL(p ‖ q) is said to be \(found)")
  }

  @Test("Of tensors each element has its own means")
  func tensors() throws {
    var generator = RandomGenerator(seed: 1)
    let (a, b) = (Tensor.normal([2, 3, 2, 1], using: &generator), Tensor.normal([2, 3, 2, 1], using: &generator))
    let found = try gaussianDivergence(of: (a, 0.3), from: (b, 0.8)).checked()
    let expected = zip(a.scalars, b.scalars).map { a, b -> Float in
      let d = Double(a) - Double(b)
      return Float((Double.log(0.8 / 0.3) + (0.3 + d * d) / 0.8 - 1) / 2)
    }
    // Some five roundings of numbers of the size of the largest, 6e-8 each.
    expectClose(
      found, Tensor(expected, shape: a.shape),
      "½ (ln(v_q / v_p) + (v_p + (m_p − m_q)²) / v_q − 1), element by element and not summed", tolerance: 5e-7)
    #expect(
      gaussianDivergence(of: (a, 0.3), from: (Tensor.ones([2, 4, 2, 1]), 0.8)).fault != nil,
      "means of other shapes do not fit")
  }

  @Test("Of tensors too, variances that are nearly equal leave nearly nothing")
  func nearlyEqual() throws {
    let means = Tensor([0.25, -1])
    let found = try gaussianDivergence(of: (means, 1e-4), from: (means, 1.0001e-4)).checked()
    // x² / 4 for variances that differ by x = 1e-4 of themselves, up to x³.
    #expect(
      found.scalars.allSatisfy { agree(Double($0), 2.5e-9, relative: 1e-3) },
      "\(found.scalars) should be 2.5e-9 each: what depends on the variances alone is to be computed in Double")
  }
}

import Evaluation
import RealModule
import Tensors
import TestSupport
import Testing

/// The distance between normal distributions, where it is known in closed form.
@Suite("8.4 The Fréchet distance", .exercise("8.4"))
struct Exercise8_4 {
  private func statistics(_ mean: [Double], _ rows: [[Double]]) -> FeatureStatistics {
    FeatureStatistics(mean: mean, covariance: SquareMatrix(rows: rows))
  }

  @Test(
    "In one dimension: (μ₁ − μ₂)² + (σ₁ − σ₂)²",
    arguments: [(0.0, 1.0, 0.0, 1.0), (0, 1, 3, 1), (0, 1, 0, 4), (1, 9, -1, 0.25), (2, 0, 5, 16)])
  func oneDimension(mean1: Double, variance1: Double, mean2: Double, variance2: Double) {
    let distance = frechetDistance(statistics([mean1], [[variance1]]), statistics([mean2], [[variance2]]))
    let shift = (mean1 - mean2) * (mean1 - mean2)
    let (s1, s2) = (variance1.squareRoot(), variance2.squareRoot())
    let expected = shift + (s1 - s2) * (s1 - s2)
    let mistakes = [
      (expected.squareRoot(), "this is its root: what is called FID is the squared distance"),
      (shift.squareRoot() + (s1 - s2) * (s1 - s2), "the means' distance is to be squared"),
      (shift + variance1 + variance2 - s1 * s2, "the root counts twice: Σ₁ + Σ₂ − 2 (…)^½"),
      (shift + variance1 + variance2 - 2 * variance1 * variance2, "the outer root is missing: (Σ₁^½ Σ₂ Σ₁^½)^½"),
      (shift + (variance1 - variance2) * (variance1 - variance2), "variances are compared by their roots"),
      ((s1 - s2) * (s1 - s2), "the means' distance is missing"),
    ]
    // The root of a variance that is 0 is exact here, so all is rounded a few times only.
    #expect(
      abs(distance - expected) < 1e-13 * max(1, expected),
      """
      \(distance) instead of \(expected): \
      \(mistakes.first { abs($0.0 - distance) < 1e-13 }?.1 ?? "‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁^½ Σ₂ Σ₁^½)^½)")
      """)
  }

  @Test("A distribution is at no distance from itself")
  func itself() {
    var generator = RandomGenerator(seed: 3)
    let covariance = normalCovariance(size: 6, using: &generator)
    let one = FeatureStatistics(mean: [1, -2, 3, 0, 5, 8], covariance: covariance)
    let distance = frechetDistance(one, one)
    #expect(
      abs(distance) < 1e-11 * covariance.norm,
      "\(distance): in (Σ Σ)^½ = Σ the root takes back the product, so all covariances cancel")
  }

  @Test("Moved apart: the squared distance of the means, whatever the covariance")
  func moved() {
    var generator = RandomGenerator(seed: 4)
    let covariance = normalCovariance(size: 3, using: &generator)
    let distance = frechetDistance(
      FeatureStatistics(mean: [0, 0, 0], covariance: covariance),
      FeatureStatistics(mean: [1, 2, 2], covariance: covariance))
    #expect(
      abs(distance - 9) < 1e-11 * covariance.norm,
      "\(distance) instead of 1² + 2² + 2² = 9; 3 is not squared, 5 not all")
  }

  @Test("In two dimensions, with axes that differ")
  func turnedAxes() {
    let first = SquareMatrix.diagonal([9, 1])
    let second = turn * .diagonal([4, 25]) * turn.transposed
    let distance = frechetDistance(
      FeatureStatistics(mean: [0, 0], covariance: first), FeatureStatistics(mean: [0, 0], covariance: second))
    // The eigenvalues of Σ₁Σ₂ are λ and μ with λ + μ = tr Σ₁Σ₂ and λμ = det Σ₁ · det Σ₂, and (√λ + √μ)² = λ + μ + 2√λμ.
    let common = ((first * second).trace + 2 * (9.0 * 1 * 4 * 25).squareRoot()).squareRoot()
    let expected = first.trace + second.trace - 2 * common
    let (root, other) = (SquareMatrix.diagonal([3, 1]), turn * .diagonal([2, 5]) * turn.transposed)
    let traces = first.trace + second.trace
    let elements = (0..<2).reduce(0) { $0 + (first[$1, $1] * second[$1, $1]).squareRoot() }
    let mistakes = [
      (
        traces - 2 * (root * other).trace,
        "this is tr(Σ₁^½ Σ₂^½), which is not tr((Σ₁^½ Σ₂ Σ₁^½)^½) where the axes differ"
      ),
      (traces - 2 * elements, "roots of elements: the root of a matrix is meant, and products of matrices"),
    ]
    #expect(
      abs(distance - expected) < 1e-12 * traces,
      "\(distance) instead of \(expected): \(mistakes.first { abs($0.0 - distance) < 1e-10 }?.1 ?? "the formula has a root of a root")"
    )
  }

  @Test("It is symmetric, and the same from any axes")
  func symmetries() {
    var generator = RandomGenerator(seed: 5)
    let (a, b) = (normalCovariance(size: 2, using: &generator), normalCovariance(size: 2, using: &generator))
    let there = frechetDistance(
      FeatureStatistics(mean: [1, 0], covariance: a), FeatureStatistics(mean: [0, 2], covariance: b))
    let back = frechetDistance(
      FeatureStatistics(mean: [0, 2], covariance: b), FeatureStatistics(mean: [1, 0], covariance: a))
    #expect(abs(there - back) < 1e-11 * (1 + there), "there it is \(there), back it is \(back)")
    let turned = frechetDistance(
      FeatureStatistics(mean: [0.6, 0.8], covariance: turn * a * turn.transposed),
      FeatureStatistics(mean: [-1.6, 1.2], covariance: turn * b * turn.transposed))
    #expect(abs(there - turned) < 1e-11 * (1 + there), "\(there) becomes \(turned) where both are turned alike")
  }

  @Test("Two images of many features each: singular covariances")
  func singular() throws {
    // Two points ±u/√2 around μ have the covariance u uᵀ, of rank 1. Then Σ₁^½ Σ₂ Σ₁^½ = (u·v)² u uᵀ / |u|², whose root has the
    // trace |u·v|.
    let (u, v) = ([1.0, 2, 2, 0, 0], [2.0, 0, 1, 2, 4])
    let distance = frechetDistance(
      FeatureStatistics(mean: [0, 0, 0, 0, 1], covariance: SquareMatrix(size: 5) { u[$0] * u[$1] }),
      FeatureStatistics(mean: [0, 0, 0, 0, 0], covariance: SquareMatrix(size: 5) { v[$0] * v[$1] }))
    #expect(!distance.isNaN, "NaN: eigenvalues of 0 that rounding makes negative must count as 0 in the root")
    // 1 + |u|² + |v|² − 2 |u·v| = 1 + 9 + 25 − 8. Roots of eigenvalues that should be 0 add up to √1e-15 · 15 = 5e-7 of it.
    #expect(distance.isNaN || abs(distance - 27) < 1e-5, "\(distance) instead of 1 + 9 + 25 − 2 · 4 = 27")
  }

  @Test("SciPy's sqrtm gives the same")
  func oracle() {
    let distance = frechetDistance(
      statistics([0, 1, 2], [[4, 1, 0], [1, 3, -1], [0, -1, 2]]),
      statistics([1, 1, 0], [[1, 0.5, 0.2], [0.5, 2, 0.3], [0.2, 0.3, 3]]))
    // ‖μ₁ − μ₂‖² + tr(A + B − 2 sqrtm(A @ B)) by SciPy 1.17 in float64.
    #expect(abs(distance - 6.563_975_122_596_352) < 1e-12 * 20, "\(distance) instead of 6.563975")
  }

  @Test("Features of other numbers are not compared")
  func misfit() {
    #expect(
      frechetDistance(statistics([0], [[1]]), statistics([0, 0], [[1, 0], [0, 1]])).isNaN,
      "1 feature and 2 have no distance")
    #expect(abs(frechetDistance(statistics([0], [[1]]), statistics([2], [[1]])) - 4) < 1e-12, "1 and 1 have one")
  }
}

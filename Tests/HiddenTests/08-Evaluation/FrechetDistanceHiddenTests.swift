import Evaluation
import Tensors
import TestSupport
import Testing

/// Distances between normal distributions, in closed form and of samples.
@Suite("8.4 The Fréchet distance", .exercise("8.4"))
struct Hidden8_4 {
  @Test("Other inputs")
  func commonAxes() {
    var generator = RandomGenerator(seed: 808)
    let turn = rotation(size: 4, cosine: 0.28, sine: 0.96)
    for _ in 0..<10 {
      let deviations = (0..<2).map { _ in (0..<4).map { _ in Double(generator.uniform()) * 3 } }
      let means = (0..<2).map { _ in (0..<4).map { _ in Double(generator.normal()) } }
      let sets = (0..<2).map { index in
        FeatureStatistics(
          mean: means[index], covariance: turn * .diagonal(deviations[index].map { $0 * $0 }) * turn.transposed)
      }
      let expected = (0..<4).reduce(0.0) { sum, i in
        let (mean, deviation) = (means[0][i] - means[1][i], deviations[0][i] - deviations[1][i])
        return sum + mean * mean + deviation * deviation
      }
      #expect(abs(frechetDistance(sets[0], sets[1]) - expected) < 1e-11)
    }
  }

  @Test("Other inputs")
  func otherAxes() {
    var generator = RandomGenerator(seed: 809)
    for _ in 0..<10 {
      let (a, b) = (normalMatrix(size: 2, using: &generator), normalMatrix(size: 2, using: &generator))
      let (first, second) = (a * a.transposed, b * b.transposed)
      let determinant = { (m: SquareMatrix) in m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0] }
      let common = ((first * second).trace + 2 * abs(determinant(a) * determinant(b))).squareRoot()
      let expected = first.trace + second.trace - 2 * common
      let found = frechetDistance(
        FeatureStatistics(mean: [0, 0], covariance: first), FeatureStatistics(mean: [0, 0], covariance: second))
      #expect(abs(found - expected) < 1e-7 * (first.trace + second.trace))
    }
  }

  @Test("Together with other exercises")
  func singular() throws {
    var generator = RandomGenerator(seed: 810)
    let features = Tensor.normal([4, 12], using: &generator)
    let one = try FeatureStatistics(of: features)
    let moved = try FeatureStatistics(of: features + 2)
    // Eight eigenvalues of 0, of which rounding makes √1e-15 or so.
    #expect(abs(frechetDistance(one, one)) < 1e-5)
    #expect(abs(frechetDistance(one, moved) - 48) < 1e-4)
    let scaled = try frechetDistance(FeatureStatistics(of: features * 0), FeatureStatistics(of: features))
    #expect(abs(scaled - one.mean.reduce(one.covariance.trace) { $0 + $1 * $1 }) < 1e-5)
  }

  @Test("Together with other exercises")
  func scaling() throws {
    var generator = RandomGenerator(seed: 811)
    let (a, b) = (Tensor.normal([50, 3], using: &generator), Tensor.normal([40, 3], using: &generator) * 2 + 1)
    let plain = try frechetDistance(FeatureStatistics(of: a), FeatureStatistics(of: b))
    let scaled = try frechetDistance(FeatureStatistics(of: a * 4), FeatureStatistics(of: b * 4))
    // Features of 4 times the size: squares of 16 times.
    #expect(agree(scaled, 16 * plain, relative: 1e-6))
    #expect(plain > 3)
  }

  @Test("Edge cases")
  func points() {
    let zero = SquareMatrix(size: 2) { _, _ in 0 }
    let found = frechetDistance(
      FeatureStatistics(mean: [1, 2], covariance: zero), FeatureStatistics(mean: [4, 6], covariance: zero))
    #expect(abs(found - 25) < 1e-12)
  }

  @Test("Bad input")
  func misfit() {
    let one = FeatureStatistics(mean: [0, 0], covariance: .identity(size: 2))
    #expect(frechetDistance(one, FeatureStatistics(mean: [0, 0], covariance: .identity(size: 3))).isNaN)
    #expect(frechetDistance(one, FeatureStatistics(mean: [0, .nan], covariance: .identity(size: 2))).isNaN)
    #expect(abs(frechetDistance(one, one)) < 1e-12)
  }
}

import Evaluation
import Tensors
import TestSupport
import Testing

/// Roots of random covariances, of full rank and less.
@Suite("8.3 The square root of a covariance", .exercise("8.3"))
struct Hidden8_3 {
  @Test("Other sizes", arguments: [1, 3, 6, 10])
  func product(size: Int) {
    var generator = RandomGenerator(seed: 805, stream: UInt64(size))
    let factor = normalMatrix(size: size, using: &generator)
    let root = (factor * factor.transposed).principalSquareRoot()
    #expect(agree(root * root, factor * factor.transposed, relative: 1e-12))
    #expect(agree(root, root.transposed, relative: 1e-12))
  }

  @Test("Other inputs")
  func ofSquare() {
    var generator = RandomGenerator(seed: 806)
    let factor = normalMatrix(size: 5, using: &generator)
    let covariance = factor * factor.transposed + .identity(size: 5)
    #expect(agree((covariance * covariance).principalSquareRoot(), covariance, relative: 1e-10))
    #expect(agree((9 * covariance).principalSquareRoot(), 3 * covariance.principalSquareRoot(), relative: 1e-12))
  }

  @Test("Other inputs")
  func turned() {
    let turn = rotation(size: 3, cosine: 5.0 / 13, sine: 12.0 / 13)
    let root = (turn * .diagonal([25, 4, 100]) * turn.transposed).principalSquareRoot()
    #expect(agree(root, turn * .diagonal([5, 2, 10]) * turn.transposed, relative: 1e-12))
  }

  @Test("Edge cases", arguments: [1, 2, 3])
  func rank(count: Int) {
    var generator = RandomGenerator(seed: 807, stream: UInt64(count))
    let vectors = (0..<count).map { _ in (0..<8).map { _ in Double(generator.normal()) } }
    let matrix = SquareMatrix(size: 8) { i, j in vectors.reduce(0) { $0 + $1[i] * $1[j] } }
    let root = matrix.principalSquareRoot()
    #expect(root.isFinite && agree(root * root, matrix, relative: 1e-10))
  }

  @Test("Edge cases")
  func negative() {
    #expect(
      agree(SquareMatrix.diagonal([-1, 1, -1e-20]).principalSquareRoot(), .diagonal([0, 1, 0]), relative: 1e-14))
    #expect(SquareMatrix(size: 2) { _, _ in 0 }.principalSquareRoot() == SquareMatrix(size: 2) { _, _ in 0 })
    #expect(SquareMatrix(rows: []).principalSquareRoot().size == 0)
    #expect(
      agree(SquareMatrix.diagonal([1e-200, 1e200]).principalSquareRoot(), .diagonal([1e-100, 1e100]), relative: 1e-14))
  }
}

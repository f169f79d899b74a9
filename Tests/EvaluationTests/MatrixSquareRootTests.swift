import Evaluation
import Tensors
import TestSupport
import Testing

/// The root of a covariance: S S = A, symmetric, without negative eigenvalues.
@Suite("8.3 The square root of a covariance", .exercise("8.3"))
struct Exercise8_3 {
  @Test("Of a diagonal matrix it is the roots of the diagonal")
  func diagonal() {
    // Not in order, so that the eigenvectors are: V has the axes 2, 0, 1 for columns, and Vᵀ others.
    let root = SquareMatrix.diagonal([4, 0.25, 9]).squareRoot()
    let meaning =
      relativeDifference(root, .diagonal([0.5, 3, 2])) < 1e-14
      ? "These are turned backwards: V √Λ Vᵀ, for the eigenvectors are the columns of V"
      : relativeDifference(root, .diagonal([3, 2, 0.5])) < 1e-14
        ? "These are the roots without their eigenvectors" : "Each eigenvalue's root belongs to its own vector"
    #expect(
      relativeDifference(root, .diagonal([2, 0.5, 3])) < 1e-14,
      """
      \(root)
      instead of 2, 0.5, 3 on the diagonal. \(meaning)
      """)
  }

  @Test("Of a 2×2 matrix there is a formula: (A + √det A) / √(tr A + 2 √det A)")
  func formula() {
    let matrix = SquareMatrix(rows: [[5, 4], [4, 5]])
    // The determinant is 9 and the trace 10: (A + 3) / 4.
    let expected = SquareMatrix(rows: [[2, 1], [1, 2]])
    let root = matrix.squareRoot()
    let elements = SquareMatrix(size: 2) { matrix[$0, $1].squareRoot() }
    #expect(
      relativeDifference(root, expected) < 1e-14,
      """
      \(root)
      instead of
      \(expected)
      \(relativeDifference(root, elements) < 1e-14
        ? "These are the roots of the elements, and their product with themselves is not the matrix"
        : relativeDifference(root, matrix) < 1e-14 ? "This is the matrix itself: take the roots of the eigenvalues" : "")
      """)
  }

  @Test("The root of a turned matrix is the turned root")
  func turned() {
    // Columns at right angles: (2, 1, 2)/3, (−2, 2, 1)/3, (1, 2, −2)/3.
    let axes = (1.0 / 3) * SquareMatrix(rows: [[2, -2, 1], [1, 2, 2], [2, 1, -2]])
    let root = (axes * .diagonal([16, 1, 4]) * axes.transposed).squareRoot()
    let expected = axes * .diagonal([4, 1, 2]) * axes.transposed
    let meaning =
      (root - root.transposed).norm > 1e-6
      ? "It is not symmetric: V √Λ Vᵀ has V on both sides, once transposed"
      : "It is V √Λ Vᵀ, for the eigenvectors are the columns of V"
    #expect(
      relativeDifference(root, expected) < 1e-13,
      """
      \(root)
      instead of
      \(expected)
      \(meaning)
      """)
  }

  @Test("Its product with itself is the matrix", arguments: [1, 2, 4, 9])
  func product(size: Int) {
    var generator = RandomGenerator(seed: 2, stream: UInt64(size))
    let matrix = normalCovariance(size: size, using: &generator)
    let root = matrix.squareRoot()
    // As in 8.2, 1e-12 of the norm.
    #expect(relativeDifference(root * root, matrix) < 1e-12, "√A · √A is not A")
    #expect(relativeDifference(root, root.transposed) < 1e-12, "the root of a symmetric matrix is symmetric: V √Λ Vᵀ")
    var vector = (0..<size).map { _ in Double(generator.normal()) }
    for _ in 0..<20 {
      let value = (0..<size).reduce(0) { sum, i in
        sum + vector[i] * (0..<size).reduce(0) { $0 + root[i, $1] * vector[$1] }
      }
      #expect(value > -1e-12 * root.norm, "of the roots of an eigenvalue the one that is not negative is meant")
      vector = vector.map { _ in Double(generator.normal()) }
    }
  }

  @Test("Fewer vectors than features: eigenvalues of 0")
  func singular() throws {
    // v vᵀ has one eigenvalue, |v|² = 49, and three that are 0: its root is v vᵀ / 7.
    let v = [2.0, 3, 0, 6]
    let matrix = SquareMatrix(size: 4) { v[$0] * v[$1] }
    let root = matrix.squareRoot()
    #expect(
      root.isFinite, "NaN: rounding makes a 0 negative, and there is no root of that. What is below 0 counts as 0")
    // Rounding may leave 1e-16 · 49 of an eigenvalue that is 0, the root of which is 7e-8: 1e-6 of 7 leaves room.
    #expect(
      !root.isFinite || relativeDifference(root, (1.0 / 7) * matrix) < 1e-6, "the root of v vᵀ is v vᵀ / |v|")
  }

  @Test("What is below 0 counts as 0", arguments: [-1e-17, -1e-9, -0.25])
  func negative(value: Double) {
    let root = SquareMatrix.diagonal([4, value]).squareRoot()
    #expect(root.isFinite, "the root of \(value) is NaN: what is below 0 counts as 0")
    #expect(
      !root.isFinite || relativeDifference(root, .diagonal([2, 0])) < 1e-14,
      """
      \(root)
      instead of 2 and 0: what is below 0 counts as 0, and not as its magnitude
      """)
  }
}

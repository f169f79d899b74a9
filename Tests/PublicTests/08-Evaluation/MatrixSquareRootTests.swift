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
    let matrix = SquareMatrix.diagonal([4, 0.25, 9])
    expectMatrix(
      matrix.principalSquareRoot(), .diagonal([2, 0.5, 3]), "the root of 4, 0.25 and 9 on the diagonal",
      tolerance: 1e-14,
      [
        "the roots are turned backwards: V √Λ Vᵀ, for the eigenvectors are the columns of V": .diagonal([0.5, 3, 2]),
        "these are the roots of the eigenvalues, without their eigenvectors": .diagonal([3, 2, 0.5]),
        "this is the matrix itself: take the roots of the eigenvalues": matrix,
        "these are squares: take the roots of the eigenvalues": .diagonal([16, 0.0625, 81]),
        "these are halves: take the roots of the eigenvalues": .diagonal([2, 0.125, 4.5]),
      ], otherwise: "each eigenvalue's root belongs to its own vector")
  }

  @Test("Of a 2×2 matrix there is a formula: (A + √det A) / √(tr A + 2 √det A)")
  func formula() {
    let matrix = SquareMatrix(rows: [[5, 4], [4, 5]])
    // The determinant is 9 and the trace 10: (A + 3) / 4.
    expectMatrix(
      matrix.principalSquareRoot(), SquareMatrix(rows: [[2, 1], [1, 2]]), "the root of [[5, 4], [4, 5]]",
      tolerance: 1e-14,
      [
        "these are the roots of the elements, whose product with themselves is not the matrix":
          SquareMatrix(size: 2) { matrix[$0, $1].squareRoot() },
        "this is the matrix itself: take the roots of the eigenvalues": matrix,
        "these are the roots of the eigenvalues, without their eigenvectors": .diagonal([3, 1]),
      ], otherwise: "its product with itself is not the matrix")
  }

  @Test("The root of a turned matrix is the turned root")
  func turned() {
    // Columns at right angles: (2, 1, 2)/3, (−2, 2, 1)/3, (1, 2, −2)/3.
    let axes = (1.0 / 3) * SquareMatrix(rows: [[2, -2, 1], [1, 2, 2], [2, 1, -2]])
    let root = (axes * .diagonal([16, 1, 4]) * axes.transposed).principalSquareRoot()
    expectMatrix(
      root, axes * .diagonal([4, 1, 2]) * axes.transposed, "the root of a turned matrix of eigenvalues 16, 4 and 1",
      tolerance: 1e-13, ["these are the roots of the eigenvalues, without their eigenvectors": .diagonal([4, 2, 1])],
      otherwise: (root - root.transposed).norm > 1e-6
        ? "it is not symmetric; V √Λ Vᵀ has V on both sides, once transposed"
        : "V √Λ Vᵀ turns the root as the matrix is turned: the eigenvectors are the columns of V")
  }

  @Test("Its product with itself is the matrix", arguments: [1, 2, 4, 9])
  func product(size: Int) throws {
    var generator = RandomGenerator(seed: 2, stream: UInt64(size))
    let matrix = normalCovariance(size: size, using: &generator)
    let root = matrix.principalSquareRoot()
    try #require(
      root.size == size, "the root has as many rows as the matrix: yours has \(root.size) instead of \(size)")
    try #require(
      root.isFinite, "a covariance without eigenvalues of 0 has a root of finite numbers: yours has others, such as NaN"
    )
    // As in 8.2, 1e-12 of the norm.
    let (square, symmetry) = (relativeDifference(root * root, matrix), relativeDifference(root, root.transposed))
    #expect(square < 1e-12, "√A · √A is A: yours is off by \(Float(square)) of the norm instead of less than 1e-12")
    #expect(
      symmetry < 1e-12,
      "the root of a symmetric matrix is symmetric, V √Λ Vᵀ: yours is off by \(Float(symmetry)) of the norm instead of less than 1e-12"
    )
    var least = Double.infinity
    for _ in 0..<20 {
      let vector = (0..<size).map { _ in Double(generator.normal()) }
      let value = (0..<size).reduce(0) { sum, i in
        sum + vector[i] * (0..<size).reduce(0) { $0 + root[i, $1] * vector[$1] }
      }
      least = min(least, value)
    }
    #expect(
      least > -1e-12 * root.norm,
      "of the two roots of an eigenvalue the one that is not negative is meant: xᵀ√A x of yours goes down to \(Float(least)) instead of 0"
    )
  }

  @Test("Fewer vectors than features: eigenvalues of 0")
  func singular() throws {
    // v vᵀ has one eigenvalue, |v|² = 49, and three that are 0: its root is v vᵀ / 7.
    let v = [2.0, 3, 0, 6]
    let matrix = SquareMatrix(size: 4) { v[$0] * v[$1] }
    let root = matrix.principalSquareRoot()
    // Where all eigenvalues are well above 0 there is no NaN for this reason.
    let isElsewhere = !SquareMatrix.diagonal([4, 1]).principalSquareRoot().isFinite
    let isNumber = root.isFinite
    let sentence: Comment =
      isElsewhere
      ? "the root has elements that are no finite numbers"
      : "the root has NaN: rounding makes an eigenvalue of 0 negative, and there is no root of that. What is below 0 counts as 0"
    try #require(isNumber, sentence)
    // Rounding may leave 1e-16 · 49 of an eigenvalue that is 0, the root of which is 7e-8: 1e-6 of 7 leaves room.
    expectMatrix(
      root, (1.0 / 7) * matrix, "the root of v vᵀ, with v = (2, 3, 0, 6) of length 7", tolerance: 1e-6,
      ["this is the matrix itself: take the roots of the eigenvalues": matrix],
      otherwise: "its product with itself is not the matrix")
  }

  @Test("Small eigenvalues are no zeros", arguments: [1e-4, 1e-6, 1e-9])
  func small(value: Double) {
    let root = SquareMatrix.diagonal([4, value]).principalSquareRoot()
    expectMatrix(
      root, .diagonal([2, value.squareRoot()]), "the root of 4 and \(value) on the diagonal", tolerance: 1e-14,
      [
        "small eigenvalues were made 0; only what is below 0 counts as 0": .diagonal([2, 0]),
        "these are the roots of the eigenvalues in the order of size, without their eigenvectors":
          .diagonal([value.squareRoot(), 2]),
      ], otherwise: "only what is below 0 counts as 0")
  }

  @Test("What is below 0 counts as 0", arguments: [-1e-17, -1e-9, -0.25])
  func negative(value: Double) throws {
    let root = SquareMatrix.diagonal([4, value]).principalSquareRoot()
    let isElsewhere = !SquareMatrix.diagonal([4, 1]).principalSquareRoot().isFinite
    let isNumber = root.isFinite
    let sentence: Comment =
      isElsewhere
      ? "the root has elements that are no finite numbers"
      : "the root of \(value) is NaN: what is below 0 counts as 0"
    try #require(isNumber, sentence)
    expectMatrix(
      root, .diagonal([2, 0]), "the root of 4 and \(value) on the diagonal", tolerance: 1e-14,
      [
        "what is below 0 counts as 0, and not as its magnitude": .diagonal([2, abs(value).squareRoot()]),
        "the roots are turned backwards: V √Λ Vᵀ": .diagonal([0, 2]),
      ], otherwise: "what is below 0 counts as 0")
  }

  @Test("Nor are those that are small beside the largest")
  func farApart() {
    let root = SquareMatrix.diagonal([1e6, 1e-6, 1e-9]).principalSquareRoot()
    // Each is 0 but for rounding in the others' places, so each is looked at by itself.
    for (place, value) in [1e6, 1e-6, 1e-9].enumerated() {
      #expect(
        agree(root[place, place], value.squareRoot(), relative: 1e-12),
        likelyMistake(
          root[place, place], insteadOf: value.squareRoot(),
          ["eigenvalues that are small beside the largest were made 0; only what is below 0 counts as 0": 0],
          otherwise: "each eigenvalue has its own root"
        ).about("the root of 10⁶, 10⁻⁶ and 10⁻⁹ on the diagonal, element \(place)"))
    }
  }

  @Test("Where all is small nothing is 0")
  func tiny() {
    let root = (1e-14 * SquareMatrix(rows: [[5, 4], [4, 5]])).principalSquareRoot()
    expectMatrix(
      root, 1e-7 * SquareMatrix(rows: [[2, 1], [1, 2]]), "the root of 1e-14 · [[5, 4], [4, 5]]", tolerance: 1e-13,
      ["small eigenvalues were made 0; only what is below 0 counts as 0": SquareMatrix(size: 2) { _, _ in 0 }],
      otherwise: "a matrix of small numbers has a root like any other")
  }
}

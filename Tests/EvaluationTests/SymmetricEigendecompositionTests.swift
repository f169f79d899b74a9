import Evaluation
import RealModule
import Tensors
import TestSupport
import Testing

/// Jacobi's rotations: one of them, and what sweeps of them lead to.
///
/// Double rounds by 1.1e-16. A few hundred rotations of matrices of up to 12 rows wander by less than 1e-14, and sweeps end where
/// 1e-14 is left off the diagonal, so 1e-12 of the norm leaves room. A wrong formula is off by 1e-2 and more.
@Suite("8.2 Eigenvalues of symmetric matrices", .exercise("8.2"))
struct Exercise8_2 {
  @Test(
    "One turn makes the common element zero",
    arguments: [(2.0, 1.0, 1.0), (1, 2, 1), (3, -1, 0.5), (-1, 3, -2), (0, 0, 1), (5, 5, -1), (1, 1 + 1e-9, 1e-3)])
  func rotation(pp: Double, qq: Double, pq: Double) {
    let (c, s) = jacobiRotation(pp: pp, qq: qq, pq: pq)
    // c is good to some three roundings of 1.1e-16 and s to four, so c² + s² to eleven; three times that is allowed.
    #expect(abs(c * c + s * s - 1) < 4e-15, "c = \(c) and s = \(s) are no turn: c² + s² = 1")
    let remains = (pp - qq) * c * s + pq * (c * c - s * s)
    let backwards = (pp - qq) * c * -s + pq * (c * c - s * s)
    let size = max(abs(pp), abs(qq), abs(pq))
    #expect(
      abs(remains) < 4e-15 * size,
      """
      of a_pq = \(pq) there remains \(remains), with a_pp = \(pp) and a_qq = \(qq): \
      \(abs(backwards) < 4e-15 * size ? "it is turned the wrong way round; check the sign of τ" : "check τ and tan θ")
      """)
    #expect(c >= 0.5.squareRoot() - 4e-15, "c = \(c): of the two angles take the smaller one, which is at most 45°")
  }

  @Test("Where nothing is to be turned, nothing is")
  func nothing() {
    for (pp, qq) in [(0.0, 0.0), (2, 2), (1, 5), (5, 1)] {
      let (c, s) = jacobiRotation(pp: pp, qq: qq, pq: 0)
      #expect(
        c == 1 && s == 0,
        "c = \(c) and s = \(s) for a_pq = 0, a_pp = \(pp), a_qq = \(qq): mind that 0 / 0 is NaN, and ask for 0 first")
    }
  }

  @Test("A 2×2 matrix by hand")
  func byHand() throws {
    // 34 · 3 + 12 · 4 = 50 · 3 and 12 · 3 + 41 · 4 = 50 · 4; the trace, 75, leaves 25 for the other.
    let (values, vectors) = SquareMatrix(rows: [[34, 12], [12, 41]]).symmetricEigendecomposition()
    try #require(values.count == 2 && vectors.size == 2)
    #expect(abs(values[0] - 50) < 1e-12 && abs(values[1] - 25) < 1e-12, "\(values) instead of 50 and 25")
    let isRight = abs(0.8 * vectors[0, 0] - 0.6 * vectors[1, 0]) < 1e-14
    let isMirrored = abs(0.8 * vectors[0, 0] + 0.6 * vectors[1, 0]) < 1e-14
    let meaning =
      isMirrored
      ? "mirrored, as by turning the rows of the axes: turn their columns, by the same c and s as the matrix's"
      : "are the axes turned along with the matrix?"
    #expect(
      isRight && abs(0.6 * vectors[0, 1] + 0.8 * vectors[1, 1]) < 1e-14,
      """
      \(vectors)
      instead of the columns ±(0.6, 0.8) for 50 and ±(0.8, −0.6) for 25: \
      \(meaning)
      """)
  }

  @Test("A V = V Λ, with axes at right angles", arguments: [1, 2, 3, 5, 12])
  func decomposition(size: Int) throws {
    var generator = RandomGenerator(seed: 1, stream: UInt64(size))
    let half = normalMatrix(size: size, using: &generator)
    let matrix = half + half.transposed
    let (values, vectors) = matrix.symmetricEigendecomposition()
    try #require(values.count == size && vectors.size == size)
    let rightAngles = vectors.transposed * vectors
    #expect(
      relativeDifference(rightAngles, .identity(size: size)) < 1e-12,
      "VᵀV is not 1: the axes begin as the identity, and each turn takes two columns of theirs")
    let product = matrix * vectors
    let columns = vectors * .diagonal(values)
    #expect(
      relativeDifference(product, columns) < 1e-12,
      """
      A v = λ v fails by \(relativeDifference(product, columns)) of the norm: sweep all pairs p < q, turn columns and rows by the \
      same angle, turn the columns of the axes along, and sweep again until nothing is left
      """)
    #expect(
      abs(values.reduce(0, +) - matrix.trace) < 1e-12 * matrix.norm,
      "the eigenvalues' sum is the trace, whatever the axes")
  }

  @Test("The eigenvalues of a vibrating string: 2 − 2 cos(kπ / (n + 1))")
  func string() throws {
    let count = 10
    let matrix = SquareMatrix(size: count) { $0 == $1 ? 2 : abs($0 - $1) == 1 ? -1 : 0 }
    let (values, _) = matrix.symmetricEigendecomposition()
    try #require(values.count == count)
    for (index, value) in values.enumerated() {
      let expected = 2 - 2 * Double.cos(Double(count - index) * .pi / Double(count + 1))
      #expect(
        abs(value - expected) < 1e-12,
        "eigenvalue \(index) is \(value) instead of \(expected). Is one sweep enough? Each turn spoils zeros that others made"
      )
    }
  }

  @Test("Eigenvalues that are equal, zero, or far apart")
  func special() throws {
    let flat = SquareMatrix(size: 6) { _, _ in 1 }.symmetricEigendecomposition().values
    try #require(flat.count == 6)
    #expect(
      abs(flat[0] - 6) < 1e-12 && flat.dropFirst().allSatisfy { abs($0) < 1e-12 }, "all ones: 6, and five times 0")
    let already = SquareMatrix.diagonal([3, 7, 7, -2]).symmetricEigendecomposition()
    #expect(
      already.values == [7, 7, 3, -2],
      "\(already.values): what is diagonal already stays as it is; is there 0 / 0 in a turn?")
    for scale in [4e-150, 1e100] {
      let scaled = (scale * SquareMatrix(rows: [[2, 1], [1, 2]])).symmetricEigendecomposition().values
      try #require(scaled.count == 2)
      #expect(
        agree(scaled[0], 3 * scale, relative: 1e-14) && agree(scaled[1], scale, relative: 1e-14),
        "\(scaled) instead of 3 and 1 times \(scale): what is small is to be judged by the norm of the matrix")
    }
  }

  @Test("A matrix that holds NaN has no eigenvalues, and comes to an end")
  func notANumber() throws {
    let values = SquareMatrix(rows: [[1, .nan], [.nan, 1]]).symmetricEigendecomposition().values
    try #require(values.count == 2)
    #expect(values.allSatisfy { $0.isNaN })
  }
}

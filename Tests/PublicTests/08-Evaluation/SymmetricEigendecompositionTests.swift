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
    // tan 2θ = 1 / τ, of which the smaller angle is wanted, and 45° where a_pp = a_qq.
    let angle = pp == qq ? (pq < 0 ? -Double.pi : .pi) / 4 : 0.5 * Double.atan(2 * pq / (qq - pp))
    let (cosine, sine): (Double, Double) = (.cos(angle), .sin(angle))
    // The tangent of the angle that is a right one further.
    let larger = -cosine / sine
    let tangent = sine / cosine
    // c is good to some three roundings of 1.1e-16 and s to four, so c² + s² to eleven; three times that is allowed. What
    // remains of a_pq is so too, as a fraction of the largest element.
    let remains = (pp - qq) * c * s + pq * (c * c - s * s)
    let isTurn = abs(c * c + s * s - 1) < 4e-15
    let isZero = abs(remains) < 4e-15 * max(abs(pp), abs(qq), abs(pq))
    let isSmaller = c >= 0.5.squareRoot() - 4e-15
    #expect(
      isTurn && isZero && isSmaller,
      likelyMistake(
        [c, s], insteadOf: [cosine, sine],
        [
          "it is turned the wrong way around; check the sign of τ": [cosine, -sine],
          "cosine and sine have changed places": [sine, cosine],
          pp == qq
            ? "nothing is turned, though the common element is not 0: τ is 0 here, and sign(0) is 1"
            : "nothing is turned, though the common element is not 0": [1, 0],
          "these are 1 and tan θ; the cosine makes a turn of them": [1, tangent],
          "the sine is the cosine times tan θ, not tan θ itself": [cosine, tangent],
          "of the two angles take the smaller one: |τ| + √(1 + τ²), not the difference": [
            1 / (1 + larger * larger).squareRoot(), larger / (1 + larger * larger).squareRoot(),
          ],
          "the root over 1 + tan² θ is missing": [1 / (1 + tangent * tangent), tangent / (1 + tangent * tangent)],
        ],
        otherwise: !isTurn
          ? "cosine and sine belong to one angle: c² + s² is 1"
          : !isZero
            ? "the element at p, q is not 0 after the turn: check τ and tan θ"
            : "the element at p, q is 0, but the angle is more than 45°; take the smaller one",
        names: "cosine and sine"
      ).about("a_pp = \(pp), a_qq = \(qq), a_pq = \(pq)"))
  }

  @Test("Where nothing is to be turned, nothing is")
  func nothing() {
    for (pp, qq) in [(0.0, 0.0), (2, 2), (1, 5), (5, 1)] {
      let (c, s) = jacobiRotation(pp: pp, qq: qq, pq: 0)
      #expect(
        c == 1 && s == 0,
        likelyMistake(
          [c, s], insteadOf: [1, 0], [:],
          otherwise: c.isNaN || s.isNaN
            ? "0 / 0 is NaN, so ask whether a_pq is 0 before dividing by it"
            : "where a_pq is 0 already nothing is to be turned", names: "cosine and sine"
        ).about("a_pp = \(pp), a_qq = \(qq), a_pq = 0"))
    }
  }

  /// Eigenvalues and eigenvectors, once they are as many as there are rows, and numbers.
  private func decomposition(_ matrix: SquareMatrix) throws -> (values: [Double], vectors: SquareMatrix) {
    let (values, vectors) = matrix.symmetricEigendecomposition()
    try #require(values.count == matrix.size && vectors.size == matrix.size)
    let areNumbers = values.allSatisfy(\.isFinite)
    try #require(
      areNumbers,
      """
      a symmetric matrix of \(matrix.size) rows has \(matrix.size) eigenvalues: what comes from yours is \
      \(values.map { "\($0)" }.joined(separator: ", ")), as where a turn gives NaN, or the diagonal matrix or the axes are of another size
      """)
    return (values, vectors)
  }

  @Test("A 2×2 matrix by hand")
  func byHand() throws {
    // 34 · 3 + 12 · 4 = 50 · 3 and 12 · 3 + 41 · 4 = 50 · 4; the trace, 75, leaves 25 for the other.
    let matrix = SquareMatrix(rows: [[34, 12], [12, 41]])
    let (values, vectors) = try decomposition(matrix)
    // Where the axes are turned along, but of the matrix the columns alone, it has become A V; or Vᵀ A, of the same diagonal.
    let half = matrix * vectors
    let halfTurned = "the matrix's columns alone were turned, or its rows alone; each turn takes both"
    #expect(
      abs(values[0] - 50) < 1e-12 && abs(values[1] - 25) < 1e-12,
      likelyMistake(
        values, insteadOf: [50, 25],
        [
          "the matrix is as it was, with its own diagonal": [41, 34], halfTurned: [half[0, 0], half[1, 1]],
          halfTurned: [half[1, 0], half[0, 1]],
        ],
        otherwise: "the eigenvalues of [[34, 12], [12, 41]] are off"))
    // The sign of an eigenvector is free.
    let found = SquareMatrix(size: 2) { vectors[$0, $1] * (vectors[0, $1] < 0 ? -1 : 1) }
    expectMatrix(
      found, SquareMatrix(rows: [[0.6, 0.8], [0.8, -0.6]]), "the eigenvectors for 50 and 25, as columns",
      tolerance: 1e-12,
      [
        "mirrored, as by turning the rows of the axes: turn their columns, by the same c and s as the matrix's":
          SquareMatrix(
            rows: [[0.6, 0.8], [-0.8, 0.6]]),
        "the axes are not turned; turn them along with the matrix": SquareMatrix(rows: [[0, 1], [1, 0]]),
        "the axes are not turned; turn them along with the matrix ": .identity(size: 2),
      ], otherwise: "the axes begin as the identity and are turned along with the matrix")
  }

  @Test("A V = V Λ, with axes at right angles", arguments: [1, 2, 3, 5, 12])
  func decomposition(size: Int) throws {
    var generator = RandomGenerator(seed: 1, stream: UInt64(size))
    let half = normalMatrix(size: size, using: &generator)
    let matrix = half + half.transposed
    let (values, vectors) = try decomposition(matrix)
    let angles = relativeDifference(vectors.transposed * vectors, .identity(size: size))
    #expect(
      angles < 1e-12,
      """
      axes stay at right angles and of length 1: they begin as the identity, and each turn takes two columns of theirs \
      (VᵀV of yours is off by \(Float(angles)) of the norm instead of less than 1e-12)
      """)
    let remains = relativeDifference(matrix * vectors, vectors * .diagonal(values))
    #expect(
      remains < 1e-12,
      """
      \(remains < 1e-6
        ? "the first digits are right: sweep until 1e-14 of the norm is left, and take tan θ without subtracting nearly equal numbers. "
        : "")\
      A v is λ v for each axis: sweep all pairs p < q, turn columns and rows by the same angle, turn the columns of the axes \
      along, and sweep again until nothing is left (yours is off by \(Float(remains)) of the norm instead of less than 1e-12)
      """)
    let sum = values.reduce(0, +)
    #expect(
      abs(sum - matrix.trace) < 1e-12 * matrix.norm,
      likelyMistake(
        sum, insteadOf: matrix.trace, [:],
        otherwise: "the eigenvalues' sum is the trace, which no turn of columns and rows changes"))
  }

  @Test("The eigenvalues of a vibrating string: 2 − 2 cos(kπ / (n + 1))")
  func string() throws {
    let count = 10
    let (values, _) = try decomposition(SquareMatrix(size: count) { $0 == $1 ? 2 : abs($0 - $1) == 1 ? -1 : 0 })
    let right = (0..<count).map { 2 - 2 * Double.cos(Double(count - $0) * .pi / Double(count + 1)) }
    // Where single turns are right, of equal diagonals too, as here, and the trace, which turns keep, there are too few turns.
    let single = try decomposition(SquareMatrix(rows: [[34, 12], [12, 41]])).values
    let equal = try decomposition(SquareMatrix(rows: [[2, -1], [-1, 2]])).values
    let isSingleRight = abs(single[0] - 50) < 1e-12
    let isTurned = abs(values.reduce(0, +) - 20) < 1e-10 && isSingleRight && abs(equal[0] - 3) < 1e-12
    #expect(
      zip(values, right).allSatisfy { abs($0 - $1) < 1e-12 },
      likelyMistake(
        values, insteadOf: right,
        [
          isSingleRight
            ? "nothing is turned: where a_pp = a_qq, τ is 0, and sign(0) is 1" : "nothing is turned":
            [Double](repeating: 2, count: count)
        ], within: 1e-12,
        otherwise: isTurned
          ? "the eigenvalues are off, though single turns are right: is one sweep enough? Each turn spoils zeros that others made"
          : "the eigenvalues of the vibrating string are off"))
  }

  @Test("Eigenvalues that are equal, zero, or far apart")
  func special() throws {
    let flat = try decomposition(SquareMatrix(size: 6) { _, _ in 1 }).values
    #expect(
      abs(flat[0] - 6) < 1e-12 && flat.dropFirst().allSatisfy { abs($0) < 1e-12 },
      likelyMistake(
        flat, insteadOf: [6, 0, 0, 0, 0, 0], [:], within: 1e-12,
        otherwise: "all ones have the eigenvalue 6, and five times 0"))
    let already = try decomposition(.diagonal([3, 7, 7, -2])).values
    #expect(
      already == [7, 7, 3, -2],
      likelyMistake(already, insteadOf: [7, 7, 3, -2], [:], otherwise: "what is diagonal already stays as it is"))
    let plain = try decomposition(SquareMatrix(rows: [[2, 1], [1, 2]])).values
    for scale in [4e-150, 1e100] {
      let scaled = try decomposition(scale * SquareMatrix(rows: [[2, 1], [1, 2]])).values
      let right = [3 * scale, scale]
      #expect(
        zip(scaled, right).allSatisfy { agree($0, $1, relative: 1e-14) },
        likelyMistake(
          scaled.map { $0 / scale }, insteadOf: [3, 1],
          [
            abs(plain[0] - 3) < 1e-12
              ? "nothing is turned: what is small is to be judged by the norm of the matrix"
              : "nothing is turned: where a_pp = a_qq, τ is 0, and sign(0) is 1": [2, 2]
          ],
          otherwise: "the eigenvalues of a matrix of \(scale) are off, as fractions of it"))
    }
  }

  @Test("A matrix that holds NaN has no eigenvalues, and comes to an end")
  func notANumber() throws {
    let values = SquareMatrix(rows: [[1, .nan], [.nan, 1]]).symmetricEigendecomposition().values
    #expect(
      values.count == 2 && values.allSatisfy { $0.isNaN },
      "a matrix that holds NaN has NaN for eigenvalues: yours are \(values) instead of NaN and NaN")
  }
}

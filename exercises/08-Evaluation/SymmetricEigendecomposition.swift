import Tensors

// A symmetric matrix is a diagonal one, seen from other axes: A = V Λ Vᵀ, where V has the axes, the eigenvectors, for columns,
// and Λ the eigenvalues on its diagonal. Jacobi's method (1846) turns two axes at a time, so that the element which mixes them
// becomes zero. Later turns spoil that zero again, yet the sum of the squares off the diagonal shrinks with each turn, and in
// the end very quickly.

/// The turn of the axes p and q that makes their common element zero.
///
/// With c = cos θ and s = sin θ the axes p and q become c·p − s·q and s·p + c·q. The element at p, q becomes
/// (a_pp − a_qq)·c·s + a_pq·(c² − s²), and is 0 for
///
/// τ = (a_qq − a_pp) / (2·a_pq), tan θ = sign(τ) / (|τ| + √(1 + τ²)), c = 1 / √(1 + tan² θ), s = c · tan θ
///
/// (Golub and Van Loan, Matrix Computations, 8.5). Of the two angles that do, this is the smaller one, at most 45°.
/// Where τ is 0 or −0 take 1 or −1 for its sign, but not 0: both turn by 45°. Where a_pq is 0 already, nothing is to be turned:
/// c = 1 and s = 0.
///
/// - Parameters:
///   - pp: a_pp, the element on the diagonal for axis p.
///   - qq: a_qq, the element on the diagonal for axis q.
///   - pq: a_pq = a_qp.
/// - Returns: c and s.
public func jacobiRotation(pp: Double, qq: Double, pq: Double) -> (cosine: Double, sine: Double) {
  return unfinished("8.2")
}

extension SquareMatrix {
  /// Turns the columns p and q: they become c·p − s·q and s·p + c·q.
  mutating func rotateColumns(_ p: Int, _ q: Int, cosine: Double, sine: Double) {
    for row in 0..<size {
      let (first, second) = (self[row, p], self[row, q])
      self[row, p] = cosine * first - sine * second
      self[row, q] = sine * first + cosine * second
    }
  }

  /// Turns the rows p and q: they become c·p − s·q and s·p + c·q.
  mutating func rotateRows(_ p: Int, _ q: Int, cosine: Double, sine: Double) {
    for column in 0..<size {
      let (first, second) = (self[p, column], self[q, column])
      self[p, column] = cosine * first - sine * second
      self[q, column] = sine * first + cosine * second
    }
  }

  /// This matrix, which is symmetric, seen from axes from which it is diagonal.
  ///
  /// Begin with this matrix and with the identity for the axes. A sweep goes through all pairs p < q; for each,
  /// ``jacobiRotation(pp:qq:pq:)`` computes c and s once; they turn the matrix's columns p and q, then its rows p and q, and
  /// the columns p and q of the axes, so that axes · diagonal · axesᵀ stays this matrix. Sweep until the `offDiagonalNorm` is
  /// no more than 1e-14 of the `norm`, but 50 times at most: a matrix that holds NaN never meets this condition.
  ///
  /// - Returns: The diagonal matrix, and the axes as the columns of a matrix.
  func diagonalized() -> (diagonal: SquareMatrix, axes: SquareMatrix) {
    return unfinished("8.2")
  }

  /// The eigenvalues of a symmetric matrix, from the largest to the smallest, and its eigenvectors.
  ///
  /// Where rounding has left the matrix a little asymmetric, it is that of the mean of it and its transpose.
  ///
  /// - Returns: The eigenvalues, and a matrix whose column i is the eigenvector of length 1 for `values[i]`; NaN for matrices
  ///   that hold what is not a finite number.
  public func symmetricEigendecomposition() -> (values: [Double], vectors: SquareMatrix) {
    let (diagonal, axes) = (0.5 * (self + transposed)).diagonalized()
    guard diagonal.size == size, axes.size == size, diagonal.isFinite, axes.isFinite else {
      return ([Double](repeating: .nan, count: size), SquareMatrix(size: size) { _, _ in .nan })
    }
    let order = (0..<size).sorted { diagonal[$0, $0] > diagonal[$1, $1] }
    return (order.map { diagonal[$0, $0] }, SquareMatrix(size: size) { axes[$0, order[$1]] })
  }
}

extension NaiveKernels {
  /// c[b, i, j] = Σₖ a[b, i, k] · m[b, k, j] for each matrix b of a batch.
  ///
  /// - Parameters:
  ///   - count: The matrices in the batch.
  ///   - rows: Those of `a` and of the result.
  ///   - depth: The columns of `a` and the rows of `m`.
  ///   - columns: Those of `m` and of the result.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package static func multiply<Scalar: BinaryFloatingPoint & Sendable>(
    _ a: [Scalar], _ m: [Scalar], count: Int = 1, rows: Int, depth: Int, columns: Int
  ) -> [Scalar] {
    var c = [Scalar](repeating: 0, count: count * rows * columns)
    for b in 0..<count {
      for i in 0..<rows {
        for j in 0..<columns {
          for k in 0..<depth {
            c[(b * rows + i) * columns + j] += a[(b * rows + i) * depth + k] * m[(b * depth + k) * columns + j]
          }
        }
      }
    }
    return c
  }
}

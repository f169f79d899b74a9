import Tensors

extension SquareMatrix {
  /// The square root of a symmetric matrix without negative eigenvalues, such as a covariance: the symmetric matrix without
  /// negative eigenvalues whose product with itself is this one.
  ///
  /// It has the same eigenvectors, and the roots of the eigenvalues: from A = V Λ Vᵀ follows √A = V √Λ Vᵀ. It is not the matrix
  /// of the elements' roots.
  ///
  /// Of an eigenvalue that is 0, as covariances of few vectors have many, rounding may make −1e-17: what is below 0 counts
  /// as 0. ``symmetricEigendecomposition()`` gives `values` and `vectors`, whose columns are the eigenvectors;
  /// `SquareMatrix.diagonal(_:)` makes a matrix of numbers, `transposed` exchanges rows and columns, and `*` multiplies.
  public func principalSquareRoot() -> SquareMatrix {
    return unfinished("8.3")
  }
}

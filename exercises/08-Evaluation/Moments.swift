import Tensors

/// The mean and the covariance of a set of feature vectors, in Double.
///
/// - Parameter features: One vector a row, `[count, width]`, at least two rows.
/// - Returns: The mean, `width` numbers, and the covariance, width × width.
/// - Throws: The fault of a faulty tensor, or one that says that the shape is wrong.
public func moments(of features: Tensor) throws -> (mean: [Double], covariance: SquareMatrix) {
  moments(ofVectors: try featureVectors(features, atLeast: 2))
}

/// The mean and the covariance of vectors.
///
/// mean[i] = Σ x[i] / n and covariance[i, j] = Σ (x[i] − mean[i]) · (x[j] − mean[j]) / (n − 1), the sums over the n vectors x.
/// The divisor n − 1 makes the estimate unbiased: the differences are from the vectors' own mean, to which they are closer
/// than to the true one.
///
/// The mean is subtracted before multiplying: where it is large, E[x²] − E[x]² would lose the digits that matter.
/// `SquareMatrix(size: width) { i, j in … }` makes a matrix of what is computed for each i and j.
///
/// - Parameter vectors: At least two, all of one width.
private func moments(ofVectors vectors: [[Double]]) -> (mean: [Double], covariance: SquareMatrix) {
  return unfinished("8.1")
}

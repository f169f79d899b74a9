import Tensors

/// The mean and the covariance of a set of feature vectors, in Double.
///
/// - Parameter features: One vector a row, `[count, width]`, at least two rows.
/// - Returns: `mean[i]`, and `covariance[i][j]` with divisor count − 1, the unbiased estimate.
/// - Throws: The fault of a faulty tensor, or one that says that the shape is wrong.
public func moments(of features: Tensor) throws -> (mean: [Double], covariance: [[Double]]) {
  try features.checked()
  guard features.shape.rank == 2, features.shape[0] >= 2 else {
    throw Fault("moments: features of shape \(features.shape); two or more rows are needed")
  }
  let (count, width) = (features.shape[0], features.shape[1])
  let values = features.scalars.map(Double.init)
  var mean = [Double](repeating: 0, count: width)
  for row in 0..<count {
    for i in 0..<width { mean[i] += values[row * width + i] / Double(count) }
  }
  var covariance = [[Double]](repeating: mean.map { _ in 0 }, count: width)
  for row in 0..<count {
    let difference = (0..<width).map { values[row * width + $0] - mean[$0] }
    for i in 0..<width {
      for j in 0..<width { covariance[i][j] += difference[i] * difference[j] / Double(count - 1) }
    }
  }
  return (mean, covariance)
}

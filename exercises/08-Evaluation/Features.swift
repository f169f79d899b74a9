import Tensors

/// The feature vectors in a tensor, in Double: its rows.
///
/// - Parameters:
///   - features: One vector a row, `[count, width]`.
///   - least: How many rows are needed.
/// - Throws: The fault of a faulty tensor, or one that says that the shape is wrong.
func featureVectors(_ features: Tensor, atLeast least: Int) throws(Fault) -> [[Double]] {
  if let fault = features.fault { throw fault }
  guard features.shape.rank == 2, features.shape[0] >= least else {
    throw Fault("features of shape \(features.shape); one vector a row is needed, and \(least) rows or more")
  }
  let (width, scalars) = (features.shape[1], features.scalars)
  return (0..<features.shape[0]).map { row in scalars[row * width..<(row + 1) * width].map(Double.init) }
}

import Tensors

// One number cannot tell bad images from too few kinds of them. Precision asks how many of the generated images could be real,
// recall how much of what is real the generator could make. What is possible is taken to be what is near to an example: a
// ball around each one, which reaches to its k-th nearest neighbor (Kynkäänniemi et al. 2019).

/// The distance between two points: the root of the sum of the squared differences.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
}

/// For each point the distance to its k-th nearest neighbor among the others: the radius of its ball.
///
/// A point is no neighbor of its own; but another one at the same place is. `distance(a, b)` is given.
///
/// - Parameters:
///   - points: More than `k`; the function that calls this has made sure of that.
///   - k: At least 1.
public func neighborRadii(of points: [[Double]], k: Int) -> [Double] {
  return unfinished("8.6")
}

/// The fraction of the points that lie in at least one ball, surfaces included.
///
/// A ball's own k-th neighbor lies on its surface, so compare the distances as they are: the square of a root is rounded.
///
/// - Parameters:
///   - points: At least one.
///   - centers: The balls' centers.
///   - radii: The balls' radii, one for each center.
public func coverage(of points: [[Double]], centers: [[Double]], radii: [Double]) -> Double {
  guard radii.count == centers.count, !points.isEmpty else { return .nan }
  return unfinished("8.6")
}

/// How many of the generated images could be real, and how many of the real ones could have been generated.
///
/// - Parameters:
///   - generated: Features of generated images, `[count, width]`.
///   - real: Features of real images, `[count, width]`; the counts may differ.
///   - k: Which neighbor a ball reaches to; less than either count.
/// - Returns: The precision, the fraction of the generated that lie in the balls around real ones, and the recall, the
///   fraction of the real that lie in the balls around generated ones.
/// - Throws: A fault that says what does not fit.
public func precisionAndRecall(
  generated: Tensor, real: Tensor, k: Int = 3
) throws -> (precision: Double, recall: Double) {
  guard k >= 1 else { throw Fault("there is no \(k)-th nearest neighbor") }
  let (images, examples) = try (featureVectors(generated, atLeast: k + 1), featureVectors(real, atLeast: k + 1))
  guard generated.shape[1] == real.shape[1] else {
    throw Fault("generated features \(generated.shape) and real ones \(real.shape) differ in width")
  }
  return precisionAndRecall(generated: images, real: examples, k: k)
}

/// Precision and recall of points that fit together.
private func precisionAndRecall(
  generated: [[Double]], real: [[Double]], k: Int
) -> (precision: Double, recall: Double) {
  return unfinished("8.6")
}

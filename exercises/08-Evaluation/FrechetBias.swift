import Tensors

// The Fréchet distance of few images is too large, also of the best of generators: the moments of n images scatter around the
// true ones, and each error of theirs adds to the distance. The excess falls as 1/n. So the distance is measured for several n,
// a line is laid through the distances over 1/n, and followed to 1/n = 0 (Chong and Forsyth 2020, FID∞).

/// The line y = intercept + slope · x with the least sum of squared differences from the points.
///
/// With the means x̄ and ȳ: slope = Σ (x − x̄)·(y − ȳ) / Σ (x − x̄)², and the line goes through (x̄, ȳ).
///
/// - Parameter points: At least two, not all with the same x.
public func leastSquaresLine(through points: [(x: Double, y: Double)]) -> (intercept: Double, slope: Double) {
  return unfinished("8.5")
}

/// The limit of a distance for infinitely many images, if with n images it is too large by some constant / n.
///
/// For each count n the features are cut into groups of n consecutive rows, as many as fit, so that no row is in two of them;
/// what is left at the end is not used; in which order the groups are measured is free. Each count gives one point: x is 1/n,
/// and y the mean of its groups' distances. The
/// answer is the height at x = 0 of the line through the points.
///
/// `features.sliced(axis: 0, a..<b)` are the rows from a up to b, b not included.
///
/// - Parameters:
///   - features: One vector a row, `[count, width]`, in no particular order.
///   - counts: The numbers n, at least two different ones, each from 2 to the number of rows; one that is named twice makes two
///     points. For the Fréchet distance they
///     should exceed the width: with fewer rows the covariance is singular, and the excess does not fall as 1/n.
///   - distance: The distance of some of the features from what they are compared with.
/// - Throws: A fault where the features or counts are not so, and what `distance` throws.
public func extrapolated(
  _ features: Tensor, counts: [Int], distance: (_ group: Tensor) throws -> Double
) throws -> Double {
  try features.checked()
  guard features.shape.rank == 2, Set(counts).count >= 2, counts.allSatisfy({ $0 >= 2 && $0 <= features.shape[0] })
  else {
    throw Fault("the counts \(counts) are no two or more numbers of rows of features of shape \(features.shape)")
  }
  return unfinished("8.5")
}

/// The Fréchet distance of a generator from a reference, without the excess that it has with few images.
///
/// - Parameters:
///   - features: Features of generated images, `[count, width]`, in no particular order.
///   - reference: The statistics to be compared with.
///   - counts: As in ``extrapolated(_:counts:distance:)``.
public func extrapolatedFrechetDistance(
  of features: Tensor, to reference: FeatureStatistics, counts: [Int]
) throws -> Double {
  try extrapolated(features, counts: counts) { frechetDistance(try FeatureStatistics(of: $0), reference) }
}

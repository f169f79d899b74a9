import Tensors

/// What the Fréchet distance knows of a set of images: the mean and the covariance of their features.
public struct FeatureStatistics: Sendable {
  /// The mean of each feature.
  public let mean: [Double]
  /// The covariance, of as many rows as there are features.
  public let covariance: SquareMatrix

  /// Statistics that are known.
  public init(mean: [Double], covariance: SquareMatrix) {
    self.mean = mean
    self.covariance = covariance
  }

  /// The ``moments(of:)`` of feature vectors, `[count, width]`.
  public init(of features: Tensor) throws { (mean, covariance) = try moments(of: features) }
}

/// The squared Fréchet distance between two normal distributions.
///
/// ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁^½ Σ₂ Σ₁^½)^½)
///
/// (Dowson and Landau 1982; Heusel et al. 2017, for features of an Inception network: the FID. With features of another
/// network it is another number, and not to be compared with a FID.) In one dimension it is (μ₁ − μ₂)² + (σ₁ − σ₂)².
///
/// Heusel et al. write (Σ₁Σ₂)^½, which has the same trace. But Σ₁Σ₂ is not symmetric, and where there are fewer images than
/// features, general matrix square roots give complex numbers; Σ₁^½ Σ₂ Σ₁^½ is symmetric and has no negative eigenvalues.
///
/// A covariance has its ``SquareMatrix/principalSquareRoot()`` and its `trace`, and `*` multiplies matrices.
///
/// - Returns: The distance, in which rounding may leave a little less than 0; NaN where there are not as many features in one
///   as in the other, and where a mean or covariance holds NaN, so that a generator which broke down does not look perfect.
public func frechetDistance(_ first: FeatureStatistics, _ second: FeatureStatistics) -> Double {
  let sizes = [first.mean.count, second.mean.count, first.covariance.size, second.covariance.size]
  guard sizes.allSatisfy({ $0 == sizes[0] }) else { return .nan }
  return unfinished("8.4")
}

import Tensors

extension NoiseSchedule {
  /// Where x_t lies, for one who knows x_0: the mean of q(x_t | x_0) for each pixel, and the variance, which all share.
  ///
  /// All images are at the same timestep, so the mean is the tensor times one number. A tensor is multiplied with a `Float`, so
  /// compute in Double, and round at the end: `Float(x)`.
  ///
  /// - Parameters:
  ///   - x0: Images in [−1, 1].
  ///   - t: The timestep of all images.
  /// - Returns: The mean, of the images' shape, and the variance.
  public func forwardMoments(of x0: Tensor, at t: Int) -> (mean: Tensor, variance: Double) {
    return unfinished("1.5")
  }
}

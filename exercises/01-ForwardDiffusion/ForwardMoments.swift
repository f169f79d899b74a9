import Tensors

extension NoiseSchedule {
  /// Where x_t lies, for one who knows x_0: the mean of q(x_t | x_0) for each pixel, and the variance, which all share.
  ///
  /// - Parameters:
  ///   - x0: Images in [−1, 1].
  ///   - t: The timestep of all images.
  /// - Returns: The mean, of the images' shape, and the variance.
  public func forwardMoments(of x0: Tensor, at t: Int) -> (mean: Tensor, variance: Double) {
    return unfinished("1.5")
  }
}

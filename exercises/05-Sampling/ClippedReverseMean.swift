import ForwardDiffusion
import Loss
import Schedules
import Tensors

extension NoiseSchedule {
  /// The same mean in terms of the predicted image: the mean of q(x_{t−1} | x_t, x_0) with x̂_0 for x_0 (Ho et al. 2020,
  /// equation 7), after x̂_0 has been held to [−1, 1], where images lie.
  ///
  /// Without clipping both means are equal. With it, a mistake made where sampling begins stays small: the last timesteps of
  /// the cosine schedule, which sampling takes first, have an α_t of 0.001, 0.25 and 0.44 and would enlarge it. Only x̂_0 is
  /// clipped; x_t is noise in part and may lie anywhere.
  ///
  /// `predictedX0` of exercise 4.1 gives x̂_0 and takes t once for each image:
  /// `[Int](repeating: t, count: xt.shape.first ?? 0)`. A faulty x_t has no axes; the mean is then faulty by itself.
  /// `posteriorMeanCoefficients` of chapter 2 gives the weights.
  ///
  /// - Parameters:
  ///   - xt: Noisy images.
  ///   - noise: ε̂, of the same shape.
  ///   - t: The timestep of all images.
  /// - Returns: The mean, of the same shape; a fault where there is no such timestep or shapes differ.
  public func clippedReverseMean(from xt: Tensor, noise: Tensor, at t: Int) -> Tensor {
    guard betas.indices.contains(t) else { return outside(t) }
    return unfinished("5.2")
  }
}

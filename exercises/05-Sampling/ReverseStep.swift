import ForwardDiffusion
import Loss
import Schedules
import Tensors

extension AncestralSampler {
  /// One step back: a sample of p(x_{t−1} | x_t), the mean of exercise 5.2 or, unclipped, of 5.1, plus noise of the
  /// sampler's variance: `schedule.reverseVariance(variance, at: t)` of chapter 4 is β̃_t, or β_t where that was chosen.
  ///
  /// At t = 0 the mean is the image, and `noise` is not used: whatever is added then, nothing takes away.
  ///
  /// - Parameters:
  ///   - xt: Noisy images.
  ///   - predictedNoise: ε̂, of the same shape.
  ///   - t: The timestep of all images.
  ///   - noise: Standard normal, of the same shape.
  /// - Returns: x_{t−1}, of the same shape; a fault where there is no such timestep or shapes differ.
  public func step(_ xt: Tensor, predictedNoise: Tensor, at t: Int, noise: Tensor) -> Tensor {
    guard schedule.betas.indices.contains(t) else { return schedule.outside(t) }
    return unfinished("5.3")
  }
}

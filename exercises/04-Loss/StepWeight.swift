import ForwardDiffusion
import Schedules
import Tensors

extension NoiseSchedule {
  /// How much the bound cares for the error of the predicted noise at t: the factor w_t in
  /// L_t = w_t · ‖ε − ε̂‖² + what no network can change (Ho et al. 2020, equation 12).
  ///
  /// It is β_t² / (2 σ_t² α_t (1 − ᾱ_t)), with σ_t² from `reverseVariance(_:at:)`. It follows from the divergence of two
  /// normal distributions whose means are (x_t − β_t / √(1 − ᾱ_t) · ε) / √α_t with the true and with the predicted noise.
  ///
  /// With the linear schedule it is by far largest at the first timesteps, where only the faintest grain is left to remove;
  /// with the cosine schedule also at the very last, where α is 0.001. The simple loss puts 1 in its place and so turns the
  /// network's attention to the timesteps at which an image takes shape.
  ///
  /// - Parameters:
  ///   - t: The timestep. At t = 0 the number stands for the decoder, which makes L_0 of the bound.
  ///   - variance: What σ_t² is.
  /// - Returns: w_t, in nats for a squared error of 1 in one number, a channel of a pixel.
  public func stepWeight(at t: Int, variance: ReverseVariance) -> Double {
    return unfinished("4.3")
  }
}

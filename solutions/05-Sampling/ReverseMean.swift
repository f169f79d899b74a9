import ForwardDiffusion
import Tensors

extension NoiseSchedule {
  /// The mean of p(x_{t−1} | x_t) in terms of the noise: (x_t − β_t / √(1 − ᾱ_t) · ε̂) / √α_t (Ho et al. 2020, equation 11).
  ///
  /// Mind which α has a bar: what is subtracted looks at all the noise so far, the division undoes this one step.
  ///
  /// - Parameters:
  ///   - xt: Noisy images.
  ///   - noise: ε̂, of the same shape.
  ///   - t: The timestep of all images.
  /// - Returns: The mean, of the same shape; a fault where there is no such timestep or shapes differ.
  public func reverseMean(from xt: Tensor, noise: Tensor, at t: Int) -> Tensor {
    guard betas.indices.contains(t) else { return outside(t) }
    // BEGIN SOLUTION 5.1
    return (xt - noise * Float(betas[t] / (1 - alphaBars[t]).squareRoot())) * Float(1 / alphas[t].squareRoot())
    // END SOLUTION
  }
}

import ForwardDiffusion
import Loss
import Schedules
import Tensors

extension NoiseSchedule {
  /// The mean of p(x_{t−1} | x_t) in terms of the noise: (x_t − β_t / √(1 − ᾱ_t) · ε̂) / √α_t (Ho et al. 2020, equation 11).
  public func reverseMean(from xt: Tensor, noise: Tensor, at t: Int) -> Tensor {
    guard betas.indices.contains(t) else { return outside(t) }
    return (xt - noise * Float(betas[t] / (1 - alphaBars[t]).squareRoot())) * Float(1 / alphas[t].squareRoot())
  }

  /// The same mean in terms of the predicted image, which can be held to [−1, 1], where images lie, before it is used.
  ///
  /// Without clipping both means are equal. With it, an early mistake stays small: the cosine schedule's last steps have
  /// α_t near 0 and would blow it up.
  public func clippedReverseMean(from xt: Tensor, noise: Tensor, at t: Int) -> Tensor {
    guard betas.indices.contains(t) else { return outside(t) }
    let timesteps = [Int](repeating: t, count: xt.shape.first ?? 0)
    let x0 = predictedX0(from: xt, noise: noise, at: timesteps).clamped(to: -1...1)
    let coefficients = posteriorMeanCoefficients(at: t)
    return x0 * Float(coefficients.x0) + xt * Float(coefficients.xt)
  }

  private func outside(_ t: Int) -> Tensor { Tensor(fault: Fault("timestep \(t) is outside 0..<\(timestepCount)")) }
}

import ForwardDiffusion
import Tensors

extension NoiseSchedule {
  /// The clean image that the predicted noise implies: x̂_0 = (x_t − √(1 − ᾱ_t) · ε̂) / √ᾱ_t.
  ///
  /// - Parameters:
  ///   - xt: Noisy images.
  ///   - noise: ε̂, of the same shape.
  ///   - timesteps: One for each image.
  public func predictedX0(from xt: Tensor, noise: Tensor, at timesteps: [Int]) -> Tensor {
    return (xt - perImage(timesteps, of: xt) { (1 - alphaBars[$0]).squareRoot() } * noise)
      / perImage(timesteps, of: xt) { alphaBars[$0].squareRoot() }
  }
}

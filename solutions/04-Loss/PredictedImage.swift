import ForwardDiffusion
import Tensors

// x_t = √ᾱ_t · x_0 + √(1 − ᾱ_t) · ε has three parts. Whoever knows x_t and one of the others knows the third, so a network
// that predicts the noise predicts the image as well, and the other way around.

extension NoiseSchedule {
  /// The clean image that the predicted noise implies: the closed form of exercise 1.4 solved for x_0 (Ho et al. 2020,
  /// equation 15). Nothing is clipped.
  ///
  /// `perImage` makes the coefficients and reports timesteps that do not fit, as in chapter 1. Nothing else need be checked.
  ///
  /// - Parameters:
  ///   - xt: Noisy images, `[count, height, width, channels]`.
  ///   - noise: ε̂, of the same shape.
  ///   - timesteps: One for each image.
  /// - Returns: x̂_0, of the same shape. Gradients reach both tensors.
  public func predictedX0(from xt: Tensor, noise: Tensor, at timesteps: [Int]) -> Tensor {
    // BEGIN SOLUTION 4.1
    (xt - perImage(timesteps, of: xt) { (1 - alphaBars[$0]).squareRoot() } * noise)
      / perImage(timesteps, of: xt) { alphaBars[$0].squareRoot() }
    // END SOLUTION
  }

  /// The noise that a predicted image implies: the same equation solved for ε.
  ///
  /// - Parameters:
  ///   - xt: Noisy images, `[count, height, width, channels]`.
  ///   - x0: x̂_0, of the same shape.
  ///   - timesteps: One for each image.
  /// - Returns: ε̂, of the same shape. Gradients reach both tensors.
  public func impliedNoise(from xt: Tensor, x0: Tensor, at timesteps: [Int]) -> Tensor {
    // BEGIN SOLUTION 4.1
    (xt - perImage(timesteps, of: xt) { alphaBars[$0].squareRoot() } * x0)
      / perImage(timesteps, of: xt) { (1 - alphaBars[$0]).squareRoot() }
    // END SOLUTION
  }
}

import ForwardDiffusion
import Loss
import Tensors

// A network may say, instead of the noise, the velocity v = √ᾱ·ε − √(1 − ᾱ)·x₀ (Salimans and Ho 2022, appendix D). Where there is
// almost only noise, v is almost −x₀: an error of the network stays as large as it is in the image that follows from it, while
// an error of the noise is multiplied by 1/√ᾱ. Where there is almost no noise, v is almost ε.

extension NoiseSchedule {
  /// v = √ᾱ_t · ε − √(1 − ᾱ_t) · x_0.
  ///
  /// - Parameters:
  ///   - x0: Images, `[count, height, width, channels]`.
  ///   - noise: ε, of the same shape.
  ///   - timesteps: One for each image.
  func velocity(of x0: Tensor, noise: Tensor, at timesteps: [Int]) -> Tensor {
    perImage(timesteps, of: x0) { alphaBars[$0].squareRoot() } * noise
      - perImage(timesteps, of: x0) { (1 - alphaBars[$0]).squareRoot() } * x0
  }

  /// The noise that a predicted velocity implies: ε = √ᾱ_t · v + √(1 − ᾱ_t) · x_t.
  ///
  /// - Parameters:
  ///   - xt: Noisy images, `[count, height, width, channels]`.
  ///   - velocity: v̂, of the same shape.
  ///   - timesteps: One for each image.
  func impliedNoise(from xt: Tensor, velocity: Tensor, at timesteps: [Int]) -> Tensor {
    perImage(timesteps, of: xt) { alphaBars[$0].squareRoot() } * velocity
      + perImage(timesteps, of: xt) { (1 - alphaBars[$0]).squareRoot() } * xt
  }
}

/// The mean squared error of the predicted velocity: `noisePredictionLoss` of exercise 4.7 with another question to the network,
/// and the same draws.
///
/// It is the loss of the predicted noise with the weight 1 / ᾱ_t: the timesteps with much noise count as much as the others.
///
/// - Parameters:
///   - x0: Images in [−1, 1], `[count, height, width, channels]`.
///   - schedule: How much noise each timestep has.
///   - generator: Draws the timesteps, then the noise.
///   - predictVelocity: The network.
/// - Returns: A scalar.
func velocityPredictionLoss(
  _ x0: Tensor, schedule: NoiseSchedule, using generator: inout RandomGenerator, predictVelocity: NoisePredictor
) -> Tensor {
  guard x0.fault == nil else { return x0 }
  let drawn = randomTimesteps(x0.shape[0], schedule: schedule, using: &generator)
  let epsilon = Tensor.normal(x0.shape, using: &generator)
  let predicted = predictVelocity(schedule.noised(x0, with: epsilon, at: drawn), drawn)
  return meanSquaredError(predicted, schedule.velocity(of: x0, noise: epsilon, at: drawn))
}

import ForwardDiffusion
import Learning
import Schedules
import Tensors

/// What a network does: given noisy images and each one's timestep, it says what the noise is. Same shape as the images.
public typealias NoisePredictor = (_ xt: Tensor, _ timesteps: [Int]) -> Tensor

/// A timestep for each image, each as likely as the others.
///
/// One for each image, not one for the batch: both give the right gradient on average, but the latter scatters more.
public func randomTimesteps(
  _ count: Int, schedule: NoiseSchedule, using generator: inout RandomGenerator
) -> [Int] {
  (0..<count).map { _ in generator.integer(below: schedule.timestepCount) }
}

/// The simple loss (Ho et al. 2020, equation 14): noise the images, ask what the noise was, and take the mean squared error
/// over batch and pixels.
///
/// - Parameters:
///   - x0: Images in [−1, 1], `[count, height, width, channels]`.
///   - schedule: How much noise each timestep has.
///   - generator: Draws the timesteps and the noise.
///   - predictNoise: The network.
public func noisePredictionLoss(
  _ x0: Tensor, schedule: NoiseSchedule, using generator: inout RandomGenerator, predictNoise: NoisePredictor
) -> Tensor {
  if x0.fault != nil { return x0 }
  let timesteps = randomTimesteps(x0.shape.first ?? 0, schedule: schedule, using: &generator)
  let noise = Tensor.normal(x0.shape, using: &generator)
  let xt = schedule.noised(x0, with: noise, at: timesteps)
  return meanSquaredError(predictNoise(xt, timesteps), noise)
}

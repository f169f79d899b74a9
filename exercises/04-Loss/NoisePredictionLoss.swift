import ForwardDiffusion
import Tensors

/// The simple loss (Ho et al. 2020, equation 14 and algorithm 1): draw a timestep for each image, then noise; add the noise
/// to the images; ask the network what it was; compare.
///
/// `schedule.noised(_:with:at:)`, exercise 1.4, adds the noise. The function `meanSquaredError(prediction, target)` is the mean
/// over the batch and over the pixels, as in everyone's code; the paper writes the squared norm, which is a sum over the
/// pixels. It does not stretch a prediction of another shape, and passes faults on.
///
/// - Parameters:
///   - x0: Images in [−1, 1], `[count, height, width, channels]`; where it is faulty it is returned as it is.
///   - schedule: How much noise each timestep has.
///   - generator: Draws the timesteps by `randomTimesteps` (exercise 4.6), and after them the noise by
///     `Tensor.normal(_:using:)`.
///   - predictNoise: The network.
/// - Returns: A scalar.
public func noisePredictionLoss(
  _ x0: Tensor, schedule: NoiseSchedule, using generator: inout RandomGenerator, predictNoise: NoisePredictor
) -> Tensor {
  if x0.fault != nil { return x0 }
  guard x0.shape.rank == 4 else {
    return Tensor(fault: Fault("noisePredictionLoss: \(x0.shape) are no images, which have four axes"))
  }
  return unfinished("4.7")
}

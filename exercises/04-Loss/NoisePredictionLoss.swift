import ForwardDiffusion
import Tensors

/// The simple loss (Ho et al. 2020, equation 14 and algorithm 1): draw a timestep for each image, then noise; add the noise
/// to the images; ask the network what it was; compare.
///
/// `meanSquaredError` is the mean over the batch and over the pixels, as in everyone's code; the paper writes the squared
/// norm, which is a sum over the pixels. It does not stretch a prediction of another shape, and passes faults on.
///
/// - Parameters:
///   - x0: Images in [−1, 1], `[count, height, width, channels]`; where it is faulty it is returned as it is.
///   - schedule: How much noise each timestep has.
///   - generator: Draws the timesteps, and after them the noise.
///   - predictNoise: The network.
/// - Returns: A scalar.
public func noisePredictionLoss(
  _ x0: Tensor, schedule: NoiseSchedule, using generator: inout RandomGenerator, predictNoise: NoisePredictor
) -> Tensor {
  return unfinished("4.7")
}

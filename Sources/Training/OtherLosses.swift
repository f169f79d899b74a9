import ForwardDiffusion
import Loss
import Schedules
import Tensors

// Two losses that were compared with the simple one of exercise 4.7. Both are made of the chapters' functions and draw from the
// generator in the same order: the timesteps, then the noise.

extension NoiseSchedule {
  /// The simple loss at one timestep for the whole batch.
  ///
  /// - Parameters:
  ///   - x0: Images in the network's range, `[count, height, width, channels]`.
  ///   - generator: Draws the timestep, then the noise.
  ///   - predictNoise: The network.
  /// - Returns: A scalar.
  func oneTimestepLoss(
    _ x0: Tensor, using generator: inout RandomGenerator, predictNoise: NoisePredictor
  ) -> Tensor {
    if x0.fault != nil { return x0 }
    let timesteps = randomTimesteps(1, schedule: self, using: &generator)
    let shared = [Int](repeating: timesteps.first ?? 0, count: x0.shape[0])
    let noise = Tensor.normal(x0.shape, using: &generator)
    return meanSquaredError(predictNoise(noised(x0, with: noise, at: shared), shared), noise)
  }

  /// An estimate of the steps of the variational bound, in nats for one number: the mean of T · w_t · (ε − ε̂)² with a random
  /// timestep for each image. What no network can change is left out, and at t = 0 w_0 stands for the decoder.
  ///
  /// - Parameters:
  ///   - x0: Images in the network's range, `[count, height, width, channels]`.
  ///   - variance: What σ_t² is, on which w_t depends.
  ///   - generator: Draws the timesteps, then the noise.
  ///   - predictNoise: The network.
  /// - Returns: A scalar.
  func boundLoss(
    _ x0: Tensor, variance: ReverseVariance, using generator: inout RandomGenerator, predictNoise: NoisePredictor
  ) -> Tensor {
    if x0.fault != nil { return x0 }
    let timesteps = randomTimesteps(x0.shape[0], schedule: self, using: &generator)
    let noise = Tensor.normal(x0.shape, using: &generator)
    let predicted = predictNoise(noised(x0, with: noise, at: timesteps), timesteps)
    let weights = perImage(timesteps, of: x0) { Double(timestepCount) * stepWeight(at: $0, variance: variance) }
    return (weights * (predicted - noise).squared()).mean()
  }
}

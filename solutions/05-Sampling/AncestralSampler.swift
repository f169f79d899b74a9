import ForwardDiffusion
import Loss
import Schedules
import Tensors

/// Draws images by walking the chain back, from pure noise at t = T − 1 to an image at t = 0 (Ho et al. 2020, algorithm 2).
public struct AncestralSampler: Sendable {
  /// The schedule that the network was trained with.
  public let schedule: NoiseSchedule
  /// Whether each step holds the predicted image to [−1, 1].
  public let clipsPrediction: Bool

  /// Makes a sampler.
  public init(schedule: NoiseSchedule, clipsPrediction: Bool = true) {
    self.schedule = schedule
    self.clipsPrediction = clipsPrediction
  }

  /// One step back: a sample of p(x_{t−1} | x_t), the mean plus noise of variance β̃_t. At t = 0 the mean is the image.
  ///
  /// - Parameters:
  ///   - xt: Noisy images.
  ///   - predictedNoise: ε̂, of the same shape.
  ///   - t: The timestep of all images.
  ///   - noise: Standard normal, of the same shape; not used at t = 0.
  public func step(_ xt: Tensor, predictedNoise: Tensor, at t: Int, noise: Tensor) -> Tensor {
    let mean =
      clipsPrediction
      ? schedule.clippedReverseMean(from: xt, noise: predictedNoise, at: t)
      : schedule.reverseMean(from: xt, noise: predictedNoise, at: t)
    return t > 0 && mean.fault == nil ? mean + noise * Float(schedule.posteriorVariance(at: t).squareRoot()) : mean
  }

  /// Draws one image from each generator, so that an image does not depend on the company it is drawn in.
  ///
  /// - Parameters:
  ///   - imageShape: `[height, width, channels]`.
  ///   - generators: The source of each image's noise.
  ///   - predictNoise: The network.
  ///   - onStep: Called with x_T before the first step and with x_{t−1} after each, `remaining` steps before the end.
  /// - Returns: Images around [−1, 1], `[count, height, width, channels]`.
  public func sample(
    imageShape: Shape, generators: inout [RandomGenerator], predictNoise: NoisePredictor,
    onStep: (_ remaining: Int, _ x: Tensor) -> Void = { _, _ in }
  ) -> Tensor {
    func noise() -> Tensor {
      let one = Shape([1] + imageShape.dimensions)
      return .concatenated(generators.indices.map { .normal(one, using: &generators[$0]) }, axis: 0)
    }
    return withoutGradients {
      var x = noise()
      onStep(schedule.timestepCount, x)
      for t in (0..<schedule.timestepCount).reversed() {
        let timesteps = [Int](repeating: t, count: generators.count)
        x = step(x, predictedNoise: predictNoise(x, timesteps), at: t, noise: t > 0 ? noise() : x)
        onStep(t, x)
      }
      return x
    }
  }
}

import ForwardDiffusion
import Loss
import Tensors

/// Draws images by walking the chain back, from pure noise, by the steps at t = T − 1, …, 0, to an image (Ho et al. 2020,
/// algorithm 2).
public struct AncestralSampler: ReverseSampler {
  /// The schedule that the network was trained with.
  public let schedule: NoiseSchedule
  /// Whether each step holds the predicted image to [−1, 1].
  public let clipsPrediction: Bool
  /// The variance of the noise that a step adds.
  public let variance: ReverseVariance

  /// Makes a sampler.
  public init(schedule: NoiseSchedule, clipsPrediction: Bool = true, variance: ReverseVariance = .posterior) {
    self.schedule = schedule
    self.clipsPrediction = clipsPrediction
    self.variance = variance
  }
}

extension ReverseSampler {
  /// Draws one image from each generator: from noise x_T, a step back for each t from T − 1 to 0.
  ///
  /// `Tensor.normal(imageShape, fromEach: &generators)` draws noise: first x_T, then fresh noise for each step but the last,
  /// which needs none and is given `Tensor.zeros(x.shape)`. For each step the network is asked once, before the step's noise is
  /// drawn, and is told t once for every image: `[Int](repeating: t, count: generators.count)`. Nothing is recorded
  /// (`withoutGradients`): a thousand steps through a network would fill the memory.
  ///
  /// - Parameters:
  ///   - imageShape: `[height, width, channels]`.
  ///   - generators: The source of each image's noise; they move on.
  ///   - predictNoise: The network.
  ///   - onStep: Called with (T, x_T) before the first step, and after the step at t with (t, x_{t−1}); the last call is (0,
  ///     image).
  /// - Returns: Images around [−1, 1], `[count, height, width, channels]`.
  public func sample(
    imageShape: Shape, generators: inout [RandomGenerator], predictNoise: NoisePredictor,
    onStep: (_ remaining: Int, _ x: Tensor) -> Void = { _, _ in }
  ) -> Tensor {
    // BEGIN SOLUTION 5.4
    withoutGradients {
      var x = Tensor.normal(imageShape, fromEach: &generators)
      onStep(schedule.timestepCount, x)
      for t in schedule.betas.indices.reversed() {
        let predicted = predictNoise(x, [Int](repeating: t, count: generators.count))
        let noise = t > 0 ? Tensor.normal(imageShape, fromEach: &generators) : .zeros(x.shape)
        x = step(x, predictedNoise: predicted, at: t, noise: noise)
        onStep(t, x)
      }
      return x
    }
    // END SOLUTION
  }
}

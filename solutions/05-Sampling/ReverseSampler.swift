import ForwardDiffusion
import Loss
import Tensors

/// What draws images with a network that predicts noise.
public protocol Sampler: Sendable {
  /// How many steps lead from noise to an image.
  var stepCount: Int { get }

  /// Draws one image from each generator.
  ///
  /// - Parameters:
  ///   - imageShape: `[height, width, channels]`.
  ///   - generators: The source of each image's noise; they move on.
  ///   - predictNoise: The network.
  ///   - onStep: Called before the first step and after each, with the number of steps that remain.
  /// - Returns: Images around [−1, 1], `[count, height, width, channels]`.
  func sample(
    imageShape: Shape, generators: inout [RandomGenerator], predictNoise: NoisePredictor,
    onStep: (_ remaining: Int, _ x: Tensor) -> Void
  ) -> Tensor
}

/// A way back from noise to images: a schedule, and what one step does.
///
/// The loop over all steps is the same for every way back: `sample(imageShape:generators:predictNoise:onStep:)`.
public protocol ReverseSampler: Sampler {
  /// The schedule that the steps follow.
  var schedule: NoiseSchedule { get }

  /// One step back, from x_t to x_{t−1}.
  ///
  /// - Parameters:
  ///   - xt: Noisy images, `[count, height, width, channels]`.
  ///   - predictedNoise: ε̂, of the same shape.
  ///   - t: The timestep of all images.
  ///   - noise: Standard normal, of the same shape.
  /// - Returns: x_{t−1}, of the same shape.
  func step(_ xt: Tensor, predictedNoise: Tensor, at t: Int, noise: Tensor) -> Tensor
}

extension ReverseSampler {
  /// A step for each timestep of the schedule.
  public var stepCount: Int { schedule.timestepCount }
}

extension NoiseSchedule {
  /// What a step back answers at a timestep that there is not.
  func outside(_ t: Int) -> Tensor { Tensor(fault: Fault("timestep \(t) is outside 0..<\(timestepCount)")) }
}

extension Tensor {
  /// Standard normal noise for images of which each has a generator of its own, so that an image does not depend on the
  /// company it is drawn in.
  ///
  /// - Returns: `[count, height, width, channels]`, an image for each generator.
  static func normal(_ imageShape: Shape, fromEach generators: inout [RandomGenerator]) -> Tensor {
    let one = Shape([1] + imageShape.dimensions)
    return .concatenated(generators.indices.map { .normal(one, using: &generators[$0]) }, axis: 0)
  }
}

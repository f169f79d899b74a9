import ForwardDiffusion
import Loss
import Tensors

/// Draws images in n of T steps with a network that was trained on all T.
///
/// The arithmetic follows the respaced schedule, whose n timesteps are counted 0, 1, …, n − 1. But the network has learned
/// the original ones, and what it knows of an image's noise it knows by them. So the sampler computes at index i and the
/// network is asked at `timesteps[i]`.
public struct RespacedSampler<Steps: ReverseSampler>: Sampler {
  /// A sampler on the respaced schedule.
  public let sampler: Steps
  /// The timesteps of the original schedule that are kept, from the smallest to the largest.
  public let timesteps: [Int]

  /// Makes a sampler of one on the respaced schedule; it has as many timesteps as there are.
  public init(_ sampler: Steps, timesteps: [Int]) {
    self.sampler = sampler
    self.timesteps = timesteps
  }

  /// A step for each timestep that is kept.
  public var stepCount: Int { timesteps.count }

  /// The original timestep at an index of the respaced schedule; −1 where there is none.
  public func originalTimestep(at index: Int) -> Int { timesteps.indices.contains(index) ? timesteps[index] : -1 }

  /// Draws one image from each generator in n steps. The drawing is left to the sampler's own `sample`, also what is not recorded and
  /// what `onStep` is told; only the network is told other timesteps.
  ///
  /// - Parameters:
  ///   - imageShape: `[height, width, channels]`.
  ///   - generators: The source of each image's noise; they move on.
  ///   - predictNoise: The network, trained with the original schedule.
  ///   - onStep: Called before the first step and after each, with the number of steps that remain.
  /// - Returns: Images around [−1, 1]; a fault where there are not as many timesteps as the schedule has.
  public func sample(
    imageShape: Shape, generators: inout [RandomGenerator], predictNoise: NoisePredictor,
    onStep: (_ remaining: Int, _ x: Tensor) -> Void = { _, _ in }
  ) -> Tensor {
    let count = sampler.schedule.timestepCount
    guard timesteps.count == count else {
      return Tensor(fault: Fault("\(timesteps.count) timesteps for a respaced schedule of \(count)"))
    }
    // BEGIN SOLUTION 5.6
    return sampler.sample(
      imageShape: imageShape, generators: &generators,
      predictNoise: { xt, indices in predictNoise(xt, indices.map(originalTimestep)) }, onStep: onStep)
    // END SOLUTION
  }
}

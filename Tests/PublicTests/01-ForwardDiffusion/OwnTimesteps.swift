import Tensors
import TestSupport
import Testing

/// Expects each of three images to be the same in company as alone, which it is only with a timestep of its own.
///
/// - Parameters:
///   - timesteps: Those of the three images, all different.
///   - noised: What is tested: images, their noise and their timesteps.
func expectOwnTimesteps(
  _ timesteps: [Int], _ noised: (_ images: Tensor, _ noise: Tensor, _ timesteps: [Int]) throws -> Tensor,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var generator = RandomGenerator(seed: 3)
  let images = Tensor.normal([3, 4, 5, 2], using: &generator)
  let noise = Tensor.normal([3, 4, 5, 2], using: &generator)
  let together = try noised(images, noise, timesteps)
  for (image, t) in timesteps.enumerated() {
    let range = image..<image + 1
    func alone(at t: Int) throws -> Tensor {
      try noised(images.sliced(axis: 0, range), noise.sliced(axis: 0, range), [t])
    }
    // The same products and sums: exact.
    try expectClose(
      together.sliced(axis: 0, range), alone(at: t), "image \(image), at t = \(t), differs from what it is alone",
      tolerance: 0,
      mistakes: [
        "it has the first image's timestep, but each has its own": alone(at: timesteps[0]),
        "it has the last image's timestep, but each has its own": alone(at: timesteps[2]),
      ], sourceLocation: sourceLocation)
  }
}

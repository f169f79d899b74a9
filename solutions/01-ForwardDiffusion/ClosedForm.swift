import Tensors

extension NoiseSchedule {
  /// A sample of q(x_t | x_0), without walking there step by step: x_t = √ᾱ_t · x_0 + √(1 − ᾱ_t) · ε.
  ///
  /// - Parameters:
  ///   - x0: Images in [−1, 1], `[count, height, width, channels]`.
  ///   - noise: ε, standard normal, of the images' shape.
  ///   - timesteps: One for each image.
  /// - Returns: x_t, of the images' shape.
  public func noised(_ x0: Tensor, with noise: Tensor, at timesteps: [Int]) -> Tensor {
    // Broadcasting would stretch one timestep over all images, and no error would show it.
    guard x0.fault != nil || x0.shape.first == timesteps.count else {
      return Tensor(
        fault: Fault("noised: \(timesteps.count) timesteps for images of shape \(x0.shape); each needs one"))
    }
    return perImage(timesteps) { alphaBars[$0].squareRoot() } * x0
      + perImage(timesteps) { (1 - alphaBars[$0]).squareRoot() } * noise
  }

  /// A coefficient for each image, shaped `[count, 1, 1, 1]` so that it multiplies all the image's pixels.
  ///
  /// - Parameters:
  ///   - timesteps: One for each image.
  ///   - coefficient: What to compute for a timestep.
  public func perImage(_ timesteps: [Int], _ coefficient: (_ t: Int) -> Double) -> Tensor {
    if let stranger = timesteps.first(where: { !betas.indices.contains($0) }) {
      return Tensor(fault: Fault("timestep \(stranger) is outside 0..<\(timestepCount)"))
    }
    return Tensor(timesteps.map { Float(coefficient($0)) }, shape: [timesteps.count, 1, 1, 1])
  }
}

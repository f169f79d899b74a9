import Tensors

extension NoiseSchedule {
  /// A coefficient for each image, shaped `[count, 1, 1, 1]` so that it multiplies all the image's pixels.
  ///
  /// - Parameters:
  ///   - timesteps: One for each image.
  ///   - images: What the coefficient will multiply: as many images as there are timesteps.
  ///   - coefficient: What to compute for a timestep.
  /// - Returns: The coefficients; faulty where there are not as many timesteps as images, or a timestep is none of the
  ///   schedule's.
  public func perImage(_ timesteps: [Int], of images: Tensor, _ coefficient: (_ t: Int) -> Double) -> Tensor {
    // Broadcasting would stretch one timestep over all images, and no error would show it.
    guard images.fault != nil || images.shape.first == timesteps.count else {
      return Tensor(
        fault: Fault("\(timesteps.count) timesteps for images of shape \(images.shape); each image needs one"))
    }
    if let stranger = timesteps.first(where: { !betas.indices.contains($0) }) {
      return Tensor(fault: Fault("timestep \(stranger) is outside 0..<\(timestepCount)"))
    }
    return Tensor(timesteps.map { Float(coefficient($0)) }, shape: [timesteps.count, 1, 1, 1])
  }
}

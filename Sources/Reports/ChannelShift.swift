import Tensors

extension Tensor {
  /// Adds one number per image and channel at every pixel.
  ///
  /// - Parameter shift: `[count, channels]`, for images `[count, height, width, channels]`.
  func addingAtEveryPixel(_ shift: Tensor) -> Tensor {
    self + shift.reshaped([-1, 1, 1, shift.shape.last ?? 0])
  }
}

import Tensors

extension Tensor {
  /// Pixels from [0, 1], black to white, moved to [−1, 1], where diffusion works: centered like the noise they become.
  ///
  /// The operators `+`, `-`, `*` and `/` work on all elements of a tensor at once, also with a number on one side: `self * 3`.
  /// Compute with the tensor and not with its `scalars`, so that gradients pass through.
  public func scaledToSymmetricRange() -> Tensor {
    return unfinished("1.1")
  }

  /// Pixels from [−1, 1] moved back to [0, 1]; what lies outside stays outside: nothing is clamped.
  public func scaledToUnitRange() -> Tensor {
    return unfinished("1.1")
  }
}

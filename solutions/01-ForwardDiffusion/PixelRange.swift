import Tensors

extension Tensor {
  /// Pixels from [0, 1], black to white, moved to [−1, 1], where diffusion works: centered like the noise they become.
  ///
  /// The operators `+`, `-`, `*` and `/` work on all elements of a tensor at once, also with a number on one side: `self * 3`.
  /// Compute with the tensor and not with its `scalars`, so that gradients pass through.
  public func scaledToSymmetricRange() -> Tensor {
    // BEGIN SOLUTION 1.1
    self * 2 - 1
    // END SOLUTION
  }

  /// Pixels from [−1, 1] moved back to [0, 1]; what lies outside stays outside: nothing is clamped.
  public func scaledToUnitRange() -> Tensor {
    // BEGIN SOLUTION 1.1
    (self + 1) / 2
    // END SOLUTION
  }
}

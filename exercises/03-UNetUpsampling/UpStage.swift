import Learning
import Tensors

/// One stage of the way up: the image is doubled, the skip connection laid beside it, and two residual blocks merge both.
public final class UpStage: Layer {
  /// The convolution that smooths the doubled image.
  let upsample: Conv2d
  let residuals: [ResidualBlock]

  /// Makes a stage from `inputs` channels, and `outputs` channels of the skip connection, to `outputs` channels.
  public init(from inputs: Int, to outputs: Int, timeWidth: Int, groups: Int, using generator: inout RandomGenerator) {
    upsample = Conv2d(from: inputs, to: outputs, kernelSize: 3, padding: 1, using: &generator)
    residuals = [
      ResidualBlock(from: 2 * outputs, to: outputs, timeWidth: timeWidth, groups: groups, using: &generator),
      ResidualBlock(from: outputs, to: outputs, timeWidth: timeWidth, groups: groups, using: &generator),
    ]
  }

  /// What comes from below and what the way down kept, merged.
  ///
  /// 1. Double the height and width of `x`, each pixel becoming four (the engine's `upsampledNearest(by:)`, which is your
  ///    `nearestUpsampled` and records itself), and smooth the result with the convolution `upsample`.
  /// 2. Lay the skip connection beside it as further channels, behind those of the doubled image:
  ///    `Tensor.concatenated(tensors, axis: axis)`. Then there are 2 · outputs channels.
  /// 3. Both residual blocks, one after the other, each told the time.
  ///
  /// - Parameters:
  ///   - x: `[count, height, width, inputs]`.
  ///   - skip: What the way down kept, `[count, 2·height, 2·width, outputs]`.
  ///   - time: The time's embedding, `[count, timeWidth]`.
  /// - Returns: `[count, 2·height, 2·width, outputs]`. Gradients reach `x`, `skip`, `time` and all parameters.
  public func callAsFunction(_ x: Tensor, skip: Tensor, time: Tensor) -> Tensor {
    return unfinished("3.8")
  }
}

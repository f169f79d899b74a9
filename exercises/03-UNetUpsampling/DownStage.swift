import Learning
import Tensors

/// One stage of the way down: two residual blocks, whose result is kept for the way up, and a convolution that halves the
/// image.
public final class DownStage: Layer {
  let residuals: [ResidualBlock]
  /// A convolution with a stride of 2.
  let downsample: Conv2d

  /// Makes a stage from `inputs` to `outputs` channels with random weights.
  public init(from inputs: Int, to outputs: Int, timeWidth: Int, groups: Int, using generator: inout RandomGenerator) {
    residuals = [
      ResidualBlock(from: inputs, to: outputs, timeWidth: timeWidth, groups: groups, using: &generator),
      ResidualBlock(from: outputs, to: outputs, timeWidth: timeWidth, groups: groups, using: &generator),
    ]
    downsample = Conv2d(from: outputs, to: outputs, kernelSize: 3, stride: 2, padding: 1, using: &generator)
  }

  /// Both residual blocks, one after the other, each told the time. Their result is kept for the way up at its full size, and
  /// goes on down through the convolution that halves it: details that the smaller image cannot hold take the other way.
  ///
  /// - Parameters:
  ///   - x: `[count, height, width, inputs]`.
  ///   - time: The time's embedding, `[count, timeWidth]`.
  /// - Returns: The halved image, `[count, ⌈height / 2⌉, ⌈width / 2⌉, outputs]`, and the image at full size, `[count, height,
  ///   width, outputs]`. Gradients reach `x`, `time` and all parameters from both.
  public func callAsFunction(_ x: Tensor, time: Tensor) -> (halved: Tensor, skip: Tensor) {
    return unfinished("3.7")
  }
}

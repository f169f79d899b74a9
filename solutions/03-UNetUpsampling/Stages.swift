import Learning
import Tensors

/// One stage of the way down: two residual blocks, whose result is kept for the way up, and a convolution that halves the
/// image.
public final class DownStage: Layer {
  let residuals: [ResidualBlock]
  let downsample: Conv2d

  /// Makes a stage from `inputs` to `outputs` channels with random weights.
  public init(from inputs: Int, to outputs: Int, timeWidth: Int, groups: Int, using generator: inout RandomGenerator) {
    residuals = [
      ResidualBlock(from: inputs, to: outputs, timeWidth: timeWidth, groups: groups, using: &generator),
      ResidualBlock(from: outputs, to: outputs, timeWidth: timeWidth, groups: groups, using: &generator),
    ]
    downsample = Conv2d(from: outputs, to: outputs, kernelSize: 3, stride: 2, padding: 1, using: &generator)
  }

  /// - Returns: The halved image, and the image at full size for the way up.
  public func callAsFunction(_ x: Tensor, time: Tensor) -> (halved: Tensor, skip: Tensor) {
    let skip = residuals.reduce(x) { $1($0, time: time) }
    return (downsample(skip), skip)
  }
}

/// One stage of the way up: the image is doubled, the skip connection laid beside it, and two residual blocks merge both.
public final class UpStage: Layer {
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

  /// - Parameters:
  ///   - x: `[count, height, width, inputs]`.
  ///   - skip: What the way down kept, `[count, 2·height, 2·width, outputs]`.
  /// - Returns: `[count, 2·height, 2·width, outputs]`.
  public func callAsFunction(_ x: Tensor, skip: Tensor, time: Tensor) -> Tensor {
    let doubled = upsample(x.upsampledNearest(by: 2))
    return residuals.reduce(.concatenated([doubled, skip], axis: -1)) { $1($0, time: time) }
  }
}

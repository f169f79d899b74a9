import Learning
import Tensors

/// Two convolutions and a way around them; between the two, each channel is shifted by what the time says.
///
///     h = conv1(silu(norm1(x)))
///     h = h + timeProjection(silu(time))
///     x = conv2(silu(norm2(h))) + shortcut(x)
public final class ResidualBlock: Layer {
  let norm1: GroupNorm
  let conv1: Conv2d
  let timeProjection: Linear
  let norm2: GroupNorm
  let conv2: Conv2d
  /// A 1×1 convolution where the number of channels changes, nothing otherwise.
  let shortcut: Conv2d?

  /// Makes a block from `inputs` to `outputs` channels with random weights.
  public init(from inputs: Int, to outputs: Int, timeWidth: Int, groups: Int, using generator: inout RandomGenerator) {
    norm1 = GroupNorm(groups: groups, channels: inputs)
    conv1 = Conv2d(from: inputs, to: outputs, kernelSize: 3, padding: 1, using: &generator)
    timeProjection = Linear(from: timeWidth, to: outputs, using: &generator)
    norm2 = GroupNorm(groups: groups, channels: outputs)
    conv2 = Conv2d(from: outputs, to: outputs, kernelSize: 3, padding: 1, using: &generator)
    shortcut = inputs == outputs ? nil : Conv2d(from: inputs, to: outputs, kernelSize: 1, using: &generator)
  }

  /// - Parameters:
  ///   - x: `[count, height, width, inputs]`.
  ///   - time: The time's embedding, `[count, timeWidth]`.
  /// - Returns: `[count, height, width, outputs]`.
  public func callAsFunction(_ x: Tensor, time: Tensor) -> Tensor {
    let shift = timeProjection(time.silu())
    var h = conv1(norm1(x).silu())
    h = h + shift.reshaped([-1, 1, 1, shift.shape.last ?? 0])
    h = conv2(norm2(h).silu())
    return h + (shortcut?(x) ?? x)
  }
}

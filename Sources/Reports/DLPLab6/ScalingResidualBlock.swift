import Learning
import Tensors
import UNetUpsampling

/// A residual block that is told the time.
protocol TimedBlock: Layer {
  /// Maps `[n, height, width, inputs]` and the time's embedding, `[n, timeWidth]`, to `[n, height, width, outputs]`.
  func callAsFunction(_ x: Tensor, time: Tensor) -> Tensor
}

extension ResidualBlock: TimedBlock {}

/// The residual block of chapter 3, except that the time also scales each channel: after the second normalization
/// h becomes h · (1 + scale) + shift, with both from the time's embedding (Dhariwal and Nichol 2021, "adaptive group
/// normalization"; `resnet_time_scale_shift="scale_shift"` of diffusers).
///
/// A shift alone says the same to all pixels. A scale is multiplied with what stands in a pixel, so that a channel which is high where
/// something is red can be answered by what the labels say of red things.
final class ScalingResidualBlock: TimedBlock {
  let norm1: GroupNorm
  let conv1: Conv2d
  /// Gives the scales, then the shifts.
  let timeProjection: Linear
  let norm2: GroupNorm
  let conv2: Conv2d
  let shortcut: Conv2d?

  /// Makes a block from `inputs` to `outputs` channels with random weights.
  init(from inputs: Int, to outputs: Int, timeWidth: Int, groups: Int, using generator: inout RandomGenerator) {
    norm1 = GroupNorm(groups: groups, channels: inputs)
    conv1 = Conv2d(from: inputs, to: outputs, kernelSize: 3, padding: 1, using: &generator)
    timeProjection = Linear(from: timeWidth, to: 2 * outputs, using: &generator)
    norm2 = GroupNorm(groups: groups, channels: outputs)
    conv2 = Conv2d(from: outputs, to: outputs, kernelSize: 3, padding: 1, using: &generator)
    shortcut = inputs == outputs ? nil : Conv2d(from: inputs, to: outputs, kernelSize: 1, using: &generator)
  }

  func callAsFunction(_ x: Tensor, time: Tensor) -> Tensor {
    guard x.fault == nil, x.shape.rank == 4 else { return x }
    // Each channel of each image has one number, for all of its pixels.
    let scaleAndShift = timeProjection(time.silu()).reshaped([x.shape[0], 1, 1, -1]).split(into: 2, axis: 3)
    var h = norm2(conv1(norm1(x).silu()))
    h = h + h * scaleAndShift[0] + scaleAndShift[1]
    return conv2(h.silu()) + (shortcut?(x) ?? x)
  }
}

import Learning
import Tensors

/// Two convolutions and a shortcut around them; between the two, each channel is shifted by what the time says.
public final class ResidualBlock: Layer {
  let norm1: GroupNorm
  let conv1: Conv2d
  let timeProjection: Linear
  let norm2: GroupNorm
  let conv2: Conv2d
  /// A 1×1 convolution where the number of channels changes, nothing otherwise.
  let shortcut: Conv2d?
  private let inputs, outputs, timeWidth, groups: Int

  /// Makes a block from `inputs` to `outputs` channels with random weights.
  public init(from inputs: Int, to outputs: Int, timeWidth: Int, groups: Int, using generator: inout RandomGenerator) {
    (self.inputs, self.outputs, self.timeWidth, self.groups) = (inputs, outputs, timeWidth, groups)
    norm1 = GroupNorm(groups: groups, channels: inputs)
    conv1 = Conv2d(from: inputs, to: outputs, kernelSize: 3, padding: 1, using: &generator)
    timeProjection = Linear(from: timeWidth, to: outputs, using: &generator)
    norm2 = GroupNorm(groups: groups, channels: outputs)
    conv2 = Conv2d(from: outputs, to: outputs, kernelSize: 3, padding: 1, using: &generator)
    shortcut = inputs == outputs ? nil : Conv2d(from: inputs, to: outputs, kernelSize: 1, using: &generator)
  }

  /// What the block makes of images at a time, in the pre-activation order of He et al. 2016: normalize, activate, convolve.
  ///
  /// 1. The first half: norm 1, SiLU, convolution 1.
  /// 2. The time's embedding, through SiLU and the time projection, gives one number for each image and channel of the
  ///    outputs: it is added to all pixels of that channel of that image.
  /// 3. The second half: norm 2, SiLU, convolution 2.
  /// 4. The block's input, through the shortcut where there is one and as it is where there is none, is added.
  ///
  /// Layers are called like functions, an optional one as `layer?(x)`, and a tensor has `silu()`. In `reshaped(shape)` one
  /// extent may be −1: it becomes what is left.
  ///
  /// - Parameters:
  ///   - x: `[count, height, width, inputs]`.
  ///   - time: The time's embedding, `[count, timeWidth]`.
  /// - Returns: `[count, height, width, outputs]`; faulty where `x` or `time` is faulty or of another shape. Gradients reach `x`, `time`
  ///   and all parameters.
  public func callAsFunction(_ x: Tensor, time: Tensor) -> Tensor {
    if let fault = x.fault ?? time.fault { return Tensor(fault: fault) }
    guard x.shape.rank == 4, x.shape[3] == inputs, time.shape == [x.shape[0], timeWidth] else {
      return Tensor(
        fault: Fault(
          "ResidualBlock: images \(x.shape) and a time \(time.shape), where images of \(inputs) channels and \(timeWidth) "
            + "numbers for each of them are expected"))
    }
    guard groups > 0, inputs % groups == 0, outputs % groups == 0 else {
      return Tensor(
        fault: Fault("ResidualBlock: \(inputs) and \(outputs) channels do not divide into \(groups) equal groups"))
    }
    // BEGIN SOLUTION 3.5
    let shift = timeProjection(time.silu())
    var h = conv1(norm1(x).silu())
    // One number for each image and channel: it stretches over rows and columns.
    h = h + shift.reshaped([-1, 1, 1, shift.shape.last ?? 0])
    h = conv2(norm2(h).silu())
    return h + (shortcut?(x) ?? x)
    // END SOLUTION
  }
}

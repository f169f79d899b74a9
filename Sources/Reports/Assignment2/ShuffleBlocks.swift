import Learning
import Tensors

// The blocks of report 000's network, after ShuffleNet v2 (Ma et al. 2018): channels are divided among two cheap branches, and
// shuffled so that the next block's branches see what both have found.

/// A convolution, a batch normalization and SiLU.
final class ConvBlock: Layer {
  private let conv: Conv2d
  private let norm: BatchNorm2d

  init(from inputs: Int, to outputs: Int, kernelSize: Int = 1, using generator: inout RandomGenerator) {
    conv = Conv2d(
      from: inputs, to: outputs, kernelSize: kernelSize, padding: kernelSize / 2, using: &generator)
    norm = BatchNorm2d(channels: outputs)
  }

  /// Maps `[n, height, width, inputs]` to `[n, height, width, outputs]`.
  func callAsFunction(_ x: Tensor) -> Tensor { norm(conv(x)).silu() }
}

/// A 3×3 convolution of each channel by itself, and a batch normalization.
final class DepthwiseBlock: Layer {
  private let conv: Conv2d
  private let norm: BatchNorm2d

  init(channels: Int, stride: Int = 1, using generator: inout RandomGenerator) {
    conv = Conv2d(
      from: channels, to: channels, kernelSize: 3, stride: stride, padding: 1, groups: channels, using: &generator)
    norm = BatchNorm2d(channels: channels)
  }

  /// Maps `[n, height, width, channels]` to the same shape, or to half the height and width with a stride of 2.
  func callAsFunction(_ x: Tensor) -> Tensor { norm(conv(x)) }
}

/// The two branches of a block: one convolves each channel and mixes, the other mixes before and after.
private final class Branches: Layer {
  private let depthwise1: DepthwiseBlock
  private let mix1: ConvBlock
  private let mix2: ConvBlock
  private let depthwise2: DepthwiseBlock
  private let mix3: ConvBlock

  /// - Parameters:
  ///   - inputs: The channels that each branch is given.
  ///   - hidden: The channels of the second branch's depthwise convolution.
  ///   - outputs: The channels that each branch returns.
  init(from inputs: Int, hidden: Int, to outputs: Int, stride: Int, using generator: inout RandomGenerator) {
    depthwise1 = DepthwiseBlock(channels: inputs, stride: stride, using: &generator)
    mix1 = ConvBlock(from: inputs, to: outputs, using: &generator)
    mix2 = ConvBlock(from: inputs, to: hidden, using: &generator)
    depthwise2 = DepthwiseBlock(channels: hidden, stride: stride, using: &generator)
    mix3 = ConvBlock(from: hidden, to: outputs, using: &generator)
  }

  /// Both branches side by side, their channels shuffled: one of the first, one of the second, and so on.
  func callAsFunction(_ first: Tensor, _ second: Tensor) -> Tensor {
    Tensor.concatenated([mix1(depthwise1(first)), mix3(depthwise2(mix2(second)))], axis: 3).channelShuffled(groups: 2)
  }
}

/// The report's "residual bottleneck", which has no residual connection: each branch is given half of the channels.
final class ShuffleBlock: Layer {
  private let branches: Branches

  /// - Parameters:
  ///   - inputs: An even number.
  ///   - outputs: An even number.
  init(from inputs: Int, to outputs: Int, using generator: inout RandomGenerator) {
    branches = Branches(from: inputs / 2, hidden: inputs / 2, to: outputs / 2, stride: 1, using: &generator)
  }

  /// Maps `[n, height, width, inputs]` to `[n, height, width, outputs]`.
  func callAsFunction(_ x: Tensor) -> Tensor {
    let halves = x.split(into: 2, axis: 3)
    guard halves.count == 2 else { return x.fault == nil ? Tensor(fault: Fault("ShuffleBlock: \(x.shape)")) : x }
    return branches(halves[0], halves[1])
  }
}

/// Halves height and width; both branches are given all channels.
final class ShuffleDownsampling: Layer {
  private let branches: Branches

  init(from inputs: Int, to outputs: Int, using generator: inout RandomGenerator) {
    branches = Branches(from: inputs, hidden: outputs / 2, to: outputs / 2, stride: 2, using: &generator)
  }

  /// Maps `[n, height, width, inputs]` to `[n, height / 2, width / 2, outputs]`.
  func callAsFunction(_ x: Tensor) -> Tensor { branches(x, x) }
}

/// Adds a projection of the time embedding, one number per channel, at every pixel, and takes SiLU of the sum.
final class TimeShift: Layer {
  private let first: Linear
  private let second: Linear

  init(timeWidth: Int, hidden: Int, channels: Int, using generator: inout RandomGenerator) {
    first = Linear(from: timeWidth, to: hidden, using: &generator)
    second = Linear(from: hidden, to: channels, using: &generator)
  }

  /// Maps images `[n, height, width, channels]` and the time embedding `[n, timeWidth]` to the shape of the images.
  func callAsFunction(_ x: Tensor, time: Tensor) -> Tensor {
    x.addingAtEveryPixel(second(first(time).silu())).silu()
  }
}

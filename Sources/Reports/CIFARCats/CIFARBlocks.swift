import Learning
import Tensors

// The blocks of report 004's U-Nets.

/// Two convolutions with group normalizations of one group, and GELU between them. It ends with a normalization, not with an
/// activation.
final class DoubleConvolution: Layer {
  private let conv1: Conv2d
  private let norm1: GroupNorm
  private let conv2: Conv2d
  private let norm2: GroupNorm
  private let isResidual: Bool

  /// - Parameters:
  ///   - middle: The channels between the two; nil for as many as the outputs.
  ///   - isResidual: Whether the input is added, and GELU taken of the sum.
  init(
    from inputs: Int, to outputs: Int, middle: Int? = nil, isResidual: Bool = false,
    using generator: inout RandomGenerator
  ) {
    let middle = middle ?? outputs
    conv1 = Conv2d(from: inputs, to: middle, kernelSize: 3, padding: 1, hasBias: false, using: &generator)
    norm1 = GroupNorm(groups: 1, channels: middle)
    conv2 = Conv2d(from: middle, to: outputs, kernelSize: 3, padding: 1, hasBias: false, using: &generator)
    norm2 = GroupNorm(groups: 1, channels: outputs)
    self.isResidual = isResidual
  }

  /// Maps `[n, height, width, inputs]` to `[n, height, width, outputs]`.
  func callAsFunction(_ x: Tensor) -> Tensor {
    let h = norm2(conv2(norm1(conv1(x)).gelu()))
    return isResidual ? (x + h).gelu() : h
  }
}

/// Multi-head self-attention over the pixels and a feed-forward network, each with a residual connection.
final class PixelAttention: Layer {
  private let norm1: LayerNorm
  private let attention: MultiHeadAttention
  private let norm2: LayerNorm
  private let linear1: Linear
  private let linear2: Linear

  init(channels: Int, heads: Int, using generator: inout RandomGenerator) {
    norm1 = LayerNorm(width: channels)
    attention = MultiHeadAttention(width: channels, heads: heads, using: &generator)
    norm2 = LayerNorm(width: channels)
    linear1 = Linear(from: channels, to: channels, using: &generator)
    linear2 = Linear(from: channels, to: channels, using: &generator)
  }

  /// Maps `[n, height, width, channels]` to the same shape.
  func callAsFunction(_ x: Tensor) -> Tensor {
    guard x.fault == nil, x.shape.rank == 4 else { return x }
    let tokens = x.reshaped([x.shape[0], x.shape[1] * x.shape[2], x.shape[3]])
    let mixed = tokens + attention(norm1(tokens))
    return (mixed + linear2(linear1(norm2(mixed)).gelu())).reshaped(x.shape)
  }
}

/// A stage that changes the resolution: two double convolutions, then a projection of the time embedding is added.
final class CIFARStage: Layer {
  private let first: DoubleConvolution
  private let second: DoubleConvolution
  private let timeProjection: Linear

  init(
    from inputs: Int, to outputs: Int, middle: Int? = nil, timeWidth: Int, using generator: inout RandomGenerator
  ) {
    first = DoubleConvolution(from: inputs, to: inputs, isResidual: true, using: &generator)
    second = DoubleConvolution(from: inputs, to: outputs, middle: middle, using: &generator)
    timeProjection = Linear(from: timeWidth, to: outputs, using: &generator)
  }

  /// The way down, with max pooling of 2×2 pixels: `[n, height, width, inputs]` to `[n, height / 2, width / 2, outputs]`.
  func down(_ x: Tensor, time: Tensor) -> Tensor { convolved(x.maxPooled2d(window: 2), time: time) }

  /// The way up: the skip and *behind* it the upsampled image are concatenated; returns `[n, 2·height, 2·width, outputs]`.
  func up(_ x: Tensor, skip: Tensor, time: Tensor) -> Tensor {
    convolved(.concatenated([skip, x.upsampledBilinear(by: 2, alignCorners: true)], axis: 3), time: time)
  }

  private func convolved(_ x: Tensor, time: Tensor) -> Tensor {
    second(first(x)).addingAtEveryPixel(timeProjection(time.silu()))
  }
}

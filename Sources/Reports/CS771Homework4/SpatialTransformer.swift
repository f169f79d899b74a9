import Conditioning
import Learning
import Tensors

/// A transformer block over pixels: self-attention, cross-attention to the label and a feed-forward network, each with a
/// residual connection.
///
/// The label is one token, and over one token the softmax is 1 whatever the query: the cross-attention adds the same vector
/// W_o (W_v c + b_v) + b_o at every pixel, and its queries, its keys and the norm before it have a gradient of 0.
public final class SpatialTransformer: Layer {
  let normIn: GroupNorm
  let projectionIn: Conv2d
  let norm1: LayerNorm
  let selfAttention: MultiHeadAttention
  let norm2: LayerNorm
  let crossAttention: CrossAttention
  let norm3: LayerNorm
  let expansion: Linear
  let contraction: Linear
  let projectionOut: Conv2d

  /// Makes a layer with random weights.
  ///
  /// - Parameters:
  ///   - channels: A multiple of `heads` and of `groups`.
  ///   - contextWidth: The width of the label's token.
  ///   - heads: The heads of both attentions.
  ///   - groups: The groups of the normalization.
  ///   - generator: Where the random numbers come from.
  public init(channels: Int, contextWidth: Int, heads: Int, groups: Int, using generator: inout RandomGenerator) {
    normIn = GroupNorm(groups: groups, channels: channels)
    projectionIn = Conv2d(from: channels, to: channels, kernelSize: 1, using: &generator)
    norm1 = LayerNorm(width: channels)
    selfAttention = MultiHeadAttention(
      heads: heads, query: Linear(from: channels, to: channels, using: &generator),
      key: Linear(from: channels, to: channels, using: &generator),
      value: Linear(from: channels, to: channels, using: &generator),
      output: Linear(from: channels, to: channels, using: &generator))
    norm2 = LayerNorm(width: channels)
    crossAttention = CrossAttention(channels: channels, contextWidth: contextWidth, heads: heads, using: &generator)
    norm3 = LayerNorm(width: channels)
    expansion = Linear(from: channels, to: 2 * channels, using: &generator)
    contraction = Linear(from: 2 * channels, to: channels, using: &generator)
    projectionOut = Conv2d(from: channels, to: channels, kernelSize: 1, using: &generator)
  }

  /// - Parameters:
  ///   - x: `[n, height, width, channels]`.
  ///   - context: The label's token, `[n, 1, contextWidth]`.
  /// - Returns: Of the shape of `x`.
  public func callAsFunction(_ x: Tensor, context: Tensor) -> Tensor {
    guard x.fault == nil, x.shape.rank == 4 else { return x }
    var h = projectionIn(normIn(x))
    let tokens: Shape = [x.shape[0], x.shape[1] * x.shape[2], x.shape[3]]
    h = h + selfAttention(norm1(h).reshaped(tokens)).reshaped(x.shape)
    h = h + crossAttention(norm2(h), context: context)
    h = h + contraction(expansion(norm3(h)).gelu())
    return x + projectionOut(h)
  }
}

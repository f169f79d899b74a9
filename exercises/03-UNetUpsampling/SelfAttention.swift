import Learning
import Tensors

/// Attention of an image's pixels to each other: a convolution sees a pixel's neighbors, this sees all pixels at once.
///
/// The diffusers network of report 002 puts one behind each residual block of its 4×4 stages.
public final class SelfAttention: Layer {
  let norm: GroupNorm
  let query: Linear
  let key: Linear
  let value: Linear
  let output: Linear
  private let channels, heads, groups: Int

  /// Makes attention for images of `channels` channels with random weights.
  ///
  /// - Parameters:
  ///   - channels: A multiple of `heads` and of `groups`.
  ///   - heads: How many parts the channels are divided into, each with weights of attention of its own.
  ///   - groups: The groups of the normalization.
  ///   - generator: Where the random numbers come from.
  public init(channels: Int, heads: Int, groups: Int, using generator: inout RandomGenerator) {
    (self.channels, self.heads, self.groups) = (channels, heads, groups)
    norm = GroupNorm(groups: groups, channels: channels)
    query = Linear(from: channels, to: channels, using: &generator)
    key = Linear(from: channels, to: channels, using: &generator)
    value = Linear(from: channels, to: channels, using: &generator)
    output = Linear(from: channels, to: channels, using: &generator)
  }

  /// Scaled dot-product attention with several heads (Vaswani et al. 2017, section 3.2), around which the input is added.
  ///
  /// 1. Normalize the images, and see each one as a sequence of tokens, its N = height · width pixels in row-major order.
  /// 2. Project every token to a query q, a key k and a value v.
  /// 3. Divide the channels of each into `heads` runs of neighbors, d = channels / heads wide. Each head h by itself:
  ///    token i asks token j with the score s_ij = q_i · k_j / √d; the weights w_ij are the softmax of the scores over the
  ///    tokens j that answer, so that each token's weights add up to 1; token i is told Σ_j w_ij · v_j.
  /// 4. Put what the heads are told side by side again, in their order, and send it through the output projection.
  /// 5. As images again, add the layer's input (the one that is not normalized).
  ///
  /// Write the products out with `matmul`, which multiplies the matrices in the last two axes and takes all axes before as
  /// a batch; `transposed([0, 2, 1, 3])` puts axes in another order, `transposed()` exchanges the last two. A linear
  /// layer works along the last axis, and so does `softmax(axis: -1)`. The engine's `attention` is what you are building, and a
  /// grader refuses it.
  ///
  /// - Parameter x: `[count, height, width, channels]`.
  /// - Returns: Of the shape of `x`; faulty where `x` has other channels, or heads or groups do not divide them. Gradients
  ///   reach `x` and all parameters.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    if x.fault != nil { return x }
    guard x.shape.rank == 4, x.shape[3] == channels else {
      return Tensor(fault: Fault("SelfAttention: \(x.shape) are no images of \(channels) channels"))
    }
    guard heads > 0, channels % heads == 0, groups > 0, channels % groups == 0 else {
      return Tensor(
        fault: Fault(
          "SelfAttention: \(channels) channels do not divide into \(heads) heads, or not into \(groups) groups"))
    }
    return unfinished("3.6")
  }
}

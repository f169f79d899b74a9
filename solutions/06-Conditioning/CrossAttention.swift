import Learning
import Tensors

/// Scaled dot-product attention with several heads (Vaswani et al. 2017, equation 1), by hand: softmax(Q·Kᵀ / √d)·V, in
/// each head by itself. It is the attention of 3.6 once more; what is new is that keys and values come from another
/// sequence than the queries, of another length. Write it with products and a softmax: the engine's `attention` and
/// `MultiHeadAttention` are what you are building, and a grader refuses them.
///
/// Each token of the sequence asks, by its query, how well each key of the context fits. The softmax makes weights of
/// the scores, positive and with a sum of 1 over the *context* for each query, and the answer is the mean of the values
/// with these weights.
///
/// The heads share out the channels: with h heads each has d = channels / h, the first head the first d of them, the
/// second the next d, and so on. Each head makes its own scores and weights from its channels of queries and keys, and
/// mixes its channels of the values. The results lie side by side again, in the same order.
///
/// Useful: `softmax(axis:)`; `matmul` multiplies the last two axes and takes all axes before them as a batch; `transposed()`
/// swaps the last two axes, `transposed([0, 2, 1, 3])` the middle ones of four; `reshaped` splits an axis in two, or joins two
/// neighbors.
///
/// - Parameters:
///   - query: Q, `[count, tokens, channels]`.
///   - key: K, `[count, context tokens, channels]`.
///   - value: V, of the keys' shape.
///   - heads: h, a divisor of the channels.
/// - Returns: `[count, tokens, channels]`. Gradients reach queries, keys and values.
public func scaledDotProductAttention(query: Tensor, key: Tensor, value: Tensor, heads: Int) -> Tensor {
  for tensor in [query, key, value] where tensor.fault != nil { return tensor }
  guard query.shape.rank == 3, key.shape.rank == 3, key.shape == value.shape, query.shape[0] == key.shape[0],
    query.shape[2] == key.shape[2], query.shape.elementCount > 0, key.shape[1] > 0, heads > 0,
    query.shape[2] % heads == 0
  else {
    return Tensor(
      fault: Fault(
        "queries \(query.shape), keys \(key.shape), values \(value.shape) and \(heads) heads do not fit together"))
  }
  // BEGIN SOLUTION 6.4
  let (count, d) = (query.shape[0], query.shape[2] / heads)
  func byHead(_ x: Tensor) -> Tensor { x.reshaped([count, x.shape[1], heads, d]).transposed([0, 2, 1, 3]) }
  let scores = byHead(query).matmul(byHead(key).transposed()) / Float(d).squareRoot()
  let answers = scores.softmax(axis: -1).matmul(byHead(value))
  return answers.transposed([0, 2, 1, 3]).reshaped(query.shape)
  // END SOLUTION
}

/// Lets each pixel of an image look at a context: the pixels ask, the context's tokens answer. A token is a vector that
/// tells something, such as one label.
public final class CrossAttention: Layer {
  /// W_q and b_q: maps a pixel's channels to its query.
  public let query: Linear
  /// W_k and b_k: maps a token to its key.
  public let key: Linear
  /// W_v and b_v: maps a token to its value.
  public let value: Linear
  /// W_o and b_o: maps what a pixel was answered to its channels.
  public let output: Linear
  private let heads: Int

  /// Makes a layer with random weights.
  ///
  /// - Parameters:
  ///   - channels: The channels of the images, a multiple of `heads`.
  ///   - contextWidth: The length of the tokens.
  ///   - heads: Into how many heads the channels are divided.
  ///   - generator: Where the random numbers come from.
  public init(channels: Int, contextWidth: Int, heads: Int, using generator: inout RandomGenerator) {
    query = Linear(from: channels, to: channels, using: &generator)
    key = Linear(from: contextWidth, to: channels, using: &generator)
    value = Linear(from: contextWidth, to: channels, using: &generator)
    output = Linear(from: channels, to: channels, using: &generator)
    self.heads = heads
  }

  /// What each pixel learns from the context. Normalizing before it, and adding the images themselves after it, is left
  /// to the caller.
  ///
  /// The pixels of an image, row after row, are the sequence that asks: `[count, height · width, channels]`. Their
  /// queries, and the tokens' keys and values, go through `scaledDotProductAttention`; the answers go through the
  /// output layer and become images again.
  ///
  /// - Parameters:
  ///   - images: `[count, height, width, channels]`.
  ///   - context: `[count, tokens, contextWidth]`, at least one token.
  /// - Returns: Of the images' shape. Gradients reach the images, the context and all parameters.
  public func callAsFunction(_ images: Tensor, context: Tensor) -> Tensor {
    if images.fault != nil { return images }
    guard images.shape.rank == 4 else { return Tensor(fault: Fault("images have four axes, not \(images.shape)")) }
    // BEGIN SOLUTION 6.4
    let pixels = images.reshaped([images.shape[0], images.shape[1] * images.shape[2], images.shape[3]])
    let answers = scaledDotProductAttention(
      query: query(pixels), key: key(context), value: value(context), heads: heads)
    return output(answers).reshaped(images.shape)
    // END SOLUTION
  }
}

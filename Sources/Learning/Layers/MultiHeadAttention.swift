import Tensors

/// Attention with several heads (Vaswani et al. 2017): each position of a sequence asks all positions of a context, or of
/// its own sequence, and is answered by a weighted mean of their values.
public final class MultiHeadAttention: Layer {
  /// Maps `width` to `width`.
  public let query: Linear
  /// Maps the context's width to `width`.
  public let key: Linear
  /// Maps the context's width to `width`.
  public let value: Linear
  /// Maps `width` to `width`, after the heads have been put side by side.
  public let output: Linear
  private let heads: Int

  /// Makes attention from its four projections.
  public init(heads: Int, query: Linear, key: Linear, value: Linear, output: Linear) {
    self.heads = heads
    self.query = query
    self.key = key
    self.value = value
    self.output = output
  }

  /// Makes attention with first values like those of PyTorch's `nn.MultiheadAttention`.
  ///
  /// The weights of query, key and value are Xavier-uniform; where all widths are equal, PyTorch sees them as one matrix of
  /// three times as many outputs. Their biases and that of the output are 0. The output's weights are those of any
  /// ``Linear``.
  ///
  /// - Parameters:
  ///   - width: The width of the sequence's vectors, a multiple of `heads`.
  ///   - contextWidth: The width of the context's vectors; nil if it is `width`, as for self-attention.
  ///   - heads: How many parts the vectors are divided into, each with weights of its own.
  ///   - generator: Where the random numbers come from.
  public convenience init(
    width: Int, contextWidth: Int? = nil, heads: Int, using generator: inout RandomGenerator
  ) {
    let contextWidth = contextWidth ?? width
    let fanOut = contextWidth == width ? 3 * width : width
    func projection(from inputs: Int) -> Linear {
      Linear(
        weight: .xavierUniform([inputs, width], fanIn: inputs, fanOut: fanOut, using: &generator),
        bias: .zeros([width]))
    }
    let (query, key, value) = (
      projection(from: width), projection(from: contextWidth), projection(from: contextWidth)
    )
    let output = Linear(
      weight: .uniform([width, width], fanIn: width, using: &generator), bias: .zeros([width]))
    self.init(heads: heads, query: query, key: key, value: value, output: output)
  }

  /// Attention of a sequence to a context.
  ///
  /// - Parameters:
  ///   - sequence: The vectors that ask, `[n, length, width]`.
  ///   - context: The vectors that answer, `[n, contextLength, contextWidth]`; nil if they are the sequence itself.
  /// - Returns: `[n, length, width]`.
  public func callAsFunction(_ sequence: Tensor, context: Tensor? = nil) -> Tensor {
    let context = context ?? sequence
    return output(attention(query: query(sequence), key: key(context), value: value(context), heads: heads))
  }
}

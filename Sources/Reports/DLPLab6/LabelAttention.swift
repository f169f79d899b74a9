import Conditioning
import Learning
import Tensors

/// Makes a token of each label of an image, and as many more of a token for "nothing" that every image has the same number.
///
/// A sum of embeddings, as in exercise 6.2, tells a network which labels there are. From tokens a pixel can choose: one that sees
/// something red asks for the label that is red, and is told its shape.
final class LabelTokens: Layer {
  private let embedding: Embedding
  private let classCount: Int
  private let tokenCount: Int

  /// - Parameters:
  ///   - classCount: How many labels there are; the row after theirs is that of "nothing".
  ///   - tokenCount: The most labels that an image has.
  ///   - width: The width of a token.
  init(classCount: Int, tokenCount: Int, width: Int, using generator: inout RandomGenerator) {
    (self.classCount, self.tokenCount) = (classCount, tokenCount)
    embedding = Embedding(count: classCount + 1, width: width, using: &generator)
  }

  /// The tokens of images, `[n, tokenCount, width]`; faulty where an image has more labels than there are tokens.
  func callAsFunction(_ sets: [[Int]]) -> Tensor {
    if let most = sets.map(\.count).max(), most > tokenCount {
      return Tensor(
        fault: Fault("\(most) labels of one image, where the network has been made for \(tokenCount) at most"))
    }
    let rows = sets.flatMap { $0 + [Int](repeating: classCount, count: tokenCount - $0.count) }
    return embedding(rows).reshaped([sets.count, tokenCount, -1])
  }
}

/// The cross-attention of chapter 6 from pixels to the tokens of their image's labels, added to the image.
final class LabelAttention: Layer {
  private let norm: GroupNorm
  private let attention: CrossAttention

  init(channels: Int, contextWidth: Int, heads: Int, groups: Int, using generator: inout RandomGenerator) {
    norm = GroupNorm(groups: groups, channels: channels)
    attention = CrossAttention(channels: channels, contextWidth: contextWidth, heads: heads, using: &generator)
  }

  /// - Parameters:
  ///   - x: `[n, height, width, channels]`.
  ///   - tokens: `[n, tokens, contextWidth]`.
  /// - Returns: Of the shape of `x`.
  func callAsFunction(_ x: Tensor, tokens: Tensor) -> Tensor { x + attention(norm(x), context: tokens) }
}

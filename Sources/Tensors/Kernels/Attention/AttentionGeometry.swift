/// The extents of an attention. Queries, results and their gradients have the shape `[count, tokens, channels]`, keys,
/// values and theirs `[count, contextTokens, channels]`.
package struct AttentionGeometry: Sendable {
  package let count: Int
  package let tokens: Int
  package let contextTokens: Int
  package let channels: Int
  /// Each head sees as many channels as any other, one head's side by side.
  package let heads: Int

  package init(count: Int, tokens: Int, contextTokens: Int, channels: Int, heads: Int) {
    self.count = count
    self.tokens = tokens
    self.contextTokens = contextTokens
    self.channels = channels
    self.heads = heads
  }

  /// The channels of one head.
  package var width: Int { channels / heads }

  package var queryShape: Shape { [count, tokens, channels] }
  package var contextShape: Shape { [count, contextTokens, channels] }
}

import Conditioning
import Learning
import Tensors
import TestSupport
import Testing

@Suite("6.4 Cross-attention", .exercise("6.4"))
struct Hidden6_4 {
  private func random(_ shape: Shape, seed: UInt64) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return .normal(shape, using: &generator)
  }

  @Test("Other sizes", arguments: [(3, 1, 9, 12, 4), (1, 10, 1, 6, 6), (2, 3, 3, 4, 1), (1, 16, 5, 32, 8)])
  func sizes(count: Int, tokens: Int, contextTokens: Int, channels: Int, heads: Int) throws {
    let (q, k) = (random([count, tokens, channels], seed: 31), random([count, contextTokens, channels], seed: 32))
    let v = random([count, contextTokens, channels], seed: 33)
    expectClose(
      try scaledDotProductAttention(query: q, key: k, value: v, heads: heads).checked(),
      attention(query: q, key: k, value: v, heads: heads), "attention", tolerance: 1e-5)
  }

  @Test("Other inputs")
  func gradients() throws {
    let (q, k, v) = (
      random([2, 4, 8], seed: 34).variable, random([2, 3, 8], seed: 35).variable, random([2, 3, 8], seed: 36).variable
    )
    let upstream = random([2, 4, 8], seed: 37)
    let own = try scaledDotProductAttention(query: q, key: k, value: v, heads: 4).checked().gradients(from: upstream)
    let engine = attention(query: q, key: k, value: v, heads: 4).gradients(from: upstream)
    for (name, variable) in [("query", q), ("key", k), ("value", v)] {
      expectClose(
        try #require(own[variable]), try #require(engine[variable]), "gradient of the \(name)", tolerance: 1e-4)
    }
  }

  @Test("Precision")
  func large() throws {
    // Scores of several hundred: without subtracting the largest the exponentials overflow.
    let (q, k, v) = (random([1, 3, 4], seed: 38) * 30, random([1, 5, 4], seed: 39) * 30, random([1, 5, 4], seed: 40))
    let result = try scaledDotProductAttention(query: q, key: k, value: v, heads: 2).checked()
    #expect(result.isFinite)
    expectClose(result, attention(query: q, key: k, value: v, heads: 2), "sharp attention", tolerance: 1e-3)
  }

  @Test("Edge cases")
  func layer() throws {
    var generator = RandomGenerator(seed: 41)
    let layer = CrossAttention(channels: 6, contextWidth: 5, heads: 3, using: &generator)
    let (images, context) = (random([2, 4, 1, 6], seed: 42), random([2, 7, 5], seed: 43))
    let answers = attention(
      query: layer.query(images.reshaped([2, 4, 6])), key: layer.key(context), value: layer.value(context), heads: 3)
    expectClose(
      try layer(images, context: context).checked(), layer.output(answers).reshaped([2, 4, 1, 6]), "layer",
      tolerance: 1e-5)
    // A token twice is two tokens of the same weight: with one token alone nothing changes.
    let one = context.sliced(axis: 1, 0..<1)
    expectClose(
      try layer(images, context: .concatenated([one, one], axis: 1)).checked(),
      try layer(images, context: one).checked(), "a token twice", tolerance: 1e-5)
  }

  @Test("Together with other exercises")
  func labels() throws {
    var generator = RandomGenerator(seed: 44)
    let layer = CrossAttention(channels: 4, contextWidth: 10, heads: 2, using: &generator)
    let context = oneHot([3, 9], classCount: 10).reshaped([2, 1, 10])
    let result = try layer(random([2, 2, 2, 4], seed: 45), context: context).checked()
    let rows = layer.output(layer.value(context)).reshaped([2, 1, 1, 4]).broadcast(to: [2, 2, 2, 4])
    expectClose(result, rows, "one label as the only token", tolerance: 1e-5)
  }

  @Test("Bad input")
  func bad() {
    func answer(_ q: Shape, _ k: Shape, _ v: Shape, _ heads: Int) -> Tensor {
      scaledDotProductAttention(query: .ones(q), key: .ones(k), value: .ones(v), heads: heads)
    }
    #expect(answer([1, 2, 4], [1, 2, 4], [1, 3, 4], 2).fault != nil)
    #expect(answer([1, 2, 4], [1, 2, 4], [1, 2, 4], 3).fault != nil)
    #expect(answer([1, 2, 4], [2, 2, 4], [2, 2, 4], 2).fault != nil)
    #expect(answer([1, 2, 4], [1, 2, 4], [1, 2, 4], 2).fault == nil)
  }
}

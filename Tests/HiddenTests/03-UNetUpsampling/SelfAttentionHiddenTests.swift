import Learning
import Tensors
import TestSupport
import Testing
import UNetUpsampling

@Suite("3.6 Self-attention over pixels", .exercise("3.6"))
struct Hidden3_6 {
  private func layer(channels: Int, heads: Int, groups: Int, seed: UInt64, strength: Float = 2) throws -> SelfAttention
  {
    var generator = RandomGenerator(seed: seed)
    let layer = SelfAttention(channels: channels, heads: heads, groups: groups, using: &generator)
    try randomize(layer, seed: seed + 1)
    // Scores that make clear preferences.
    try set(["query.weight": tensor("query.weight", of: layer) * strength], in: layer)
    return layer
  }

  private func reference(_ layer: SelfAttention, _ x: Tensor, heads: Int, groups: Int) throws -> Tensor {
    let p = Dictionary(uniqueKeysWithValues: layer.parameters.map { ($0.path, $0.parameter.value) })
    func of(_ path: String) throws -> Tensor { try #require(p[path]) }
    func linear(_ x: Tensor, _ name: String) throws -> Tensor {
      try x.matmul(of("\(name).weight")) + of("\(name).bias")
    }
    let pixels = try x.groupNormalized(groups: groups, scale: of("norm.scale"), shift: of("norm.shift"))
      .reshaped([x.shape[0], x.shape[1] * x.shape[2], x.shape[3]])
    let told = try attention(
      query: linear(pixels, "query"), key: linear(pixels, "key"), value: linear(pixels, "value"), heads: heads)
    return x + (try linear(told, "output")).reshaped(x.shape)
  }

  @Test("Other inputs", arguments: 0..<5)
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let (heads, groups) = (1 + generator.integer(below: 3), 1 + generator.integer(below: 2))
    let channels = 2 * heads * (1 + generator.integer(below: 3))
    let layer = try layer(channels: channels, heads: heads, groups: groups, seed: seed)
    let shape: Shape = [
      1 + generator.integer(below: 3), 1 + generator.integer(below: 4), 2 + generator.integer(below: 4), channels,
    ]
    let x = (Tensor.normal(shape, using: &generator) * 2).variable
    let (result, expected) = (layer(x), try reference(layer, x, heads: heads, groups: groups))
    // Projections, scores, an exponential and two sums, a dozen roundings of 6e-8 of numbers that partly cancel; the gradient
    // goes through them twice.
    expectClose(result, expected, "\(shape), \(heads) heads", tolerance: 1e-5)
    let upstream = Tensor.normal(shape, using: &generator)
    let missing = Tensor(fault: Fault("no gradient"))
    expectClose(
      result.gradients(from: upstream)[x] ?? missing, expected.gradients(from: upstream)[x] ?? missing,
      "the gradient by x, \(shape), \(heads) heads", tolerance: 3e-5)
  }

  @Test("Other sizes", arguments: [(1, 16), (16, 16), (4, 32)])
  func sizes(heads: Int, channels: Int) throws {
    // As above.
    let layer = try layer(channels: channels, heads: heads, groups: 4, seed: 6)
    let x = normal([2, 7, 5, channels], seed: 7)
    expectClose(
      layer(x), try reference(layer, x, heads: heads, groups: 4), "\(heads) heads of \(channels / heads)",
      tolerance: 1e-5)
  }

  @Test("Edge cases")
  func largeScores() throws {
    // Scores in the thousands: a softmax that did not subtract the largest would overflow.
    let layer = try layer(channels: 4, heads: 2, groups: 1, seed: 8, strength: 3000)
    let y = try layer(normal([1, 3, 3, 4], seed: 9)).checked()
    #expect(y.isFinite)
  }

  @Test("Other inputs")
  func headsKeepToThemselves() throws {
    // Without the values of the first head's channels its queries and keys make no difference.
    let layer = try layer(channels: 4, heads: 2, groups: 1, seed: 10)
    var (weight, bias) = try (tensor("value.weight", of: layer), tensor("value.bias", of: layer))
    for output in 0..<2 {
      bias[output] = 0
      for input in 0..<4 { weight[input, output] = 0 }
    }
    try set(["value.weight": weight, "value.bias": bias], in: layer)
    let x = normal([1, 3, 4, 4], seed: 11)
    let before = try layer(x).checked()
    var query = try tensor("query.weight", of: layer)
    for output in 0..<2 { for input in 0..<4 { query[input, output] += 5 } }
    try set(["query.weight": query], in: layer)
    expectClose(layer(x), before, "with another query in the first head alone", tolerance: 1e-6)
  }

  @Test("Bad input")
  func bad() throws {
    try layer(channels: 6, heads: 3, groups: 1, seed: 12)(normal([1, 2, 2, 6], seed: 13)).checked()
    for (heads, groups) in [(4, 1), (0, 1), (-1, 1), (3, 4), (3, 0)] {
      let fault = try layer(channels: 6, heads: heads, groups: groups, seed: 12)(normal([1, 2, 2, 6], seed: 13)).fault
      #expect(fault != nil, "\(heads) heads, \(groups) groups, 6 channels")
    }
    let layer = try layer(channels: 6, heads: 3, groups: 1, seed: 12)
    #expect(layer(normal([4, 6], seed: 14)).fault != nil, "no images")
    #expect(layer(normal([1, 2, 2, 9], seed: 14)).fault != nil, "other channels")
    let fault = Fault("earlier")
    #expect(layer(Tensor(fault: fault)).fault == fault)
  }
}

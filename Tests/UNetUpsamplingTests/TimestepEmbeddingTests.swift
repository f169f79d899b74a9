import Foundation
import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// A timestep as waves, and what two linear layers make of them.
@Suite("Timestep embedding")
struct TimestepEmbeddingTests {
  @Test("Known values: sines first, then cosines, with frequencies 1, 0.1, 0.01, 0.001")
  func known() throws {
    let embedding = try sinusoidalEmbedding([100], width: 8).checked()
    #expect(embedding.shape == [1, 8])
    let expected: [Float] = [
      -0.506365641, -0.544021111, 0.841470985, 0.0998334166, 0.862318872, -0.839071529, 0.540302306, 0.995004165,
    ]
    // Computed in Double and rounded once; the values here have nine digits. An angle rounded to Float would be off by
    // 4e-6 already at t = 100.
    expectClose(
      embedding, Tensor(expected, shape: [1, 8]),
      "sin(t·f) then cos(t·f), f_i = 10000^(−i / half), with i / half and not i / (half − 1), nor sine beside cosine",
      tolerance: 1e-6, relativeTo: .number(1))
  }

  @Test("At t = 0 all sines are 0 and all cosines 1")
  func origin() throws {
    let embedding = try sinusoidalEmbedding([0], width: 6).checked()
    #expect(embedding.scalars == [0, 0, 0, 1, 1, 1])
  }

  @Test("The first frequency is 1, the last nearly 1/10000, and each pair lies on the unit circle")
  func frequencies() throws {
    let (t, half) = (1, 64)
    let embedding = try sinusoidalEmbedding([t], width: 2 * half).checked()
    try #require(embedding.shape == [1, 2 * half])
    // Half a unit in the last place, relative: 6e-8.
    #expect(agree(Double(embedding[0, 0]), sin(1), relative: 1e-7), "f_0 must be 1")
    #expect(
      agree(Double(embedding[0, half - 1]), pow(10_000, -63.0 / 64), relative: 1e-7),
      "the last of 64 frequencies is 10000^(−63/64); with i / (half − 1) it would be 1/10000")
    let off = (0..<half).first { i in
      let (sine, cosine) = (Double(embedding[0, i]), Double(embedding[0, half + i]))
      return !(abs(sine * sine + cosine * cosine - 1) < 1e-6)
    }
    #expect(off == nil, "element i and element half + i are sine and cosine of one angle")
  }

  @Test("One row for each timestep, whatever the company")
  func rows() throws {
    let embedding = try sinusoidalEmbedding([7, 0, 999], width: 16).checked()
    #expect(embedding.shape == [3, 16])
    for (row, t) in [7, 0, 999].enumerated() {
      #expect(embedding.sliced(axis: 0, row..<row + 1) == sinusoidalEmbedding([t], width: 16))
    }
    let rows = (0..<1000).map { sinusoidalEmbedding([$0], width: 16).scalars }
    #expect(Set(rows).count == 1000, "all timesteps must differ")
  }

  @Test("The layer: Linear, SiLU, Linear")
  func layer() throws {
    var generator = RandomGenerator(seed: 1)
    let layer = TimestepEmbedding(width: 12, using: &generator)
    func linear(_ x: Tensor, _ name: String) throws -> Tensor {
      try x.matmul(tensor("\(name).weight", of: layer)) + tensor("\(name).bias", of: layer)
    }
    let waves = sinusoidalEmbedding([3, 500], width: 12)
    let expected = try linear(linear(waves, "first").silu(), "second")
    // The same operations in the same order.
    expectClose(
      layer([3, 500]), expected, "second(silu(first(waves))), without an activation at the end", tolerance: 1e-6)
  }
}

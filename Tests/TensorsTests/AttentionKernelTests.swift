import Foundation
import Tensors
import Testing

/// The fast attention against the naive one, on random sizes, and within the bounds of ``AttentionBounds``.
@Suite("Fast attention against naive attention")
struct AttentionKernelTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let geometry: AttentionGeometry
    /// What queries are multiplied by: scores are normally distributed with this deviation.
    let sharpness: Float

    init(_ count: Int, _ tokens: Int, _ contextTokens: Int, heads: Int, width: Int, sharpness: Float = 1) {
      geometry = AttentionGeometry(
        count: count, tokens: tokens, contextTokens: contextTokens, channels: heads * width, heads: heads)
      self.sharpness = sharpness
    }

    var testDescription: String {
      "\(geometry.queryShape) to \(geometry.contextShape) with \(geometry.heads) heads"
        + (sharpness == 1 ? "" : ", scores of about \(sharpness)")
    }
  }

  /// Sizes drawn so that what blocks of queries, vectors of keys and vectors of channels leave over takes many values; one head
  /// of one image, whose queries are dealt out; a head for each channel; nothing at all; and scores beyond ±100.
  static let cases: [Case] = {
    var generator = RandomGenerator(seed: 13)
    let tokens = [1, 2, 5, 6, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 33, 48, 50]
    let widths = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 33]
    let drawn = (0..<40).map { index in
      let (queries, keys) = (
        tokens[generator.integer(below: tokens.count)], tokens[generator.integer(below: tokens.count)]
      )
      return Case(
        1 + generator.integer(below: 3), queries, keys, heads: 1 + generator.integer(below: 4),
        width: widths[generator.integer(below: widths.count)], sharpness: index % 4 == 3 ? 40 : 1)
    }
    return drawn + [
      Case(1, 211, 70, heads: 1, width: 16), Case(2, 30, 40, heads: 12, width: 1), Case(1, 1, 1, heads: 1, width: 1),
      Case(0, 5, 6, heads: 2, width: 4), Case(2, 0, 6, heads: 2, width: 4), Case(1, 2, 300, heads: 2, width: 8),
    ]
  }()

  @Test("The result and the gradients", arguments: cases)
  func attends(_ example: Case) {
    let g = example.geometry
    let (q, k) = (random(g.queryShape, 1) * example.sharpness, random(g.contextShape, 2))
    let (v, upstream) = (random(g.contextShape, 3), random(g.queryShape, 4))
    let (query, key, value) = (q.variable, k.variable, v.variable)
    let y = attention(query: query, key: key, value: value, heads: g.heads)
    let gradients = y.gradients(from: upstream)

    let bounds = AttentionBounds(g, query: exact(q), key: exact(k), value: exact(v), upstream: exact(upstream))
    let result = NaiveKernels.attend(g, query: exact(q), key: exact(k), value: exact(v))
    let expected = NaiveKernels.attentionGradient(
      g, query: exact(q), key: exact(k), value: exact(v), upstream: exact(upstream))
    expectWithin(bounds.result, y, result, g.queryShape, "the result")
    expectWithin(bounds.query, gradients[query], expected.query, g.queryShape, "the gradient of the queries")
    expectWithin(bounds.key, gradients[key], expected.key, g.contextShape, "the gradient of the keys")
    expectWithin(bounds.value, gradients[value], expected.value, g.contextShape, "the gradient of the values")
  }

  /// Weights of 0 and 1 are exact, and e^100 · e^100 would be infinite.
  @Test("Scores of 100 and −100 leave no doubt")
  func certainty() throws {
    let side = Tensor([10, -10], shape: [1, 2, 1]).variable
    let value = Tensor([3, 5], shape: [1, 2, 1]).variable
    let y = attention(query: side, key: side, value: value, heads: 1)
    #expect(y.scalars == [3, 5])
    let gradients = y.sum().gradients()
    #expect(try #require(gradients[value]).scalars == [1, 1])
    #expect(try #require(gradients[side]).scalars == [0, 0])
  }

  @Test("A query that is NaN makes its own result NaN, in its head, and no other")
  func nan() {
    var query = random([2, 30, 12], 5)
    query[1, 7, 4] = .nan
    let y = attention(query: query, key: random([2, 9, 12], 6), value: random([2, 9, 12], 7), heads: 3)
    let found = y.scalars.indices.filter { y.scalars[$0].isNaN }
    #expect(found == (4..<8).map { (1 * 30 + 7) * 12 + $0 })
  }

  /// Of two keys with the scores 0 and log 3, the weights are ¼ and ¾. There ds = p ⊙ (dp − Σ p dp) = ±¼ · ¾ · (4 − 0).
  @Test("The naive attention of one query")
  func byHand() {
    let g = AttentionGeometry(count: 1, tokens: 1, contextTokens: 2, channels: 1, heads: 1)
    let keys = [0, log(3.0)]
    #expect(abs(NaiveKernels.attend(g, query: [1], key: keys, value: [0, 4])[0] - 3) < 1e-14)
    let gradients = NaiveKernels.attentionGradient(g, query: [1], key: keys, value: [0, 4], upstream: [1])
    let expected = [0.75 * log(3.0), -0.75, 0.75, 0.25, 0.75]
    #expect(zip(gradients.query + gradients.key + gradients.value, expected).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  // MARK: Softmax

  @Test("Softmax of rows", arguments: [1, 2, 3, 7, 8, 9, 16, 17, 40, 1000], [1, 5, 300])
  func softmax(width: Int, rows: Int) {
    let (x, upstream) = ((random([rows, width], 8) * 5).variable, random([rows, width], 9))
    let y = x.softmax()
    let p = NaiveKernels.softmax(exact(x), width: width)
    var (expected, bounds) = (p, p)
    // Differences of at most 60 are rounded, their powers are good to 1e-7, and the sum is one of `width` numbers.
    let error = 2 * (60 * 0x1p-24 + 1e-7) + Double(width + 4) * 0x1p-24
    let dy = exact(upstream)
    for row in 0..<rows {
      let indices = (row * width)..<((row + 1) * width)
      let mean = indices.reduce(0) { $0 + p[$1] * dy[$1] }
      let size = indices.reduce(0) { $0 + p[$1] * abs(dy[$1]) }
      for index in indices {
        expected[index] = p[index] * (dy[index] - mean)
        bounds[index] = 1.01 * (2 * error + Double(width + 4) * 0x1p-24) * p[index] * (abs(dy[index]) + size)
      }
    }
    expectWithin(p.map { 1.01 * error * $0 }, y, p, x.shape, "the softmax")
    expectWithin(bounds, y.gradients(from: upstream)[x], expected, x.shape, "its gradient")
  }

  /// e²⁰⁰ is more than a Float holds; where the largest is subtracted first, all powers are at most 1.
  @Test("The largest number of a row may stand at any place", arguments: [2, 3, 7, 8, 9, 17])
  func softmaxOfLargeNumbers(width: Int) {
    let x = (0..<width).flatMap { row in (0..<width).map { Float($0 == row ? 200 : 0) } }
    let y = Tensor(x, shape: [width, width]).softmax().scalars
    #expect(y == x.map { $0 / 200 }, "beside e²⁰⁰ all others are less than a Float's last digit of 1")
  }

  // MARK: Comparing

  private func expectWithin(
    _ bounds: [Double], _ actual: Tensor?, _ expected: [Double], _ shape: Shape, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard let actual, actual.fault == nil, actual.shape == shape else {
      Issue.record(
        "\(what) is \(actual.map { "\($0)" } ?? "missing") instead of one of shape \(shape)",
        sourceLocation: sourceLocation)
      return
    }
    let scalars = actual.scalars
    let wrong = scalars.indices.filter { !(abs(Double(scalars[$0]) - expected[$0]) <= bounds[$0]) }
    guard let first = wrong.first else { return }
    let position = Shape(zip(shape, shape.strides).map { first / $1 % $0 })
    Issue.record(
      """
      \(wrong.count) of \(scalars.count) elements of \(what) are outside the bound of rounding, the first at \(position): \
      \(scalars[first]) instead of \(expected[first]) ± \(bounds[first])
      """, sourceLocation: sourceLocation)
  }
}

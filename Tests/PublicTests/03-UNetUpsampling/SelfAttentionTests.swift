import Learning
import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// Attention of an image's pixels to each other.
@Suite("3.6 Self-attention over pixels", .exercise("3.6"))
struct Exercise3_6 {
  private static let channels = 8
  private let x = normal([2, 3, 4, 8], seed: 2) * 2 + 1

  /// Attention with weights so large that some tokens clearly prefer others, and a norm whose scale and shift show.
  private func layer(heads: Int) throws -> SelfAttention {
    var generator = RandomGenerator(seed: 1)
    let layer = SelfAttention(channels: Self.channels, heads: heads, groups: 2, using: &generator)
    var parameters = [
      "norm.scale": normal([Self.channels], seed: 10) * 0.3 + 1, "norm.shift": normal([Self.channels], seed: 11),
    ]
    for (index, name) in ["query", "key", "value", "output"].enumerated() {
      parameters["\(name).weight"] = normal([Self.channels, Self.channels], seed: UInt64(20 + index)) * 0.5
    }
    try set(parameters, in: layer)
    return layer
  }

  /// Tokens `[count, tokens, channels]` through one of the projections.
  private func projected(_ tokens: Tensor, by name: String, of layer: SelfAttention) throws -> Tensor {
    try tokens.matmul(tensor("\(name).weight", of: layer)) + tensor("\(name).bias", of: layer)
  }

  private func tokens(of x: Tensor, for layer: SelfAttention) throws -> Tensor {
    try x.groupNormalized(groups: 2, scale: tensor("norm.scale", of: layer), shift: tensor("norm.shift", of: layer))
      .reshaped([x.shape[0], -1, Self.channels])
  }

  /// The layer with the engine's attention between the projections, or something else in its place.
  private func reference(
    _ layer: SelfAttention, heads: Int, normalizes: Bool = true, addsInput: Bool = true, addsNormalized: Bool = false,
    projectsOutput: Bool = true, attending: (_ q: Tensor, _ k: Tensor, _ v: Tensor) -> Tensor
  ) throws -> Tensor {
    let normalized = try tokens(of: x, for: layer)
    let pixels = normalizes ? normalized : x.reshaped(normalized.shape)
    let told = attending(
      try projected(pixels, by: "query", of: layer), try projected(pixels, by: "key", of: layer),
      try projected(pixels, by: "value", of: layer))
    let answer = try (projectsOutput ? projected(told, by: "output", of: layer) : told).reshaped(x.shape)
    return addsInput ? answer + (addsNormalized ? normalized.reshaped(x.shape) : x) : answer
  }

  /// Attention with the tensor operations, in which details can be done otherwise.
  private func byHand(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, heads: Int, softmaxAxis: Int = -1, divisor: Float,
    dividing: (Tensor, Int) -> Tensor = Exercise3_6.divided
  ) -> Tensor {
    let (q, k, v) = (dividing(q, heads), dividing(k, heads), dividing(v, heads))
    return (q.matmul(k.transposed()) / divisor).softmax(axis: softmaxAxis).matmul(v)
      .transposed([0, 2, 1, 3]).reshaped([x.shape[0], -1, Self.channels])
  }

  private static func divided(_ x: Tensor, _ heads: Int) -> Tensor {
    x.reshaped([x.shape[0], x.shape[1], heads, channels / heads]).transposed([0, 2, 1, 3])
  }

  /// What comes of products in which the matrices are those of a pixel, with a row for each head.
  private func headsAttending(_ q: Tensor, _ k: Tensor, _ v: Tensor, heads: Int) -> Tensor {
    let width = Self.channels / heads
    let (q, k, v) = (
      q.reshaped([2, 12, heads, width]), k.reshaped([2, 12, heads, width]), v.reshaped([2, 12, heads, width])
    )
    return (q.matmul(k.transposed()) / Float(width).squareRoot()).softmax(axis: -1).matmul(v)
      .reshaped([2, 12, Self.channels])
  }

  @Test("The engine's attention between the same projections", arguments: [1, 2, 4])
  func engine(heads: Int) throws {
    let layer = try layer(heads: heads)
    let width = Self.channels / heads
    let root = Float(width).squareRoot()
    let expected = try reference(layer, heads: heads) { attention(query: $0, key: $1, value: $2, heads: heads) }
    // Sums of 8 and of 12 products, an exponential, and three projections: a dozen roundings of 6e-8 of numbers that partly cancel.
    expectClose(
      layer(x), expected, "\(counted(heads, "head")) on 12 pixels", tolerance: 1e-5,
      mistakes: [
        "the scores are not divided by √d: the scalar product of d independent numbers of variance 1 has a standard deviation of √d":
          try reference(layer, heads: heads) { byHand($0, $1, $2, heads: heads, divisor: 1) },
        "the scores are divided by the root of all channels; d is a head's":
          try reference(layer, heads: heads) {
            byHand($0, $1, $2, heads: heads, divisor: Float(Self.channels).squareRoot())
          },
        "the scores are divided by d, not by √d":
          try reference(layer, heads: heads) { byHand($0, $1, $2, heads: heads, divisor: Float(width)) },
        "the scores are multiplied by √d, not divided":
          try reference(layer, heads: heads) { byHand($0, $1, $2, heads: heads, divisor: 1 / root) },
        "the softmax runs over the queries, the tokens that ask; the weights of the answering keys must add up to 1":
          try reference(layer, heads: heads) { byHand($0, $1, $2, heads: heads, softmaxAxis: -2, divisor: root) },
        "the softmax runs over the heads; it runs over the keys":
          try reference(layer, heads: heads) { byHand($0, $1, $2, heads: heads, softmaxAxis: 1, divisor: root) },
        "queries and keys are exchanged":
          try reference(layer, heads: heads) { attention(query: $1, key: $0, value: $2, heads: heads) },
        "the norm is missing":
          try reference(layer, heads: heads, normalizes: false) {
            attention(query: $0, key: $1, value: $2, heads: heads)
          },
        "the way around is missing: add the layer's input at the end":
          try reference(layer, heads: heads, addsInput: false) {
            attention(query: $0, key: $1, value: $2, heads: heads)
          },
        "the output projection is missing":
          try reference(layer, heads: heads, projectsOutput: false) {
            attention(query: $0, key: $1, value: $2, heads: heads)
          },
        "the softmax is missing: scores are no weights, which add up to 1":
          try reference(layer, heads: heads) {
            let (q, k, v) = (Self.divided($0, heads), Self.divided($1, heads), Self.divided($2, heads))
            return (q.matmul(k.transposed()) / root).matmul(v).transposed([0, 2, 1, 3]).reshaped([2, 12, Self.channels])
          },
        "the heads' results are put together by a reshape alone: exchange the axes back before it":
          try reference(layer, heads: heads) {
            let (q, k, v) = (Self.divided($0, heads), Self.divided($1, heads), Self.divided($2, heads))
            return (q.matmul(k.transposed()) / root).softmax(axis: -1).matmul(v).reshaped([2, 12, Self.channels])
          },
        "the normalized images are added at the end; it is the layer's input":
          try reference(layer, heads: heads, addsNormalized: true) {
            attention(query: $0, key: $1, value: $2, heads: heads)
          },
        "all channels are one head; each head has its own scores":
          try reference(layer, heads: heads) { attention(query: $0, key: $1, value: $2, heads: 1) },
        "pixels are mixed up with heads: a reshape cannot exchange axes, so divide the channels, then transpose":
          try reference(layer, heads: heads) {
            byHand($0, $1, $2, heads: heads, divisor: root) { $0.reshaped([2, $1, 12, Self.channels / $1]) }
          },
        "a head's channels are those that lie apart; they are a run of neighbors":
          try reference(layer, heads: heads) {
            byHand($0, $1, $2, heads: heads, divisor: root) {
              $0.reshaped([2, 12, Self.channels / $1, $1]).transposed([0, 3, 1, 2])
            }
          },
        "a head's channels are those that lie apart; they are a run of neighbors, and side by side again at the end":
          try reference(layer, heads: heads) {
            func apart(_ x: Tensor) -> Tensor {
              x.reshaped([2, 12, width, heads]).transposed([0, 3, 1, 2])
            }
            return (apart($0).matmul(apart($1).transposed()) / root).softmax(axis: -1).matmul(apart($2))
              .transposed([0, 2, 3, 1]).reshaped([2, 12, Self.channels])
          },
        "the heads of each pixel attend to each other: exchange the axes of pixels and heads before the products":
          try reference(layer, heads: heads) { headsAttending($0, $1, $2, heads: heads) },
        "the heads of each pixel attend to each other: exchange the axes of pixels and heads before the products, not only behind":
          try reference(layer, heads: heads) {
            headsAttending($0, $1, $2, heads: heads).reshaped([2, 12, heads, width]).transposed([0, 2, 1, 3])
              .reshaped([2, 12, Self.channels])
          },
      ])
  }

  @Test("If the output projection says nothing, the layer changes nothing")
  func wayAround() throws {
    let layer = try layer(heads: 2)
    try silence(["output"], in: layer)
    let normalized = try tokens(of: x, for: layer).reshaped(x.shape)
    expectClose(
      layer(x), x, "the layer with a silent output projection, against its input", tolerance: 0,
      mistakes: [
        "the way around is missing: the layer's input must be added, at the end": .zeros(x.shape),
        "the normalized images are added at the end; it is the layer's input": normalized,
        "the input is added twice": x * 2,
      ])
  }

  @Test("Those who ask nothing are told the mean of all values")
  func evenAttention() throws {
    let layer = try layer(heads: 2)
    try silence(["query"], in: layer)
    let values = try projected(tokens(of: x, for: layer), by: "value", of: layer)
    let told = try projected(values.mean(axes: [1], keepingAxes: true), by: "output", of: layer)
    // All scores are 0, so each of 12 weights is 1/12.
    let withWeights = { (sum: Float) -> Tensor in
      // The bias of the output projection is added once, whatever the weights.
      let bias = try tensor("output.bias", of: layer)
      return x + ((told - bias) * sum + bias).reshaped([2, 1, 1, Self.channels])
    }
    expectClose(
      layer(x), try withWeights(1), "scores of 0, which make equal weights, 1 / 12 for each of 12 pixels",
      tolerance: 5e-6,
      mistakes: [
        "the weights are ½ each, a softmax over the two heads; it runs over the 12 pixels that answer": try withWeights(
          6),
        "the weights are 1 each, as if there were no softmax, but for the exponential": try withWeights(12),
        "the weights are 0: scores are used where their softmax belongs": try withWeights(0),
        "the way around is missing: add the layer's input at the end": try withWeights(1) - x,
      ])
  }

  @Test("A single pixel attends to itself")
  func onePixel() throws {
    let layer = try layer(heads: 4)
    // Two projections of 8 products each behind a norm: half a dozen roundings of 6e-8 of numbers that partly cancel.
    let x = normal([3, 1, 1, Self.channels], seed: 3)
    let values = try projected(tokens(of: x, for: layer), by: "value", of: layer)
    expectClose(
      layer(x), try x + projected(values, by: "output", of: layer).reshaped(x.shape),
      "a single pixel, which is told its own value, as the softmax over one key is 1", tolerance: 5e-6,
      mistakes: [
        "the way around is missing: add the layer's input at the end":
          try projected(values, by: "output", of: layer).reshaped(x.shape),
        "the output projection is missing": x + values.reshaped(x.shape),
        "the norm is missing":
          try x
          + projected(projected(x.reshaped([3, 1, Self.channels]), by: "value", of: layer), by: "output", of: layer)
          .reshaped(x.shape),
      ])
  }

  @Test("Pixels have no places: exchanging them exchanges the results, and images keep to themselves")
  func places() throws {
    let layer = try layer(heads: 2)
    let y = try layer(x).checked()
    try #require(
      y.shape == x.shape, "the result has the shape of the images: yours is \(y.shape) instead of \(x.shape)")
    // The same numbers are added up in another order.
    expectClose(
      layer(x.transposed([0, 2, 1, 3])), y.transposed([0, 2, 1, 3]),
      "images on their side, against the result on its side: each pixel attends to all, wherever they are",
      tolerance: 5e-6)
    expectClose(
      layer(x.sliced(axis: 0, 1..<2)), y.sliced(axis: 0, 1..<2), "the second image alone, against the same in company",
      tolerance: 5e-6)
  }

  @Test("The same gradients as the engine's")
  func gradients() throws {
    let (layer, x) = (try layer(heads: 2), x.variable)
    let upstream = normal(x.shape, seed: 5)
    let result = try layer(x).checked()
    try #require(
      result.shape == x.shape, "the result has the shape of the images: yours is \(result.shape) instead of \(x.shape)")
    let gradients = result.gradients(from: upstream)

    let parameters = Dictionary(uniqueKeysWithValues: layer.parameters.map { ($0.path, $0.parameter.value) })
    func linear(_ tokens: Tensor, _ name: String) throws -> Tensor {
      let (weight, bias) = try (
        #require(parameters["\(name).weight"]), #require(parameters["\(name).bias"])
      )
      return tokens.matmul(weight) + bias
    }
    let (scale, shift) = try (#require(parameters["norm.scale"]), #require(parameters["norm.shift"]))
    let pixels = x.groupNormalized(groups: 2, scale: scale, shift: shift).reshaped([2, 12, Self.channels])
    let told = try attention(
      query: linear(pixels, "query"), key: linear(pixels, "key"), value: linear(pixels, "value"), heads: 2)
    let expected = (x + (try linear(told, "output")).reshaped(x.shape)).gradients(from: upstream)

    let missing = Tensor(
      fault: Fault("no gradient reaches it: the result does not use it, or was computed without recording"))
    let isReached = expectClose(
      gradients[x] ?? missing, expected[x] ?? missing,
      """
      the gradient by x, which reaches it through the attention and around it (where the result is right, a part of the way is \
      cut off, by `detached`, `withoutGradients` or a new tensor made of `scalars`)
      """, tolerance: 2e-5)
    guard isReached else { return }
    for (path, parameter) in layer.parameters {
      // A bias of the keys moves all scores of a query alike, which softmax does not notice: its gradient is 0 but for rounding.
      let scale: ErrorScale = path == "key.bias" ? .number(1) : .largest
      let isClose = expectClose(
        gradients[parameter] ?? missing, expected[parameter] ?? missing,
        "the gradient by \(path), against the engine's",
        tolerance: 2e-5, relativeTo: scale)
      // The first one that is off tells enough.
      guard isClose else { return }
    }
  }

  @Test("Scores of many sizes: each query's weights add up to 1")
  func largeScores() throws {
    let layer = try layer(heads: 2)
    // Scores of some thousands, so that those of one query may all lie far below another's.
    try set(["query.weight": tensor("query.weight", of: layer) * 3000], in: layer)
    let found = try layer(x).checked()
    let strange = found.scalars.count { !$0.isFinite }
    #expect(
      strange == 0,
      """
      with large scores \(strange) of \(x.shape.elementCount) numbers are not finite: a softmax by hand must subtract from a \
      query's scores the largest of that query's, not of all, else all its powers may be 0 or infinite
      """)
  }
}

import Conditioning
import Learning
import RealModule
import Tensors
import TestSupport
import Testing

@Suite("6.4 Cross-attention", .exercise("6.4"))
struct Exercise6_4 {
  private func random(_ shape: Shape, seed: UInt64) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return .normal(shape, using: &generator)
  }

  private func layer(heads: Int = 2) -> CrossAttention {
    var generator = RandomGenerator(seed: 1)
    return CrossAttention(channels: 8, contextWidth: 3, heads: heads, using: &generator)
  }

  @Test("Scores of ln 3 and 0 weigh two values 3 to 1")
  func byHand() throws {
    // With d = 4 the divisor is 2, so products of 2 ln 3 and 0 make scores of ln 3 and 0.
    let query = Tensor([2 * .log(3), 0, 0, 0], shape: [1, 1, 4])
    let key = Tensor([1, 0, 0, 0, 0, 1, 0, 0], shape: [1, 2, 4])
    let value = Tensor([4, 8, 0, 0, 0, 0, 4, 8], shape: [1, 2, 4])
    let answer = try scaledDotProductAttention(query: query, key: key, value: value, heads: 1).checked()
    expectClose(
      answer, Tensor([3, 6, 1, 2], shape: [1, 1, 4]), "3/4 of one value and 1/4 of the other", tolerance: 1e-6,
      mistakes: [
        "there is no softmax: the scores themselves weigh the values":
          Tensor([4 * .log(3), 8 * .log(3), 0, 0], shape: [1, 1, 4]),
        "the exponentials of the scores, 3 and 1, are not divided by their sum":
          Tensor([12, 24, 4, 8], shape: [1, 1, 4]),
        "the scores do not count: both values weigh the same": Tensor([2, 4, 2, 4], shape: [1, 1, 4]),
        "the weights are exchanged: the value of the other key weighs more": Tensor([1, 2, 3, 6], shape: [1, 1, 4]),
        "the scores are divided by √d, here 2; undivided they weigh 9 to 1":
          Tensor([3.6, 7.2, 0.4, 0.8], shape: [1, 1, 4]),
        "the scores are divided by √d, not by d": ReferenceAttention(divisor: 4, heads: 1).tensor(query, key, value),
        "each key weighs 1, as if the softmax ran over the queries; a query's weights add up to 1 over the keys":
          Tensor([4, 8, 4, 8], shape: [1, 1, 4]),
      ])
  }

  @Test(
    "The engine's attention gives the same",
    arguments: [(1, 5, 3, 8), (2, 4, 6, 8), (4, 7, 2, 8), (3, 6, 6, 12)])
  func oracle(heads: Int, tokens: Int, contextTokens: Int, channels: Int) throws {
    let query = random([2, tokens, channels], seed: 2)
    let (key, value) = (
      random([2, contextTokens, channels], seed: 3), random([2, contextTokens, channels], seed: 4)
    )
    func wrong(_ reference: ReferenceAttention) -> Tensor { reference.tensor(query, key, value) }
    func interleaved(_ x: Tensor) -> Tensor {
      x.reshaped([2, x.shape[1], channels / heads, heads]).transposed().reshaped(x.shape)
    }
    func cutUp(_ x: Tensor) -> Tensor { x.reshaped([2 * heads, x.shape[1], channels / heads]) }
    // Sums of up to twelve products around 1, then exp, which makes absolute errors relative: 12 · 6e-8, and
    // ten times that.
    expectClose(
      try scaledDotProductAttention(query: query, key: key, value: value, heads: heads).checked(),
      attention(query: query, key: key, value: value, heads: heads), "attention, heads = \(heads)", tolerance: 1e-5,
      mistakes: [
        "the scores are not divided by √d": wrong(ReferenceAttention(divisor: 1, heads: heads)),
        "the scores are divided by √channels; each head has only d = channels / heads of them":
          wrong(ReferenceAttention(divisor: Double(channels).squareRoot(), heads: heads)),
        "the scores are divided by d, not by √d":
          wrong(ReferenceAttention(divisor: Double(channels / heads), heads: heads)),
        "the softmax runs over the wrong axis: each query's weights must add up to 1 over the keys":
          wrong(ReferenceAttention(overQueries: true, heads: heads)),
        "the heads are dealt out channel by channel; each has d neighboring channels":
          attention(query: interleaved(query), key: interleaved(key), value: interleaved(value), heads: heads),
        "the heads are dealt out channel by channel, and back again; each has d neighboring channels":
          attention(query: interleaved(query), key: interleaved(key), value: interleaved(value), heads: heads)
          .reshaped([2, tokens, heads, channels / heads]).transposed().reshaped(query.shape),
        "a reshape alone cuts the tokens up: split the channels in [heads, d], then move the heads before the tokens":
          attention(query: cutUp(query), key: cutUp(key), value: cutUp(value), heads: 1).reshaped(query.shape),
        "the heads' results lie one below the other: bring the tokens before the heads again, then join the channels":
          attention(query: query, key: key, value: value, heads: heads)
          .reshaped([2, tokens, heads, channels / heads]).transposed([0, 2, 1, 3]).reshaped(query.shape),
        "the heads are one: each needs scores and weights of its own": wrong(ReferenceAttention(heads: 1)),
      ])
  }

  @Test("PyTorch gives the same", arguments: ["attention.1", "attention.4", "attention.cross"])
  func fixture(name: String) throws {
    let fixture = try Fixture(named: "operations")
    let answer = scaledDotProductAttention(
      query: fixture["\(name)/query"], key: fixture["\(name)/key"], value: fixture["\(name)/value"],
      heads: try fixture.integer("\(name)/heads"))
    // Sums as above.
    expectClose(try answer.checked(), fixture["\(name)/output"], "\(name) of PyTorch", tolerance: 1e-5)
  }

  @Test("Its gradients agree with central differences")
  func gradients() {
    GradientCase(
      "attention", [[2, 3, 4], [2, 5, 4], [2, 5, 4]],
      { scaledDotProductAttention(query: $0[0], key: $0[1], value: $0[2], heads: 2) },
      reference: { ReferenceAttention(heads: 2)($0[0], $0[1], $0[2]) }
    ).check()
  }

  /// What a right layer gives with the attention as it is: where that is wrong, so is this.
  private func byOwnAttention(_ layer: CrossAttention, heads: Int, _ images: Tensor, _ context: Tensor) -> Tensor {
    let (key, value) = (layer.key(context), layer.value(context))
    let asked = layer.query(images).reshaped([images.shape[0], -1, images.shape[3]])
    let told = scaledDotProductAttention(query: asked, key: key, value: value, heads: heads)
    return layer.output(told).reshaped(images.shape).detached
  }

  /// What is said where that is the answer, and wrong.
  private let attentionFirst =
    "this is what a right layer gives with your scaledDotProductAttention, which is not right itself: see to that first"

  @Test("With one token, every pixel gets W_o (W_v c + b_v) + b_o, whatever it asks")
  func oneToken() throws {
    let (layer, images, context) = (layer(), random([2, 3, 4, 8], seed: 5), random([2, 1, 3], seed: 6))
    let answer = layer.output(layer.value(context)).detached
    let thin = layer.output(layer.value(context) / 12).detached
    func everywhere(_ x: Tensor) -> Tensor { x.reshaped([2, 1, 1, 8]).broadcast(to: images.shape) }
    // Eight products around 1, twice.
    expectClose(
      try layer(images, context: context).checked(), everywhere(answer),
      "the layer with a single token, whose weight is 1",
      tolerance: 5e-6,
      mistakes: [
        attentionFirst: byOwnAttention(layer, heads: 2, images, context),
        "the softmax runs over the wrong axis: over the 12 pixels a token's weights add up to 1, so each gets 1/12":
          everywhere(thin),
        "the output layer W_o is missing": everywhere(layer.value(context).detached),
        "the images are added; that is left to the caller": images + everywhere(answer),
        "the keys are handed on, not the values": everywhere(layer.output(layer.key(context)).detached),
      ])
  }

  @Test("With one token, W_q and W_k cannot learn: their gradients are 0")
  func noGradient() throws {
    let (layer, images, context) = (layer(), random([2, 3, 4, 8], seed: 8), random([2, 1, 3], seed: 7))
    let result = try layer(images, context: context).checked()
    let right = layer.output(layer.value(context)).detached.reshaped([2, 1, 1, 8]).broadcast(to: images.shape)
    let isAttentionRight = isClose(byOwnAttention(layer, heads: 2, images, context), right, 5e-6)
    let gradients = result.gradients(from: random(result.shape, seed: 9))
    for (name, linear) in [("W_q", layer.query), ("W_k", layer.key)] {
      let largest = largest(gradients[linear.weight]) ?? 0
      // A weight that is exactly 1 has a gradient that cancels but for the rounding of numbers up to about 10.
      #expect(
        largest < 1e-5,
        """
        \(isAttentionRight ? "" : "your scaledDotProductAttention is not right itself, see to that first: ")\
        a softmax over one key is 1 whatever its score, so \(name) has no gradient: yours is up to \(largest) instead of 0
        """
      )
    }
    for (name, linear) in [("W_v", layer.value), ("W_o", layer.output)] {
      let found = try #require(
        largest(gradients[linear.weight]), "no gradient reaches \(name): what the token says must pass through it")
      #expect(
        found > 0.01, "what the token says must pass through \(name): yours has a gradient of no more than \(found)")
    }
  }

  /// The largest magnitude in a gradient, NaN where there is one; nil where there is no gradient.
  private func largest(_ gradient: Tensor?) -> Float? {
    gradient.map { $0.scalars.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, abs($1)) } }
  }

  @Test("Each pixel asks by itself: the layer is its four linear maps around attention")
  func pixels() throws {
    let (layer, images, context) = (layer(heads: 4), random([2, 2, 3, 8], seed: 10), random([2, 5, 3], seed: 11))
    let answers = attention(
      query: layer.query(images.reshaped([2, 6, 8])), key: layer.key(context), value: layer.value(context), heads: 4)
    let together = try layer(images, context: context).checked()
    try #require(
      together.shape == images.shape,
      "what comes back are images of the same shape: yours is \(together.shape) instead of \(images.shape)")
    let right = layer.output(answers).reshaped(images.shape).detached
    let exchanged = attention(
      query: layer.query(images.reshaped([2, 6, 8])), key: layer.value(context), value: layer.key(context), heads: 4)
    let byColumn = attention(
      query: layer.query(images.transposed([0, 2, 1, 3]).reshaped([2, 6, 8])), key: layer.key(context),
      value: layer.value(context), heads: 4)
    let isRight = expectClose(
      together, right, "the layer's answer", tolerance: 1e-5,
      mistakes: [
        attentionFirst: byOwnAttention(layer, heads: 4, images, context),
        "this is what two heads give; the layer was made with four, its `heads`":
          byOwnAttention(layer, heads: 2, images, context),
        "this is what one head gives; the layer was made with four, its `heads`":
          byOwnAttention(layer, heads: 1, images, context),
        "the output layer W_o is missing": answers.reshaped(images.shape).detached,
        "keys and values have changed places": layer.output(exchanged).reshaped(images.shape).detached,
        "the images are added; that is left to the caller": images + right,
        "the images asked column by column, and came back row after row":
          layer.output(byColumn).reshaped(images.shape).detached,
      ])
    guard isRight else { return }
    let pixel = images.sliced(axis: 1, 1..<2).sliced(axis: 2, 2..<3)
    expectClose(
      try layer(pixel, context: context).checked(), together.sliced(axis: 1, 1..<2).sliced(axis: 2, 2..<3),
      "a pixel alone, beside the same one among others: neighbors do not change its weights",
      tolerance: 1e-5)
  }

  @Test("The layer's gradients reach the images, the context and all parameters")
  func layerGradients() {
    let layer = layer(heads: 4)
    expectGradients(
      of: "the layer's answer",
      ["the images": random([2, 2, 3, 8], seed: 15), "the context": random([2, 5, 3], seed: 16)],
      // A bias of the keys moves all scores of a query alike, which softmax does not notice.
      parametersOf: layer, withoutEffect: ["key.bias"]
    ) { layer($0[0], context: $0[1]) }
  }

  @Test("The order of the tokens does not count; equal keys give the mean of the values")
  func symmetry() throws {
    let query = random([1, 4, 6], seed: 12)
    let (key, value) = (random([1, 3, 6], seed: 13), random([1, 3, 6], seed: 14))
    func reordered(_ x: Tensor) -> Tensor { x.reshaped([3, 6]).gathered(rows: [2, 0, 1]).reshaped([1, 3, 6]) }
    let plain = try scaledDotProductAttention(query: query, key: key, value: value, heads: 2).checked()
    expectClose(
      scaledDotProductAttention(query: query, key: reordered(key), value: reordered(value), heads: 2), plain,
      "keys and values moved together", tolerance: 1e-5)
    let same = key.sliced(axis: 1, 0..<1).broadcast(to: [1, 3, 6])
    expectClose(
      scaledDotProductAttention(query: query, key: same, value: value, heads: 2),
      value.mean(axes: [1], keepingAxes: true).broadcast(to: [1, 4, 6]),
      "where all keys are equal no token is preferred", tolerance: 1e-5)
  }

  @Test("A query whose scores all lie far below another's has weights all the same")
  func farBelow() throws {
    // All keys are equal, so that each query is told the mean of the values; the scores are 200 and −200.
    let (key, value) = (Tensor.ones([1, 3, 4]), random([1, 3, 4], seed: 17))
    let query = Tensor([Float](repeating: 100, count: 4) + [Float](repeating: -100, count: 4), shape: [1, 2, 4])
    expectClose(
      try scaledDotProductAttention(query: query, key: key, value: value, heads: 1).checked(),
      value.mean(axes: [1], keepingAxes: true).broadcast(to: [1, 2, 4]),
      """
      queries with scores of 200 and −200 for all keys, whose weights are equal (a softmax by hand subtracts from a query's \
      scores the largest of that query's)
      """, tolerance: 1e-6)
  }

  @Test("Large scores are not held to a range")
  func largeScores() throws {
    // With d = 1 the scores are the products, 60 and 58: their weights are those of 2 and 0.
    let value = Tensor([1, 0], shape: [1, 2, 1])
    let found = try scaledDotProductAttention(
      query: Tensor([1], shape: [1, 1, 1]), key: Tensor([60, 58], shape: [1, 2, 1]), value: value, heads: 1
    ).checked()
    let right = 1 / (1 + Double.exp(-2))
    // Scores of 60 are rounded to 4e-6.
    #expect(
      agree(Double(found.item), right, relative: 1e-5),
      likelyMistake(
        Double(found.item), insteadOf: right,
        [
          "both weigh the same, as if scores were held to a range: a softmax takes all, it is their difference that counts":
            0.5
        ],
        otherwise: "scores of 60 and 58 weigh like 2 and 0"))
  }
}

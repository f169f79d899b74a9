import GANComparison
import RealModule
import Tensors
import TestSupport
import Testing

@Suite("7.4 Stable binary cross-entropy", .exercise("7.4"))
struct Exercise7_4 {
  private func loss(_ logits: [Float], _ targets: [Float]) -> Tensor {
    stableBinaryCrossEntropy(logits: Tensor(logits), targets: Tensor(targets))
  }

  /// A loss's number, once it is one.
  private func number(_ loss: Tensor) throws -> Double {
    let shape = try loss.checked().shape
    try #require(
      shape == [], "the loss is one number, of shape [], the mean over all elements: yours is \(shape) instead of []")
    return Double(loss.item)
  }

  @Test("The mean of −y log D − (1 − y) log(1 − D)")
  func definition() throws {
    // One case alone does not tell all mistakes apart, so a mistake counts where it fits all three.
    let cases: [(logits: [Float], targets: [Float])] = [
      ([0.5], [1]), ([2, -1.5, 0.25], [1, 0, 1]), ([-3, 4], [0.9, 0.1]),
    ]
    let found = try cases.map { try number(loss($0.logits, $0.targets)) }
    /// The means of a term over logits and targets, in Double.
    func means(_ term: (_ x: Double, _ y: Double, _ d: Double) -> Double) -> [Double] {
      cases.map { logits, targets in
        let terms = zip(logits, targets).map { term(Double($0), Double($1), 1 / (1 + .exp(-Double($0)))) }
        return terms.reduce(0, +) / Double(terms.count)
      }
    }
    // The definition itself: good for logits of moderate size.
    let right = means { _, y, d in -y * .log(d) - (1 - y) * .log(1 - d) }
    func rest(_ x: Double) -> Double { .log(1 + .exp(-abs(x))) }
    // Where x is negative log(1 + e^(−x)) is |x| more than log(1 + e^(−|x|)), and log(1 + e^x) is where it is positive. So a
    // wrong exponent gives the numbers of a wrong maximum; but far out it overflows.
    let overflows = try [-200, 200].map { try !number(loss([$0], [0])).isFinite }
    // A few roundings in Float.
    #expect(
      zip(found, right).allSatisfy { agree($0, $1, relative: 2e-6) },
      likelyMistake(
        found, insteadOf: right,
        [
          "these are sums; the loss is the mean over all elements": zip(right, cases).map {
            $0 * Double($1.logits.count)
          },
          "the targets are the wrong way around: y belongs to log D": means { _, y, d in
            -(1 - y) * .log(d) - y * .log(1 - d)
          },
          "the sign is turned": right.map { -$0 },
          "targets between 0 and 1 have a part in both terms: this is log(1 + e^(−(2y − 1)x)), right for 0 and 1 alone":
            means { x, y, _ in .log(1 + .exp(-(2 * y - 1) * x)) },
          "x · y is added; it is subtracted": means { x, y, _ in max(x, 0) + x * y + rest(x) },
          "the term −x · y is missing": means { x, _, _ in max(x, 0) + rest(x) },
          "the term max(x, 0) is missing": means { x, y, _ in -x * y + rest(x) },
          "x stands where max(x, 0) belongs": means { x, y, _ in x - x * y + rest(x) },
          overflows[0]
            ? "the exponential is of −x; it is of −|x|"
            : "|x| stands where max(x, 0) belongs; half of x + |x| is wanted":
            means { x, y, _ in abs(x) - x * y + rest(x) },
          overflows[1] ? "the exponential is of x; it is of −|x|" : "x + |x| is twice max(x, 0)":
            means { x, y, _ in x + abs(x) - x * y + rest(x) },
          "the logarithm is missing": means { x, y, _ in max(x, 0) - x * y + 1 + .exp(-abs(x)) },
          "the exponential is of |x|; it is of −|x|": means { x, y, _ in max(x, 0) - x * y + .log(1 + .exp(abs(x))) },
        ], within: 1e-5, otherwise: "the loss is off"
      ).about("the logits [0.5], [2, −1.5, 0.25] and [−3, 4] with the targets [1], [1, 0, 1] and [0.9, 0.1]"))
  }

  @Test("Who cannot tell loses log 2, whatever the target", arguments: [0, 0.3, 1] as [Float])
  func undecided(target: Float) throws {
    let found = try number(loss([0], [target]))
    #expect(
      abs(found - 0.6931472) < 1e-6,
      likelyMistake(
        found, insteadOf: .log(2), [:], otherwise: "a logit of 0 is the answer ½, and log ½ is lost whatever the target"
      ).about("target \(target)"))
  }

  @Test("Logits far out have a finite loss", arguments: [-1000, -200, -90, -20, 20, 90, 200, 1000] as [Float])
  func extremes(logit: Float) throws {
    for target in [1, 0] as [Float] {
      let found = try number(loss([logit], [target]))
      let right = Double(target == 1 ? max(-logit, 0) : max(logit, 0))
      // For |x| ≥ 20 the logarithm's term is below 2.1e-9.
      #expect(
        abs(found - right) <= 1e-6 * Double(abs(logit)),
        likelyMistake(
          found, insteadOf: right, [:],
          otherwise: found.isFinite
            ? "to be wrong and sure costs |x|, to be right and sure nothing: logits have no limit"
            : "no exponential may overflow and no logarithm of 0 be taken: e^(−|x|) lies between 0 and 1, e^|x| and 1 / σ(x) do not"
        ).about("a logit of \(logit), a target of \(target)"))
    }
  }

  @Test("The derivative by a logit is (σ(x) − y) / n, at 0 as well")
  func gradients() throws {
    let logits: [Float] = [-200, -3, -0.5, 0, 0.5, 3, 200, 0]
    let targets: [Float] = [1, 0, 1, 0, 0.25, 1, 1, 0.9]
    let variable = Tensor(logits).variable
    let result = try stableBinaryCrossEntropy(logits: variable, targets: Tensor(targets)).checked()
    try #require(result.shape == [], "the loss is one number: yours has the shape \(result.shape) instead of []")
    let found = try #require(result.gradients()[variable], "no gradient reaches the logits").scalars.map(Double.init)
    try #require(found.count == 8, "the gradient has a number for each logit: yours are \(found.count) instead of 8")
    let right = zip(logits, targets).map { (1 / (1 + Double.exp(-Double($0))) - Double($1)) / 8 }
    let wrong = found.indices.filter { !(abs(found[$0] - right[$0]) < 1e-6) }
    guard let first = wrong.first else { return }
    // Only where all others are right is it the kinks.
    guard !wrong.allSatisfy({ logits[$0] == 0 }) else {
      let derivative = "at x = 0 the derivative is (½ − y) / 8, but two kinks meet there"
      Issue.record(
        likelyMistake(
          wrong.map { found[$0] }, insteadOf: wrong.map { right[$0] },
          [
            "\(derivative), and your max(x, 0) has the derivative 0 at its own, as `relu()` and `maximum(0, x)` have":
              wrong.map { -Double(targets[$0]) / 8 },
            "\(derivative), and your max(x, 0) has the derivative 1 at its own, as `maximum(x, 0)` has":
              wrong.map { (1 - Double(targets[$0])) / 8 },
          ], within: 1e-5, otherwise: "\(derivative), and the engine's derivatives at a kink are 0 or 1"
        ).about("x = 0, y = \(wrong.map { "\(targets[$0])" }.joined(separator: " and "))"))
      return
    }
    let sentence =
      wrong.allSatisfy { agree(found[$0], 8 * right[$0], relative: 1e-5) }
      ? "this is the gradient of a sum; that of a mean is divided by the number of elements"
      : "the derivative is (σ(x) − y) / 8"
    Issue.record(
      likelyMistake(found[first], insteadOf: right[first], [:], otherwise: sentence).about(
        "element \(first), x = \(logits[first]), y = \(targets[first])"))
  }

  @Test("The engine's loss is the same, and its gradients")
  func oracle() throws {
    var generator = RandomGenerator(seed: 1)
    let logits = (4 * Tensor.normal([7, 5], using: &generator)).variable
    let targets = Tensor.uniform([7, 5], using: &generator)
    let (own, engine) = (
      try stableBinaryCrossEntropy(logits: logits, targets: targets).checked(),
      binaryCrossEntropy(logits: logits, targets: targets)
    )
    let isRight = expectClose(
      own, engine, "the loss of 7 × 5 logits", tolerance: 2e-6,
      mistakes: [
        "this is a sum over the rows' 5 logits, and a mean over the 7 rows alone; the mean is over all 35": engine * 5,
        "this is a sum over the 7 rows, and a mean over their 5 logits alone; the mean is over all 35": engine * 7,
        "this is the sum; the mean is over all 35": engine * 35,
      ])
    guard isRight else { return }
    expectClose(
      try #require(own.gradients()[logits], "no gradient reaches the logits"), try #require(engine.gradients()[logits]),
      "the gradient with respect to the logits", tolerance: 5e-6)
  }

  @Test("Logits and targets of different shapes are a fault")
  func misfit() {
    #expect(loss([1, 2], [1]).fault != nil, "one target for two logits must be faulty, not stretched")
    let fault = loss([1, 2], [1, 0]).fault
    #expect(fault == nil, "two targets fit two logits: yours is faulty, “\(fault?.reason ?? "")”")
  }
}

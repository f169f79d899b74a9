import ForwardDiffusion
import RealModule
import Tensors
import TestSupport
import Testing

/// ᾱ from α.
@Suite("1.3 The cumulative product", .exercise("1.3"))
struct Exercise1_3 {
  private static func length(_ products: [Double], _ count: Int) -> Comment {
    "there are as many products as factors: yours are \(products.count) instead of \(count)"
  }

  @Test("Of a few numbers")
  func few() {
    let products = cumulativeProduct([0.5, 0.5, 4, 3])
    // Powers of two and small whole numbers: exact.
    #expect(
      products == [0.5, 0.25, 1, 3],
      likelyMistake(
        products, insteadOf: [0.5, 0.25, 1, 3],
        [
          "the products begin with 1: one step late, for the first product is the first factor": [1, 0.5, 0.25, 1],
          "the products begin with 1 and are one too many: the first product is the first factor": [
            1, 0.5, 0.25, 1, 3,
          ],
          "these are sums, not products": [0.5, 1, 5, 8],
          "these are products of two neighbors: each must hold all factors up to its own": [0.5, 0.25, 2, 12],
          "these begin with the last factor: the first product is the first factor": [3, 12, 6, 3],
          "every element is the product of all": [3, 3, 3, 3],
          "this is the product of all alone; those on the way to it are wanted too": [3],
          "the last product is missing": [0.5, 0.25, 1],
          "the first product is missing: it is the first factor": [0.25, 1, 3],
          "these are the factors themselves": [0.5, 0.5, 4, 3],
        ], otherwise: "the n-th element is the product of the first n factors, for each of the four"))
  }

  @Test("Of one number")
  func short() {
    let products = cumulativeProduct([3])
    #expect(
      products == [3],
      likelyMistake(
        products, insteadOf: [3],
        ["the products begin with 1": [1], "the products begin with 1 and are one too many": [1, 3]],
        otherwise: "the only product is the only factor"))
  }

  @Test("A factor of 0 leaves 0 for good, and the sign is kept")
  func zero() {
    let products = cumulativeProduct([2, -1, 0, 5])
    let right = [2.0, -2, 0, 0]
    let missing = products.map(\.isNaN)
    #expect(
      products == right,
      likelyMistake(
        products, insteadOf: right,
        [
          "the sign is lost, as it is by exponentials of sums of logarithms, which know no sign": [2, 2, 0, 0],
          "a factor of 0 is passed over": [2, -2, -2, -10],
          "the product begins anew after a 0": [2, -2, 0, 5],
          "the products begin with 1": [1, 2, -2, 0],
          "the products begin with 1 and are one too many": [1, 2, -2, 0, 0],
          "these are sums, not products": [2, 1, 1, 6],
        ],
        otherwise: missing == [false, true, true, true]
          ? "a negative number has no logarithm"
          : missing == [false, false, false, true]
            ? "0 / 0 is no number: a product cannot be had back by dividing"
            : "each product is the one before times a factor, also where that is 0 or negative"))
  }

  @Test("A schedule's ᾱ are the products of its α")
  func alphaBars() throws {
    let products = cumulativeProduct([0.5, 0.25, 0.5])
    try #require(
      products.count == 3,
      """
      a schedule of 3 timesteps needs as many products, or it has no numbers: yours are \(products.count) instead of 3
      """)
    let schedule = NoiseSchedule(betas: [0.5, 0.75, 0.5])
    #expect(
      schedule.alphaBars == [0.5, 0.125, 0.0625],
      likelyMistake(
        schedule.alphaBars, insteadOf: [0.5, 0.125, 0.0625],
        ["the products begin with 1: one step late, for ᾱ_0 is α_0": [1, 0.5, 0.125]],
        otherwise: "α is 0.5, 0.25, 0.5, and ᾱ_t is the product of those up to α_t"))
  }

  @Test("Each product is the one before times a factor", arguments: [2, 17, 300])
  func recursion(count: Int) throws {
    var generator = RandomGenerator(seed: 5, stream: UInt64(count))
    let factors = (0..<count).map { _ in Double(generator.uniform()) + 0.5 }
    let products = cumulativeProduct(factors)
    try #require(products.count == count, Self.length(products, count))
    try #require(
      products[0] == factors[0],
      likelyMistake(
        products[0], insteadOf: factors[0], ["the products begin with 1": 1],
        otherwise: "the first product is the first factor"))
    // Up to so many factors, each rounded by 1.1e-16, in whatever order they are multiplied.
    let wrong = (1..<count).first { !agree(products[$0], products[$0 - 1] * factors[$0], relative: 1e-13) }
    if let wrong {
      let right = products[wrong - 1] * factors[wrong]
      Issue.record(
        likelyMistake(
          products[wrong], insteadOf: right, [:],
          otherwise: agree(products[wrong], right, relative: 1e-6)
            ? "the product is the one before times the factor, to thirteen digits and more: are there Floats on the way?"
            : "the product is the one before times the factor"
        ).about("element \(wrong)"))
    }
  }

  @Test("Over a thousand steps ᾱ is the exponential of the sum of ln(1 − β)")
  func logarithms() throws {
    let betas = referenceLinearBetas(1000)
    let products = cumulativeProduct(betas.map { 1 - $0 })
    try #require(products.count == 1000, Self.length(products, 1000))
    var sum = 0.0
    let expected = betas.map { beta in
      sum += .log(onePlus: -beta)
      return Double.exp(sum)
    }
    // Each of up to 1000 factors and terms is rounded once or twice: 2000 · 1.1e-16, and ten times that for safety.
    let wrong = expected.indices.first { !agree(products[$0], expected[$0], relative: 2e-12) }
    guard let wrong else { return }
    // A thousand factors rounded to Float by 6e-8 are off by 6e-5 at worst.
    let areShort = zip(products, expected).allSatisfy { agree($0, $1, relative: 6e-5) }
    Issue.record(
      likelyMistake(
        products[wrong], insteadOf: expected[wrong], [:],
        otherwise: areShort
          ? "digits are lost on the way: a Double has sixteen, a Float has seven, and logarithms cost some too"
          : "ᾱ_t holds the factors from α_0 to α_t, both included"
      ).about("t = \(wrong)"))
  }

  @Test("Diffusers has the same", arguments: ["linear", "cosine"])
  func oracle(kind: String) throws {
    let fixture = try Fixture(named: "schedules")
    let betas = kind == "linear" ? referenceLinearBetas(1000) : referenceCosineBetas(1000)
    let products = cumulativeProduct(betas.map { 1 - $0 })
    try #require(products.count == 1000, Self.length(products, 1000))
    // In double precision: all that parts us is the rounding to Float.
    expectClose(
      Tensor(fixture.integers("\(kind).1000/timesteps").map { Float(products[$0]) }), fixture["\(kind).1000/alphaBar"],
      "ᾱ", tolerance: 2e-7, relativeTo: .element(atLeast: 0))
  }
}

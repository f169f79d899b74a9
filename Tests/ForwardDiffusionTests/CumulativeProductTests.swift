import ForwardDiffusion
import RealModule
import Tensors
import TestSupport
import Testing

/// ᾱ from α.
@Suite("1.3 The cumulative product", .exercise("1.3"))
struct Exercise1_3 {
  @Test("Of a few numbers")
  func few() {
    let products = cumulativeProduct([0.5, 0.5, 4, 3])
    // Powers of two and small whole numbers: exact.
    #expect(
      products == [0.5, 0.25, 1, 3],
      likelyMistake(
        products,
        [
          "the products begin with 1: one step late, for the first product is the first factor": [1, 0.5, 0.25, 1],
          "the products begin with 1 and are one too many: the first product is the first factor": [
            1, 0.5, 0.25, 1, 3,
          ],
          "these are sums, not products": [0.5, 1, 5, 8],
          "these are products of two neighbours: each must hold all factors up to its own": [0.5, 0.25, 2, 12],
          "these begin with the last factor: the first product is the first factor": [3, 12, 6, 3],
          "every element is the product of all": [3, 3, 3, 3],
        ], otherwise: "the n-th element is the product of the first n factors: [0.5, 0.25, 1, 3]"))
  }

  @Test("Of one number")
  func short() {
    #expect(cumulativeProduct([3]) == [3], "the first product is the first factor")
  }

  @Test("A factor of 0 leaves 0 for good, and the sign is kept")
  func zero() {
    #expect(
      cumulativeProduct([2, -1, 0, 5]) == [2, -2, 0, 0],
      "multiply as you go: exponentials of sums of logarithms know no 0 and no sign, and quotients break at 0")
  }

  @Test("A schedule's ᾱ multiplies its α, not its β")
  func alphaBars() {
    let schedule = NoiseSchedule(betas: [0.5, 0.75, 0.5])
    #expect(schedule.alphas == [0.5, 0.25, 0.5])
    #expect(
      schedule.alphaBars == [0.5, 0.125, 0.0625],
      "α is [0.5, 0.25, 0.5], so ᾱ is [0.5, 0.125, 0.0625]; is the answer as long as the factors are many?")
  }

  @Test("Each product is the one before times a factor", arguments: [2, 17, 300])
  func recursion(count: Int) throws {
    var generator = RandomGenerator(seed: 5, stream: UInt64(count))
    let factors = (0..<count).map { _ in Double(generator.uniform()) + 0.5 }
    let products = cumulativeProduct(factors)
    try #require(products.count == count, "there are as many products as factors")
    #expect(products[0] == factors[0], "the first product is the first factor")
    let wrong = (1..<count).first { !agree(products[$0], products[$0 - 1] * factors[$0], relative: 2.3e-16) }
    #expect(
      wrong == nil, "at \(wrong ?? 0) the product is not the one before times the factor, to the last bit of a Double")
  }

  @Test("Over a thousand steps ᾱ is the exponential of the sum of ln(1 − β)")
  func logarithms() throws {
    let betas = referenceLinearBetas(1000)
    let products = cumulativeProduct(betas.map { 1 - $0 })
    try #require(products.count == 1000, "there are as many products as factors")
    var sum = 0.0
    let wrong = products.indices.first { t in
      sum += .log(onePlus: -betas[t])
      // Each of up to 1000 factors and terms is rounded once or twice: 2000 · 1.1e-16, and ten times that for safety.
      return !agree(products[t], .exp(sum), relative: 2e-12)
    }
    #expect(
      wrong == nil,
      "ᾱ_t holds the factors from α_0 to α_t, both included, in Double: Float would keep six digits (first off at \(wrong ?? 0))"
    )
  }

  @Test("Diffusers has the same", arguments: ["linear", "cosine"])
  func oracle(kind: String) throws {
    let fixture = try Fixture(named: "schedules")
    let betas = kind == "linear" ? referenceLinearBetas(1000) : referenceCosineBetas(1000)
    let products = cumulativeProduct(betas.map { 1 - $0 })
    try #require(products.count == 1000, "there are as many products as factors")
    // In double precision: all that parts us is the rounding to Float.
    expectClose(
      Tensor(fixture.integers("\(kind).1000/timesteps").map { Float(products[$0]) }), fixture["\(kind).1000/alphaBar"],
      "ᾱ", tolerance: 2e-7, relativeTo: .element(atLeast: 0))
  }
}

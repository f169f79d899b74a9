import ForwardDiffusion
import RealModule
import Tensors
import TestSupport
import Testing

@Suite("1.3 The cumulative product", .exercise("1.3"))
struct Hidden1_3 {
  @Test("Other inputs", arguments: [31, 32, 33])
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let factors = (0..<40).map { _ in 3 * Double(generator.uniform()) - 1.5 }
    let products = cumulativeProduct(factors)
    try #require(products.count == 40)
    for index in factors.indices {
      // Up to 40 roundings.
      #expect(agree(products[index], factors[...index].reduce(1, *), relative: 1e-14), "element \(index)")
    }
  }

  @Test("Other sizes", arguments: [1, 2, 3, 4096])
  func powers(count: Int) {
    let products = cumulativeProduct([Double](repeating: -1, count: count))
    #expect(products == (0..<count).map { $0 % 2 == 0 ? -1 : 1 })
  }

  @Test("Edge cases")
  func zeroFirst() {
    #expect(cumulativeProduct([0, 3, 4]) == [0, 0, 0])
    #expect(cumulativeProduct([1, 1, 1]) == [1, 1, 1])
  }

  @Test("Edge cases")
  func extremes() {
    #expect(cumulativeProduct([1e200, 1e200, 0.5]) == [1e200, .infinity, .infinity])
    #expect(cumulativeProduct([1e-200, 1e-200, 1e300]) == [1e-200, 0, 0])
    let products = cumulativeProduct([2, .nan, 2])
    #expect(products.count == 3 && products.first == 2 && products.last?.isNaN == true)
  }

  @Test("Precision")
  func decay() throws {
    let products = cumulativeProduct([Double](repeating: 0.999, count: 5000))
    try #require(products.count == 5000)
    // Five thousand roundings of 1.1e-16.
    #expect(agree(products[4999], .pow(0.999, 5000), relative: 6e-13))
  }

  @Test("Together with other exercises")
  func schedule() {
    let betas = referenceCosineBetas(50)
    let schedule = NoiseSchedule(betas: betas)
    var left = 1.0
    let wrong = betas.indices.first { t in
      left *= 1 - betas[t]
      // Up to 50 roundings of 1.1e-16 on either side.
      return !agree(schedule.alphaBars[t], left, relative: 1.2e-14)
    }
    #expect(wrong == nil)
    #expect(NoiseSchedule(betas: betas, timestepCount: 50) == schedule)
  }
}

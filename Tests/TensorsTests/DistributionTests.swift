import Foundation
import Tensors
import Testing

/// The distributions of random numbers. Seeds are fixed, so these pass always or never; the false-alarm rates say how
/// likely a good generator would have been to fail at another seed.
@Suite("Distributions of random numbers")
struct DistributionTests {
  static let count = 1 << 16

  private func numbers(_ draw: (inout RandomGenerator) -> Tensor) -> [Double] {
    var generator = RandomGenerator(seed: 2024)
    return draw(&generator).scalars.map(Double.init)
  }

  /// Expects a mean of `mean`: it is off by more than five standard errors in 6e-7 of all trials.
  private func expectMean(
    of values: [Double], _ mean: Double, variance: Double, _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let actual = values.reduce(0, +) / Double(values.count)
    #expect(
      abs(actual - mean) < 5 * (variance / Double(values.count)).squareRoot(), what, sourceLocation: sourceLocation)
  }

  /// Expects no distance between the empirical and the exact distribution function above 2.5 / √n: Kolmogorov's
  /// distribution exceeds it with probability 2 · e^(−2 · 2.5²) = 7e-6.
  private func expectDistribution(
    of values: [Double], _ distribution: (Double) -> Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let n = Double(values.count)
    let distances = values.sorted().enumerated().map { index, value in
      max(abs(distribution(value) - Double(index) / n), abs(distribution(value) - Double(index + 1) / n))
    }
    #expect((distances.max() ?? 1) < 2.5 / n.squareRoot(), "the largest distance", sourceLocation: sourceLocation)
  }

  @Test("Uniform numbers: range, moments, distribution")
  func uniform() {
    let u = numbers { .uniform([Self.count], using: &$0) }
    #expect(u.allSatisfy { $0 >= 0 && $0 < 1 })
    // Moments of the uniform distribution: E u = 1/2, var u = 1/12; E u² = 1/3, var u² = 1/5 − 1/9.
    expectMean(of: u, 1.0 / 2, variance: 1.0 / 12, "E u")
    expectMean(of: u.map { $0 * $0 }, 1.0 / 3, variance: 4.0 / 45, "E u²")
    expectDistribution(of: u) { $0 }
  }

  @Test("Normal numbers: moments, distribution, no correlation between neighbors")
  func normal() {
    let z = numbers { .normal([Self.count], using: &$0) }
    // E z = 0, E z² = 1, E z³ = 0, E z⁴ = 3 with the variances 1, 2, 15 and 96.
    expectMean(of: z, 0, variance: 1, "E z")
    expectMean(of: z.map { $0 * $0 }, 1, variance: 2, "E z²")
    expectMean(of: z.map { $0 * $0 * $0 }, 0, variance: 15, "E z³")
    expectMean(of: z.map { $0 * $0 * $0 * $0 }, 3, variance: 96, "E z⁴")
    expectDistribution(of: z) { erfc(-$0 / 2.0.squareRoot()) / 2 }
    // The pairs of one transform share a radius, the four of a block a counter. The variance of z²w² is 8, and 2 · 2 comes
    // from neighboring products, which share a factor.
    for distance in 1...4 {
      expectMean(of: zip(z, z.dropFirst(distance)).map { $0 * $1 }, 0, variance: 1, "neighbors \(distance) apart")
      expectMean(
        of: zip(z, z.dropFirst(distance)).map { $0 * $0 * $1 * $1 }, 1, variance: 12, "squares \(distance) apart")
    }
  }

  @Test("One number at a time follows the same distributions as a tensor of them")
  func scalars() {
    var generator = RandomGenerator(seed: 77)
    expectDistribution(of: (0..<20_000).map { _ in Double(generator.uniform()) }) { $0 }
    expectDistribution(of: (0..<20_000).map { _ in Double(generator.normal()) }) { erfc(-$0 / 2.0.squareRoot()) / 2 }
  }

  @Test("A range's upper bound does not belong to it, not even by rounding")
  func bounds() {
    var generator = RandomGenerator(seed: 6)
    // The range holds one Float. Half of low + width · u would round to its upper bound.
    let one = Tensor.uniform([1000], in: 1..<Float(1).nextUp, using: &generator)
    #expect(one == .ones([1000]))
    let wide = Tensor.uniform([10_000], in: -3..<5, using: &generator).scalars
    #expect(wide.allSatisfy { $0 >= -3 && $0 < 5 } && (wide.min() ?? 0) < -2.9 && (wide.max() ?? 0) > 4.9)
  }

  @Test("Whole numbers: each as often as the others")
  func integers() {
    var generator = RandomGenerator(seed: 8)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[generator.integer(below: 7)] += 1 }
    // χ² with 6 degrees of freedom exceeds 38.3 with probability 1e-6.
    #expect(chiSquared(counts, expected: 10_000) < 38.3)
    #expect(generator.integer(below: 1) == 0 && generator.integer(below: 0) == 0 && generator.integer(below: -3) == 0)
  }

  @Test("Permutations: each of the 24 of four things as often as the others")
  func permutations() {
    var generator = RandomGenerator(seed: 9)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 { counts[generator.permutation(of: 4), default: 0] += 1 }
    #expect(counts.count == 24)
    // χ² with 23 degrees of freedom exceeds 70.5 with probability 1e-6.
    #expect(chiSquared(Array(counts.values), expected: 1000) < 70.5)
    #expect(generator.permutation(of: 1000).sorted() == Array(0..<1000))
    #expect(generator.permutation(of: 0) == [] && generator.permutation(of: -1) == [])
  }

  private func chiSquared(_ counts: [Int], expected: Double) -> Double {
    counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
  }
}

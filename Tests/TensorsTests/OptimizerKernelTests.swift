import Testing

@testable import Tensors

/// The optimizers' kernels against their formulas in Double. Extents that fill no vector, one chunk and several.
@Suite("Optimizer kernels")
struct OptimizerKernelTests {
  private static let counts = [1, 15, 16, 17, 1000, (1 << 14) + 3, 3 << 14]

  private func random(_ count: Int, _ seed: UInt64, in range: Range<Float> = -2..<2) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return .uniform([count], in: range, using: &generator)
  }

  /// Every operation rounds by at most 2⁻²⁴ of its result, and no intermediate result here is larger than `size`: within a
  /// dozen roundings of it.
  private func expectNear(
    _ actual: Tensor, _ expected: [Double], size: Double, _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(actual.shape == [expected.count], sourceLocation: sourceLocation)
    let worst = zip(actual.scalars, expected).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(worst <= 12 * 0x1p-24 * size, what, sourceLocation: sourceLocation)
  }

  @Test("Adam's step, element by element", arguments: counts)
  func adam(count: Int) {
    let (w, m, g) = (random(count, 1), random(count, 2), random(count, 3))
    let v = random(count, 4, in: 0.25..<4)
    let (beta1, beta2, epsilon, shrinkage, rate, correction) = (0.875, 0.75, 0.125, 0.9375, 0.5, 0.5)
    let c = OptimizerKernels.AdamCoefficients(
      beta2: Float(beta2), oneMinusBeta1: Float(1 - beta1), oneMinusBeta2: Float(1 - beta2), epsilon: Float(epsilon),
      shrinkage: Float(shrinkage), stepSize: Float(rate), secondCorrection: Float(correction))
    var (first, second) = (m, v)
    let result = OptimizerKernels.adam(w, &first, &second, gradient: g, c)

    let (weights, gradient) = (w.scalars.map(Double.init), g.scalars.map(Double.init))
    let mean = zip(m.scalars.map(Double.init), gradient).map { beta1 * $0 + (1 - beta1) * $1 }
    let square = zip(v.scalars.map(Double.init), gradient).map { beta2 * $0 + (1 - beta2) * $1 * $1 }
    let expected = weights.indices.map {
      shrinkage * weights[$0] - rate * mean[$0] / (square[$0].squareRoot() / correction + epsilon)
    }
    expectNear(first, mean, size: 4, "m")
    expectNear(second, square, size: 4, "v")
    expectNear(result, expected, size: 4, "the weights")
    #expect(
      m == random(count, 2) && v == random(count, 4, in: 0.25..<4), "copies of the moments have to stay as they were")
  }

  @Test("Momentum and weight decay, element by element", arguments: counts)
  func sgd(count: Int) {
    let (w, m, g) = (random(count, 5), random(count, 6), random(count, 7))
    var velocity = m
    let result = OptimizerKernels.sgd(w, &velocity, gradient: g, rate: 0.5, momentum: 0.75, decay: 0.25)
    let (weights, before, gradient) = (
      w.scalars.map(Double.init), m.scalars.map(Double.init), g.scalars.map(Double.init)
    )
    let moved = weights.indices.map { 0.75 * before[$0] + gradient[$0] + 0.25 * weights[$0] }
    expectNear(velocity, moved, size: 4, "m")
    expectNear(result, zip(weights, moved).map { $0 - 0.5 * $1 }, size: 4, "the weights")
    #expect(m == random(count, 6), "a copy of the velocity has to stay as it was")
  }

  @Test("A running average, element by element", arguments: counts)
  func average(count: Int) {
    let (old, new) = (random(count, 8), random(count, 9))
    var mean = old
    OptimizerKernels.average(&mean, with: new, keeping: 0.75, taking: 0.25)
    let expected = zip(old.scalars.map(Double.init), new.scalars.map(Double.init)).map { 0.75 * $0 + 0.25 * $1 }
    expectNear(mean, expected, size: 2, "the average")
    #expect(old == random(count, 8), "a copy of the average has to stay as it was")
    OptimizerKernels.average(&mean, with: Tensor(fault: Fault("not written yet")), keeping: 0.75, taking: 0.25)
    #expect(mean.fault?.reason == "not written yet")
  }
}

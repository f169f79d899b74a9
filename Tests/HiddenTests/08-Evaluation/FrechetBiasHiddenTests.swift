import Evaluation
import Tensors
import TestSupport
import Testing

/// Lines and their ends, of random points.
@Suite("8.5 The bias of few images", .exercise("8.5"))
struct Hidden8_5 {
  @Test("Other inputs")
  func normalEquations() {
    var generator = RandomGenerator(seed: 812)
    for count in [2, 3, 5, 20] {
      let points = (0..<count).map { _ in (x: Double(generator.normal()), y: Double(generator.normal())) }
      let line = leastSquaresLine(through: points)
      let rests = points.map { $0.y - line.intercept - line.slope * $0.x }
      // What is left is at right angles to both columns, 1 and x.
      #expect(abs(rests.reduce(0, +)) < 1e-9)
      #expect(abs(zip(points, rests).reduce(0) { $0 + $1.0.x * $1.1 }) < 1e-9)
    }
  }

  @Test("Other inputs", arguments: [[7, 13], [100, 30, 50], [2, 4, 8, 16, 32, 64]])
  func excess(counts: [Int]) throws {
    let found = try extrapolated(.ones([100, 1]), counts: counts) { -1.5 + 40 / Double($0.shape.first ?? 0) }
    #expect(abs(found + 1.5) < 1e-11)
  }

  @Test("Other sizes")
  func groups() throws {
    let features = Tensor((0..<46).map { Float($0 / 2) }, shape: [23, 2])
    var rows: [Int: [Float]] = [:]
    _ = try extrapolated(features, counts: [4, 7, 23]) { group in
      try group.checked()
      try #require(group.shape.rank == 2 && group.shape[1] == 2)
      rows[group.shape[0], default: []] += stride(from: 0, to: group.scalars.count, by: 2).map { group.scalars[$0] }
      return 0
    }
    #expect(rows[4] == (0..<20).map { Float($0) })
    #expect(rows[7] == (0..<21).map { Float($0) })
    #expect(rows[23] == (0..<23).map { Float($0) })
  }

  @Test("Other inputs")
  func squaredMean() throws {
    var generator = RandomGenerator(seed: 813)
    let features = Tensor.normal([8000, 1], using: &generator) + 0.5
    let found = try extrapolated(features, counts: [10, 20, 40, 80]) { group in
      let mean = meanAndVariance(group.scalars).mean
      return mean * mean
    }
    // E[mean²] = 0.25 + 1/n. Over 5000 such sets (NumPy) the answer's standard deviation was 0.0113; six of it: a false alarm in one of
    // 500 million.
    #expect(abs(found - 0.25) < 6 * 0.0113)
  }

  @Test("Together with other exercises")
  func distance() throws {
    var generator = RandomGenerator(seed: 814)
    let features = Tensor.normal([3200, 3], using: &generator) + 1
    let reference = FeatureStatistics(mean: [0, 0, 0], covariance: .identity(size: 3))
    let found = try extrapolatedFrechetDistance(of: features, to: reference, counts: [50, 100, 200])
    // The squared mean is 3, with a standard deviation of 2 · √3 / √3200 = 0.061, beside which the rest counts for little: over
    // 1500 such sets (NumPy) the answer's mean was 3.003 and its standard deviation 0.0614. Six of 0.07: a false alarm in less
    // than one of 500 million.
    #expect(abs(found - 3) < 6 * 0.07)
  }

  @Test("Bad input")
  func errors() throws {
    #expect(throws: Fault.self) { try extrapolated(.ones([8]), counts: [2, 4]) { _ in 0 } }
    #expect(throws: Fault("x")) { try extrapolated(Tensor(fault: Fault("x")), counts: [2, 4]) { _ in 0 } }
    #expect(throws: Fault("inside")) {
      try extrapolated(.ones([8, 1]), counts: [2, 4]) { _ in throw Fault("inside") }
    }
    #expect(abs(try extrapolated(.ones([8, 1]), counts: [2, 4]) { _ in 5 } - 5) < 1e-12)
  }
}

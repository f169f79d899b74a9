import Evaluation
import SpotCheckSupport
import Tensors
import Testing

/// What answers of chapter 8 give for inputs drawn by the grader.
@Suite("Spot checks of chapter 8")
struct EvaluationSpotChecks {
  /// A symmetric matrix without zero or negative eigenvalues.
  private func covariance(_ check: inout SpotCheck, size: Int) -> SquareMatrix {
    let rows = (0..<size).map { _ in (0..<size).map { _ in check.uniform(-1..<1) } }
    let root = SquareMatrix(rows: rows)
    return root * root.transposed + .diagonal((0..<size).map { _ in check.uniform(0.1..<1) })
  }

  private func points(_ check: inout SpotCheck, _ count: Int) -> [[Double]] {
    (0..<count).map { _ in (0..<3).map { _ in check.uniform(-1..<1) } }
  }

  private func elements(_ matrix: SquareMatrix) -> [Double] {
    (0..<matrix.size).flatMap { row in (0..<matrix.size).map { matrix[row, $0] } }
  }

  @Test("8.1") func exercise8_1() throws {
    try SpotCheck.run("8.1") { check in
      let (mean, covariance) = try moments(of: check.normal([check.integer(7...12), 4]) + check.normal([4]))
      check.add(mean)
      check.add(elements(covariance))
    }
  }

  @Test("8.2") func exercise8_2() throws {
    try SpotCheck.run("8.2") { check in
      let (pp, qq) = (check.uniform(-2..<2), check.uniform(2.5..<4))
      let (cosine, sine) = jacobiRotation(pp: pp, qq: qq, pq: check.uniform(0.3..<2))
      check.add([cosine, sine])
      let matrix = covariance(&check, size: check.integer(3...5))
      let (values, vectors) = matrix.symmetricEigendecomposition()
      check.add(values.sorted())
      check.add(elements(vectors * .diagonal(values) * vectors.transposed))
    }
  }

  @Test("8.3") func exercise8_3() throws {
    try SpotCheck.run("8.3") { check in
      check.add(elements(covariance(&check, size: check.integer(3...5)).principalSquareRoot()))
    }
  }

  @Test("8.4") func exercise8_4() throws {
    try SpotCheck.run("8.4") { check in
      let size = check.integer(3...5)
      func statistics() -> FeatureStatistics {
        let mean = (0..<size).map { _ in check.uniform(-2..<2) }
        return FeatureStatistics(mean: mean, covariance: covariance(&check, size: size))
      }
      check.add(frechetDistance(statistics(), statistics()))
    }
  }

  @Test("8.5") func exercise8_5() throws {
    try SpotCheck.run("8.5") { check in
      let points = (0..<check.integer(3...5)).map { _ in (x: check.uniform(-2..<2), y: check.uniform(-3..<3)) }
      let (intercept, slope) = leastSquaresLine(through: points)
      check.add([intercept, slope])
      let features = check.normal([check.integer(25...30), 2])
      check.add(
        try extrapolated(features, counts: [3, 5, 11]) { Double(($0 * $0).sum().item / Float($0.shape[0])) + 1 })
    }
  }

  @Test("8.6") func exercise8_6() throws {
    try SpotCheck.run("8.6") { check in
      let k = check.integer(2...4)
      let centers = points(&check, 12)
      check.add(neighborRadii(of: centers, k: k))
      let radii = (0..<12).map { _ in check.uniform(0.1..<0.7) }
      check.add(coverage(of: points(&check, 25), centers: centers, radii: radii))
      let (generated, real) = (1.5 * check.normal([20, 2]) + check.normal([2]), check.normal([17, 2]))
      let (precision, recall) = try precisionAndRecall(generated: generated, real: real, k: k)
      check.add([precision, recall])
    }
  }
}

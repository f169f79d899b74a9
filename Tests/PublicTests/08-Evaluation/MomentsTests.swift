import Evaluation
import Tensors
import TestSupport
import Testing

/// Mean and covariance of features.
@Suite("8.1 Mean and covariance", .exercise("8.1"))
struct Exercise8_1 {
  /// The moments, once they have a number for each feature, and a row and a column.
  private func moments(_ features: Tensor) throws -> (mean: [Double], covariance: SquareMatrix) {
    let (count, width) = (features.shape[0], features.shape[1])
    let found = try Evaluation.moments(of: features)
    let aboutMean: Comment =
      found.mean.count == count
      ? """
      there is one mean for each of \(width) features, not for each of \(count) rows, so the sum runs over the wrong axis: yours \
      are \(count) instead of \(width)
      """
      : "there is one mean for each of \(width) features: yours are \(found.mean.count) instead of \(width)"
    try #require(found.mean.count == width, aboutMean)
    let aboutCovariance: Comment =
      found.covariance.size == count
      ? """
      the covariance is of pairs of \(width) features, not of \(count) rows: is it over the right axis? Yours has \(count) rows \
      instead of \(width)
      """
      : "the covariance is of pairs of \(width) features: yours has \(found.covariance.size) rows instead of \(width)"
    try #require(found.covariance.size == width, aboutCovariance)
    return found
  }

  @Test("Three points, by hand")
  func byHand() throws {
    // The mean is (3, 4); the differences are (−2, −2), (0, 2), (2, 0).
    let found = try moments(Tensor([1, 2, 3, 6, 5, 4], shape: [3, 2]))
    #expect(
      found.mean == [3, 4],
      likelyMistake(
        found.mean, insteadOf: [3, 4],
        [
          "these are sums; a mean is divided by n = 3": [9, 12],
          "a mean is divided by n, also where the covariance's divisor is n − 1": [4.5, 6],
        ], otherwise: "the mean of (1, 2), (3, 6) and (5, 4) is off"))
    func matrix(_ a: Double, _ b: Double, _ c: Double) -> SquareMatrix { SquareMatrix(rows: [[a, b], [b, c]]) }
    // [[8, 4], [4, 8]] / (n − 1).
    expectMatrix(
      found.covariance, matrix(4, 2, 4), "the covariance of (1, 2), (3, 6) and (5, 4)", tolerance: 1e-14,
      [
        "the divisor is n − 1 = 2, not n = 3": matrix(8.0 / 3, 4.0 / 3, 8.0 / 3),
        "the divisor n − 1 = 2 is missing": matrix(8, 4, 8),
        "not subtracting the mean gives this: the differences from it are wanted": matrix(17.5, 20, 28),
        "not subtracting the mean, and dividing by n, gives this": matrix(35.0 / 3, 40.0 / 3, 56.0 / 3),
        "only the variances are there; a pair of different features has a covariance too": matrix(4, 0, 4),
        "these are roots, standard deviations": matrix(2, 2.0.squareRoot(), 2),
        "this follows from the mean, which is not right yet": SquareMatrix(size: 2) { i, j in
          [[1, 2], [3, 6], [5, 4]].reduce(0) { $0 + ($1[i] - found.mean[i]) * ($1[j] - found.mean[j]) } / 2
        },
      ], otherwise: "it is the sum of products of two differences over the vectors, divided by n − 1 = 2")
  }

  @Test("Wide features: the covariance is width × width")
  func wide() throws {
    var generator = RandomGenerator(seed: 1)
    // Three vectors of seven features: whose axes are exchanged has three of each.
    _ = try moments(.normal([3, 7], using: &generator))
  }

  @Test("It is symmetric, and the mixed features have the covariance A Aᵀ of their mixture A")
  func mixture() throws {
    var generator = RandomGenerator(seed: 2)
    let count = 400
    let mixture = Tensor([2, 1, 0, 0, 1, -1], shape: [2, 3])
    let found = try moments(Tensor.normal([count, 2], using: &generator).matmul(mixture)).covariance
    let expected = SquareMatrix(rows: [[4, 2, 0], [2, 2, -1], [0, -1, 1]])
    for i in 0..<3 {
      for j in 0..<3 {
        #expect(
          agree(found[i, j], found[j, i], relative: 1e-12),
          "i and j count alike: at \(i), \(j) yours is \(found[i, j]) and at \(j), \(i) it is \(found[j, i]) instead of the same"
        )
        // The variance of a sample covariance of normal numbers is (c_ii c_jj + c_ij²) / (n − 1). Six standard errors:
        // one false alarm in 500 million.
        let variance = (expected[i, i] * expected[j, j] + expected[i, j] * expected[i, j]) / Double(count - 1)
        let sum = expected[i, j] * Double(count - 1)
        #expect(
          abs(found[i, j] - expected[i, j]) < 6 * variance.squareRoot(),
          likelyMistake(
            found[i, j], insteadOf: expected[i, j], ["the divisor n − 1 is missing": sum], within: 0.2,
            otherwise: "the covariance of features \(i) and \(j) is off by more than chance explains"))
      }
    }
  }

  @Test("A large common offset does not drown the differences")
  func offset() throws {
    // 65536 and sixteenths are exact in Float, and the mean of 15 of them is not, even in Double. Where it is squared
    // before it is subtracted, half a unit in the last place of 15 · 65536² is lost, 1e-6 of what remains.
    let values = (0..<15).map { 65536 + Float($0 * 7 % 16) / 16 }
    let found = try moments(Tensor(values, shape: [15, 1])).covariance[0, 0]
    // The numbers 0/16 … 15/16 but for 9/16: the sum of i is 111, and Σ(i − 7.4)² / 14 / 256 = 337.6 / 14 / 256.
    let right = 337.6 / 14 / 256
    #expect(
      agree(found, right, relative: 1e-9),
      likelyMistake(
        found, insteadOf: right,
        [
          "the divisor is n − 1 = 14, not n = 15": right * 14 / 15,
          "the divisor n − 1 = 14 is missing": right * 14,
          "not subtracting the mean gives this": right + 65536.4625 * 65536.4625 * 15 / 14,
        ], within: 1e-9,
        otherwise: agree(found, right, relative: 1e-2)
          ? "digits are lost: sums are in Double, and the mean is subtracted before multiplying"
          : "the variance of 65536 and some sixteenths is off; are digits lost, where the mean is large?"))
  }

  @Test("Sums are in Double: a thousand equal rows have that row for their mean, to all digits")
  func precision() throws {
    // Neither number is exact in Float, and a sum of a thousand of them loses a few digits there.
    let row: [Float] = [1.0 / 3, 1e4 / 7]
    let found = try moments(Tensor((0..<1000).flatMap { _ in row }, shape: [1000, 2]))
    for (feature, right) in row.map(Double.init).enumerated() {
      let mean = found.mean[feature]
      #expect(
        agree(mean, right, relative: 1e-12),
        likelyMistake(
          mean, insteadOf: right, [:],
          otherwise: "digits are lost in the sum: convert each number to Double, and add those"))
      // What rounding leaves of equal numbers, squared.
      #expect(
        abs(found.covariance[feature, feature]) < 1e-16 * right * right,
        "equal numbers have the variance 0: yours is \(found.covariance[feature, feature])")
    }
  }

  @Test("Moved and stretched features: the mean moves along, the covariance only stretches")
  func movedAndStretched() throws {
    var generator = RandomGenerator(seed: 3)
    // Small whole numbers, so that moving and stretching are exact in Float.
    let features = Tensor((0..<40).map { _ in Float(generator.integer(below: 9)) }, shape: [10, 4])
    let (before, after) = (try moments(features), try moments(features * 4 + 100))
    for i in 0..<4 {
      let right = 4 * before.mean[i] + 100
      #expect(
        agree(after.mean[i], right, relative: 1e-13),
        likelyMistake(
          after.mean[i], insteadOf: right, [:],
          otherwise: "the mean of 4 x + 100 is 4 times that of x, and 100, in feature \(i)"))
    }
    expectMatrix(
      after.covariance, 16 * before.covariance, "the covariance of 4 x + 100, beside 16 times that of x",
      tolerance: 1e-12,
      ["it is of squares, and grows 16 times where x grows 4 times": 4 * before.covariance],
      otherwise: "it is of products of differences from the mean, so that 100 does not count and 4 counts twice")
  }

  @Test("What has no covariance is an error")
  func errors() throws {
    #expect(throws: Fault.self, "one row has no covariance") { try Evaluation.moments(of: .ones([1, 4])) }
    #expect(throws: Fault.self, "features have two axes") { try Evaluation.moments(of: .ones([2, 2, 2])) }
    #expect(throws: Fault("broken"), "a fault is passed on") {
      try Evaluation.moments(of: Tensor(fault: Fault("broken")))
    }
    let mean = try moments(.ones([2, 4])).mean
    #expect(mean == [1, 1, 1, 1], "two rows of ones have the mean 1, 1, 1, 1: yours is \(mean)")
  }

  @Test("Fewer vectors than features: the covariance is singular, and stays so")
  func few() throws {
    // The differences from (2, 2, 2) are ±(1, 0, −2), all exact.
    let found = try moments(Tensor([1, 2, 4, 3, 2, 0], shape: [2, 3])).covariance
    let right = SquareMatrix(rows: [[2, 0, -4], [0, 0, 0], [-4, 0, 8]])
    #expect(
      (0..<3).allSatisfy { i in (0..<3).allSatisfy { found[i, $0] == right[i, $0] } },
      """
      \(found.isFinite ? "" : "two vectors are enough, also for more features: ")\
      the covariance of (1, 2, 4) and (3, 2, 0) has whole numbers, and nothing is added to its diagonal so that it can be \
      inverted: yours has \([found[0, 0], found[1, 1], found[2, 2]]) there instead of [2, 0, 8]
      """)
  }
}

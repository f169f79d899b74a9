import Evaluation
import Tensors
import TestSupport
import Testing

/// Mean and covariance of features.
@Suite("8.1 Mean and covariance", .exercise("8.1"))
struct Exercise8_1 {
  @Test("Three points, by hand")
  func byHand() throws {
    // The mean is (3, 4); the differences are (−2, −2), (0, 2), (2, 0).
    let found = try moments(of: Tensor([1, 2, 3, 6, 5, 4], shape: [3, 2]))
    try #require(
      found.mean.count == 2, "one mean for each of two features, not for each of three rows: is the axis right?")
    try #require(found.covariance.size == 2)
    // [[8, 4], [4, 8]] / (n − 1).
    let expected = SquareMatrix(rows: [[4, 2], [2, 4]])
    #expect(
      (found.covariance - expected).norm < 1e-14,
      """
      \(found.covariance): the divisor is n − 1 = 2. Variances of 2.67 would come of n; 8 of none; [18.67, …] of not subtracting \
      the mean
      """)
  }

  @Test("Wide features: the covariance is width × width")
  func wide() throws {
    var generator = RandomGenerator(seed: 1)
    let found = try moments(of: .normal([3, 7], using: &generator))
    #expect(found.mean.count == 7)
    #expect(
      found.covariance.size == 7,
      "the covariance of 3 vectors of 7 features is 7 × 7, not \(found.covariance.size) × …: is it over the right axis?"
    )
  }

  @Test("It is symmetric, and the mixed features have the covariance A Aᵀ of their mixture A")
  func mixture() throws {
    var generator = RandomGenerator(seed: 2)
    let count = 400
    let mixture = Tensor([2, 1, 0, 0, 1, -1], shape: [2, 3])
    let found = try moments(of: Tensor.normal([count, 2], using: &generator).matmul(mixture))
    let expected = SquareMatrix(rows: [[4, 2, 0], [2, 2, -1], [0, -1, 1]])
    try #require(found.covariance.size == 3)
    for i in 0..<3 {
      for j in 0..<3 {
        #expect(found.covariance[i, j] == found.covariance[j, i], "it must be symmetric")
        // The variance of a sample covariance of normal numbers is (c_ii c_jj + c_ij²) / (n − 1). Six standard errors:
        // one false alarm in 500 million.
        let variance = (expected[i, i] * expected[j, j] + expected[i, j] * expected[i, j]) / Double(count - 1)
        #expect(
          abs(found.covariance[i, j] - expected[i, j]) < 6 * variance.squareRoot(),
          "the covariance of features \(i) and \(j) is \(found.covariance[i, j]) instead of about \(expected[i, j])")
      }
    }
  }

  @Test("A large common offset does not drown the differences")
  func offset() throws {
    // 4096 and sixteenths are exact in Float; their squares are not: E[x²] − E[x]² in Float would be wrong altogether.
    let values = (0..<16).map { 4096 + Float($0 * 7 % 16) / 16 }
    let found = try moments(of: Tensor(values, shape: [16, 1]))
    try #require(found.covariance.size == 1)
    // The numbers 0/16 … 15/16 each once: Σ(i − 7.5)² / 15 / 256 = 340 / 15 / 256.
    #expect(
      agree(found.covariance[0, 0], 340.0 / 15 / 256, relative: 1e-9),
      "sums are in Double, and the mean is subtracted before squaring")
  }

  @Test("Moved and stretched features: the mean moves along, the covariance only stretches")
  func movedAndStretched() throws {
    var generator = RandomGenerator(seed: 3)
    // Small whole numbers, so that moving and stretching are exact in Float.
    let features = Tensor((0..<40).map { _ in Float(generator.integer(below: 9)) }, shape: [10, 4])
    let before = try moments(of: features)
    let after = try moments(of: features * 4 + 100)
    try #require(before.mean.count == 4 && after.mean.count == 4 && before.covariance.size == 4)
    for i in 0..<4 {
      #expect(
        agree(after.mean[i], 4 * before.mean[i] + 100, relative: 1e-13), "the mean of 4 x + 100 is 4 times x's + 100")
    }
    #expect(
      (after.covariance - 16 * before.covariance).norm < 1e-12 * after.covariance.norm,
      "the covariance of 4 x + 100 is 16 times x's: it is of squares, and of differences from the mean")
  }

  @Test("What has no covariance is an error")
  func errors() throws {
    #expect(throws: Fault.self, "one row has no covariance") { try moments(of: .ones([1, 4])) }
    #expect(throws: Fault.self, "features have two axes") { try moments(of: .ones([2, 2, 2])) }
    #expect(throws: Fault("broken"), "a fault is passed on") { try moments(of: Tensor(fault: Fault("broken"))) }
    #expect(try moments(of: .ones([2, 4])).mean == [1, 1, 1, 1], "two rows have one")
  }
}

import Evaluation
import Tensors
import TestSupport
import Testing

/// Mean and covariance of features.
@Suite("Mean and covariance")
struct MomentsTests {
  @Test("Three points, by hand")
  func byHand() throws {
    // The mean is (3, 4); the differences are (−2, −2), (0, 2), (2, 0).
    let found = try moments(of: Tensor([1, 2, 3, 6, 5, 4], shape: [3, 2]))
    try #require(
      found.mean.count == 2, "one mean for each of two features, not for each of three rows: is the axis right?")
    try #require(found.covariance.count == 2 && found.covariance.allSatisfy { $0.count == 2 })
    for (found, expected) in zip(found.mean, [3.0, 4]) { #expect(agree(found, expected, relative: 1e-14)) }
    // [[8, 4], [4, 8]] / (n − 1).
    for (found, expected) in zip(found.covariance.flatMap(\.self), [4.0, 2, 2, 4]) {
      #expect(
        agree(found, expected, relative: 1e-14),
        "\(found) instead of \(expected): the divisor is n − 1 = 2; with n the variances would be 2.67")
    }
  }

  @Test("Wide features: the covariance is width × width")
  func wide() throws {
    var generator = RandomGenerator(seed: 1)
    let found = try moments(of: .normal([3, 7], using: &generator))
    #expect(found.mean.count == 7)
    #expect(found.covariance.count == 7 && found.covariance.allSatisfy { $0.count == 7 })
  }

  @Test("It is symmetric, and the mixed features have the covariance A Aᵀ of their mixture A")
  func mixture() throws {
    var generator = RandomGenerator(seed: 2)
    let count = 20_000
    let mixture = Tensor([2, 1, 0, 0, 1, -1], shape: [2, 3])
    let found = try moments(of: Tensor.normal([count, 2], using: &generator).matmul(mixture))
    let expected: [[Double]] = [[4, 2, 0], [2, 2, -1], [0, -1, 1]]
    try #require(found.covariance.count == 3 && found.covariance.allSatisfy { $0.count == 3 })
    for i in 0..<3 {
      for j in 0..<3 {
        #expect(found.covariance[i][j] == found.covariance[j][i], "it must be symmetric")
        // The variance of a sample covariance of normal numbers is (c_ii c_jj + c_ij²) / (n − 1). Six standard errors:
        // one false alarm in 500 million.
        let variance = (expected[i][i] * expected[j][j] + expected[i][j] * expected[i][j]) / Double(count - 1)
        #expect(
          abs(found.covariance[i][j] - expected[i][j]) < 6 * variance.squareRoot(),
          "the covariance of features \(i) and \(j) is \(found.covariance[i][j]) instead of about \(expected[i][j])")
      }
    }
  }

  @Test("A large common offset does not drown the differences")
  func offset() throws {
    // 4096 and sixteenths are exact in Float; their squares are not: E[x²] − E[x]² in Float would be wrong altogether.
    let values = (0..<16).map { 4096 + Float($0 * 7 % 16) / 16 }
    let found = try moments(of: Tensor(values, shape: [16, 1]))
    try #require(found.covariance.count == 1)
    // The numbers 0/16 … 15/16 each once: Σ(i − 7.5)² / 15 / 256 = 340 / 15 / 256.
    #expect(
      agree(found.covariance[0][0], 340.0 / 15 / 256, relative: 1e-9),
      "sums are in Double, and the mean is subtracted before squaring")
  }

  @Test("What has no covariance is an error")
  func errors() {
    #expect(throws: Fault.self, "one row has no covariance") { try moments(of: .ones([1, 4])) }
    #expect(throws: Fault.self, "features have two axes") { try moments(of: .ones([2, 2, 2])) }
    #expect(throws: Fault("unfinished"), "a fault is passed on") { try moments(of: Tensor(fault: Fault("unfinished"))) }
  }
}

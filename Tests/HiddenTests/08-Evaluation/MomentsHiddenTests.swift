import Evaluation
import Tensors
import TestSupport
import Testing

/// Moments, of random features.
@Suite("8.1 Mean and covariance", .exercise("8.1"))
struct Hidden8_1 {
  @Test("Other inputs", arguments: [(2, 1), (2, 5), (7, 3), (30, 4)])
  func definition(count: Int, width: Int) throws {
    var generator = RandomGenerator(seed: 801, stream: UInt64(count * width))
    let features = Tensor.normal([count, width], using: &generator)
    let found = try moments(of: features)
    try #require(found.mean.count == width && found.covariance.size == width)
    let columns = (0..<width).map { column in (0..<count).map { features[$0, column] } }
    for i in 0..<width {
      let (mean, variance) = meanAndVariance(columns[i])
      #expect(abs(found.mean[i] - mean) < 1e-12 && agree(found.covariance[i, i], variance, relative: 1e-12))
      for j in 0..<width {
        // The variance of a sum tells the covariance of its terms.
        let sum = zip(columns[i], columns[j]).map { Double($0) + Double($1) }
        let average = sum.reduce(0, +) / Double(count)
        let varianceOfSum = sum.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(count - 1)
        let expected = (varianceOfSum - variance - meanAndVariance(columns[j]).variance) / 2
        #expect(abs(found.covariance[i, j] - expected) < 1e-11)
      }
    }
  }

  @Test("Other sizes")
  func duplicated() throws {
    var generator = RandomGenerator(seed: 802)
    let features = Tensor.normal([6, 3], using: &generator)
    let (once, twice) = try (moments(of: features), moments(of: .concatenated([features, features], axis: 0)))
    // The same squares twice over: 2 S / 11 in place of S / 5.
    #expect(agree(twice.covariance, (10.0 / 11) * once.covariance, relative: 1e-12))
    #expect(zip(once.mean, twice.mean).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  @Test("Edge cases")
  func constant() throws {
    let found = try moments(of: .ones([5, 3]) * 0.1)
    #expect(found.covariance.size == 3 && found.covariance.norm < 1e-15)
    #expect(try moments(of: .ones([4, 0])).mean.isEmpty)
  }

  @Test("Precision")
  func offset() throws {
    let found = try moments(of: Tensor([1e6, 1e6 + 1, 1e6 + 2, 1e6 + 5], shape: [4, 1]))
    try #require(found.mean.count == 1 && found.covariance.size == 1)
    #expect(found.mean[0] == 1_000_002)
    #expect(agree(found.covariance[0, 0], 14.0 / 3, relative: 1e-14))
  }

  @Test("Bad input")
  func errors() throws {
    #expect(throws: Fault.self) { try moments(of: .ones([0, 3])) }
    #expect(throws: Fault.self) { try moments(of: .ones([3])) }
    #expect(try moments(of: .ones([3, 1])).covariance.size == 1)
  }
}

import ForwardDiffusion
import Loss
import Tensors
import TestSupport
import Testing

@Suite("4.6 A timestep for each image", .exercise("4.6"))
struct Hidden4_6 {
  @Test("Other inputs")
  func inputs() throws {
    var generator = RandomGenerator(seed: 1)
    let (count, draws) = (7, 70_000)
    let timesteps = randomTimesteps(draws, schedule: randomSchedule(count, seed: 2), using: &generator)
    try #require(timesteps.count == draws && timesteps.allSatisfy { (0..<count).contains($0) })
    let counts = (0..<count).map { t in timesteps.count { $0 == t } }
    // Six standard deviations of a binomial number, √(n p (1 − p)) = 92.6: one of 500 million, for each of seven, and for the
    // number of neighbors that are alike, which each are with the probability 1/7 as well.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 556 })
    let pairs = zip(timesteps, timesteps.dropFirst()).count { $0 == $1 }
    #expect(abs(pairs - 10_000) < 556, "neighbors are independent")
  }

  @Test("Other sizes", arguments: [1, 2, 5, 100])
  func sizes(count: Int) {
    var generator = RandomGenerator(seed: 3)
    let timesteps = randomTimesteps(count, schedule: randomSchedule(3, seed: 4), using: &generator)
    #expect(timesteps.count == count && timesteps.allSatisfy { (0..<3).contains($0) })
  }

  @Test("Edge cases")
  func variances() {
    let found = batchMeanVariance(means: [3], variances: [2], batch: 4)
    #expect(found.oneTimestepForAll == 0.5 && found.oneForEachImage == 0.5, "with one timestep both are the same")
    // Numbers of 10⁶ are rounded by 1e-10; squares, subtracted from each other, would have lost 1e-4.
    let far = batchMeanVariance(means: [1e6, 1e6 + 2], variances: [0, 0], batch: 2)
    #expect(abs(far.oneTimestepForAll - 1) < 1e-9 && abs(far.oneForEachImage - 0.5) < 1e-9)
  }

  @Test("Precision")
  func formula() {
    var generator = RandomGenerator(seed: 5)
    for count in [2, 9, 200] {
      let means = (0..<count).map { _ in 5 * Double(generator.normal()) }
      let variances = (0..<count).map { _ in 3 * Double(generator.uniform()) }
      // Sums of up to 200 numbers, 1e-16 each.
      let mean = means.reduce(0, +) / Double(count)
      let between = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
      let within = variances.reduce(0, +) / Double(count)
      let found = batchMeanVariance(means: means, variances: variances, batch: 16)
      #expect(agree(found.oneTimestepForAll, between + within / 16, relative: 1e-12))
      #expect(agree(found.oneForEachImage, (between + within) / 16, relative: 1e-12))
    }
  }

  @Test("Together with other exercises")
  func simulation() throws {
    let (means, deviations) = ([0.0, 1, 3], [1.0, 0.5, 2])
    let (batch, batches) = (4, 20_000)
    var generator = RandomGenerator(seed: 6)
    let schedule = randomSchedule(3, seed: 7)
    let timesteps = randomTimesteps(batch * batches, schedule: schedule, using: &generator)
    try #require(timesteps.count == batch * batches && timesteps.allSatisfy { (0..<3).contains($0) })
    let gradients = timesteps.map { means[$0] + deviations[$0] * Double(generator.normal()) }
    let batchMeans = stride(from: 0, to: gradients.count, by: batch).map {
      Float(gradients[$0..<$0 + batch].reduce(0, +) / Double(batch))
    }
    let expected = batchMeanVariance(means: means, variances: deviations.map { $0 * $0 }, batch: batch).oneForEachImage
    // The variance of n = 20,000 numbers has a relative deviation of √((2 + κ) / n), where κ is their excess kurtosis. For one
    // gradient, with fourth moment 46.5 and variance 3.31, it is 1.26; for the mean of four a quarter of that. So the deviation
    // is 0.0108, and six of them are 0.065: one false alarm in 500 million.
    #expect(abs(meanAndVariance(batchMeans).variance / expected - 1) < 0.065)
  }
}

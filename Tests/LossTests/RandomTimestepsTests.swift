import ForwardDiffusion
import Loss
import Tensors
import TestSupport
import Testing

/// The timesteps that training draws, and why each image has its own.
@Suite("4.6 A timestep for each image", .exercise("4.6"))
struct Exercise4_6 {
  @Test("All timesteps are equally likely")
  func uniform() throws {
    let (timestepCount, draws) = (100, 100_000)
    var generator = RandomGenerator(seed: 1)
    let timesteps = randomTimesteps(
      draws, schedule: NoiseSchedule(betas: referenceLinearBetas(timestepCount)), using: &generator)
    try #require(timesteps.count == draws, "\(timesteps.count) timesteps for \(draws) images: one for each is needed")
    var counts = [Int](repeating: 0, count: timestepCount)
    for t in timesteps {
      try #require((0..<timestepCount).contains(t), "\(t) is outside 0..<\(timestepCount), which begins with 0")
      counts[t] += 1
    }
    let expected = Double(draws) / Double(timestepCount)
    let chiSquare = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    // With 99 degrees of freedom one of a million samples is above 180.8, and one of a million below 45.8.
    let missing =
      counts[0] == 0 ? "0 never came" : counts[99] == 0 ? "T − 1 = 99 never came" : "not all are equally likely"
    #expect(
      (45.8...180.8).contains(chiSquare),
      "χ² = \(chiSquare): t = 0 came \(counts[0]) times, t = 99 \(counts[99]) times, about \(expected) are expected: \(missing)"
    )
  }

  @Test("Each image of a batch has its own")
  func perImage() {
    var generator = RandomGenerator(seed: 2)
    let timesteps = randomTimesteps(64, schedule: linear, using: &generator)
    // 64 draws of 1000 have about 62 different values; fewer than 40 would come once in far more than 10^20 batches.
    #expect(
      Set(timesteps).count >= 40,
      "64 images have \(Set(timesteps).count) different timesteps: one timestep for the whole batch makes the gradient scatter more"
    )
  }

  @Test("Of one timestep there is no choice, and the next batch has others")
  func edges() {
    var generator = RandomGenerator(seed: 3)
    #expect(randomTimesteps(3, schedule: NoiseSchedule(betas: [0.5]), using: &generator) == [0, 0, 0])
    #expect(randomTimesteps(0, schedule: linear, using: &generator) == [])
    let first = randomTimesteps(8, schedule: linear, using: &generator)
    #expect(
      first != randomTimesteps(8, schedule: linear, using: &generator),
      "the generator must move on: is a copy of it used?")
  }

  @Test("If the gradient does not depend on t, sharing t costs nothing")
  func withinAlone() {
    let found = batchMeanVariance(means: [2, 2, 2], variances: [3, 6, 9], batch: 12)
    // The images alone differ: 6 / 12.
    let forAll = found.oneTimestepForAll
    let forEach = found.oneForEachImage
    #expect(
      forAll == 0.5,
      likelyMistake(
        forAll,
        [
          "the images differ, and the mean over B = 12 of them scatters B times less": 6,
          "E_t is the mean over the timesteps": 1.5,
        ], otherwise: "with one timestep for all the variance is \(forAll) instead of ½"))
    #expect(
      forEach == 0.5,
      likelyMistake(
        forEach,
        [
          "it is divided by B = 12": 6
        ], otherwise: "with one timestep for each image the variance is \(forEach) instead of ½"))
  }

  @Test("If it depends on t alone, one timestep for all is a batch of one")
  func betweenAlone() {
    let found = batchMeanVariance(means: [1, 5], variances: [0, 0], batch: 8)
    let forAll = found.oneTimestepForAll
    let forEach = found.oneForEachImage
    // The means lie 2 to either side of theirs: a variance of 4.
    #expect(
      forAll == 4,
      likelyMistake(
        forAll,
        [
          "what all images share is not divided by B = 8": 0.5,
          "all timesteps are known, so the divisor is T = 2, not T − 1": 8,
          "this is the deviation": 2,
          "the mean's square has to be subtracted": 13,
        ], otherwise: "all images of a batch share what t does: a variance of 4, not \(forAll)"))
    #expect(
      forEach == 0.5,
      likelyMistake(
        forEach,
        [
          "it is divided by B = 8": 4
        ], otherwise: "with a timestep of its own each image scatters for itself: 4 / 8, not \(forEach)"))
  }

  @Test("Both parts together; in a batch of one there is no difference")
  func together() {
    var generator = RandomGenerator(seed: 4)
    let means = (0..<50).map { _ in Double(generator.normal()) }
    let variances = (0..<50).map { _ in Double(generator.uniform()) }
    let mean = means.reduce(0, +) / 50
    let between = means.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 50
    let within = variances.reduce(0, +) / 50
    for batch in [1, 7, 128] {
      let found = batchMeanVariance(means: means, variances: variances, batch: batch)
      let divisor = Double(batch)
      // Sums of 50 numbers, 1e-16 each.
      #expect(
        agree(found.oneTimestepForAll, between + within / divisor, relative: 1e-13)
          && agree(found.oneForEachImage, (between + within) / divisor, relative: 1e-13),
        """
        with B = \(batch): \(found) instead of Var_t(E[g | t]) + E_t[Var(g | t)] / B = \(between + within / divisor) and both \
        divided by B = \((between + within) / divisor)
        """)
    }
  }
}

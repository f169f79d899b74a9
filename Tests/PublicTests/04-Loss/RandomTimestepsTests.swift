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
    try #require(
      timesteps.count == draws, "one timestep for each image: yours are \(timesteps.count) instead of \(draws)")
    var counts = [Int](repeating: 0, count: timestepCount)
    for t in timesteps {
      try #require(
        counts.indices.contains(t), "the timesteps are 0 … 99, for counting begins with 0: one of yours is \(t) instead"
      )
      counts[t] += 1
    }
    let expected = Double(draws) / Double(timestepCount)
    let chiSquare = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    let never = counts.indices.filter { counts[$0] == 0 }
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    // With 99 degrees of freedom one of a million samples is above 180.8, and one of a million below 45.8.
    #expect(
      (45.8...180.8).contains(chiSquare),
      """
      \(never.isEmpty ? chiSquare < 45.8 ? "chance would not spread them so evenly" : "they are not all equally likely" : "t = \(never.prefix(3).map(\.description).joined(separator: ", "))\(never.count > 3 ? ", …" : "") never came"): \
      of 100 timesteps in 100,000 draws yours came \(least) to \(most) times instead of about 1000 each (χ² = \(Float(chiSquare)))
      """)
  }

  @Test("Each image of a batch has its own")
  func perImage() throws {
    var generator = RandomGenerator(seed: 2)
    let timesteps = randomTimesteps(64, schedule: linear, using: &generator)
    try #require(timesteps.count == 64, "one timestep for each image: yours are \(timesteps.count) instead of 64")
    let different = Set(timesteps).count
    // 64 draws of 1000 have about 62 different values; fewer than 40 would come once in far more than 10^20 batches.
    #expect(
      different >= 40,
      """
      \(different == 1 ? "one timestep for the whole batch makes the gradient scatter more; each image has its own" : "the images' timesteps do not differ as chance would have it"): \
      yours are \(different) different ones for 64 images instead of about 62
      """)
  }

  @Test("No image's timestep tells another's")
  func independent() throws {
    let (timestepCount, draws) = (100, 50_000)
    var generator = RandomGenerator(seed: 5)
    let timesteps = randomTimesteps(
      draws, schedule: NoiseSchedule(betas: referenceLinearBetas(timestepCount)), using: &generator)
    try #require(
      timesteps.count == draws, "one timestep for each image: yours are \(timesteps.count) instead of \(draws)")
    let centered = timesteps.map { Double($0) - Double(timestepCount - 1) / 2 }
    let variance = Double(timestepCount * timestepCount - 1) / 12
    for distance in [1, 2, draws / 2] {
      let products = zip(centered, centered.dropFirst(distance)).map { $0 * $1 }
      let correlation = products.reduce(0, +) / Double(products.count) / variance
      // Six standard errors: a false alarm in one of 500 million.
      #expect(
        abs(correlation) < 6 / Double(products.count).squareRoot(),
        """
        the timesteps depend on each other: those of images that are \(distance) apart have a correlation of \
        \(Float(correlation)) instead of about 0
        """)
    }
  }

  @Test("A seed gives the same timesteps to all: each is one draw of `integer(below:)`")
  func draws() {
    var (generator, copy) = (RandomGenerator(seed: 6), RandomGenerator(seed: 6))
    let found = randomTimesteps(9, schedule: linear, using: &generator)
    let right = (0..<9).map { _ in copy.integer(below: 1000) }
    #expect(
      found == right,
      "the timesteps are drawn with the generator's `integer(below: T)`, one after the other: yours are \(found) instead of \(right)"
    )
  }

  @Test("Of one timestep there is no choice, and the next batch has others")
  func edges() throws {
    var generator = RandomGenerator(seed: 3)
    let none = randomTimesteps(3, schedule: NoiseSchedule(betas: [0.5]), using: &generator)
    #expect(
      none == [0, 0, 0], "where T = 1 there is but t = 0: for three images yours are \(none) instead of [0, 0, 0]")
    let empty = randomTimesteps(0, schedule: linear, using: &generator)
    #expect(empty == [], "no images have no timesteps: yours are \(empty) instead of []")
    let before = generator
    let first = randomTimesteps(8, schedule: linear, using: &generator)
    try #require(first.count == 8, "one timestep for each image: yours are \(first.count) instead of 8")
    #expect(
      generator != before,
      "the generator is after eight draws as it was before: draw each timestep from it, and from no copy of it")
    let second = randomTimesteps(8, schedule: linear, using: &generator)
    // By chance one of 10^24.
    #expect(
      first != second || first.count != 8,
      "eight images, and the next eight, must not have the same timesteps, \(second)")
  }

  @Test("If the gradient does not depend on t, sharing t costs nothing")
  func withinAlone() {
    let found = batchMeanVariance(means: [2, 2, 2], variances: [3, 6, 9], batch: 12)
    // The images alone differ: 6 / 12.
    for (number, what) in [
      (found.oneTimestepForAll, "one timestep for all"), (found.oneForEachImage, "one for each image"),
    ] {
      #expect(
        number == 0.5,
        likelyMistake(
          number, insteadOf: 0.5,
          [
            "not divided by B: the images differ, and the mean over B = 12 of them scatters B times less": 6,
            "E_t is the mean over the timesteps, and this is the sum over them": 1.5,
            "E_t is the mean over the timesteps, and this is the sum over them, not divided by B": 18,
            "the part that the images do not share is missing": 0,
            "divided by the square of B": 6.0 / 144,
            "divided by B − 1": 6.0 / 11,
          ], otherwise: "the images scatter by E_t[Var(g | t)] / B, of variances 3, 6 and 9 and B = 12"
        ).about(what))
    }
  }

  @Test("If it depends on t alone, one timestep for all is a batch of one")
  func betweenAlone() {
    let found = batchMeanVariance(means: [1, 5], variances: [0, 0], batch: 8)
    let (forAll, forEach) = (found.oneTimestepForAll, found.oneForEachImage)
    let exchanged = forAll == 0.5 && forEach == 4
    // The means lie 2 to either side of theirs: a variance of 4.
    #expect(
      forAll == 4,
      likelyMistake(
        forAll, insteadOf: 4,
        [
          "the two numbers are exchanged: first that with one timestep for all": exchanged ? 0.5 : .nan,
          "what all images share is not to be divided by B = 8": 0.5,
          "all timesteps are known, so the divisor is T = 2, not T − 1": 8,
          "this is the deviation, the variance's root": 2,
          "the mean's square has to be subtracted": 13,
          "this is the sum of the squares; Var_t has the divisor T = 2": 8,
          "the part that all images share is missing": 0,
        ],
        otherwise:
          "with one timestep for all, of means 1 and 5 and no other variance, B = 8: all images share what t does"
      ))
    #expect(
      forEach == 0.5,
      likelyMistake(
        forEach, insteadOf: 0.5,
        [
          "the two numbers are exchanged: first that with one timestep for all": exchanged ? 4 : .nan,
          "not divided by B = 8: with a timestep of its own each image scatters for itself": 4,
          "all timesteps are known, so the divisor is T = 2, not T − 1": 1,
          "the part that depends on t is missing": 0,
        ], otherwise: "with a timestep for each image, of means 1 and 5 and no other variance, B = 8"))
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
      let (forAll, forEach) = (between + within / Double(batch), (between + within) / Double(batch))
      let exchanged =
        agree(found.oneTimestepForAll, forEach, relative: 1e-13)
        && agree(found.oneForEachImage, forAll, relative: 1e-13)
      // Sums of 50 numbers, 1e-16 each.
      #expect(
        agree(found.oneTimestepForAll, forAll, relative: 1e-13),
        likelyMistake(
          found.oneTimestepForAll, insteadOf: forAll,
          [
            "the two numbers are exchanged: first that with one timestep for all": exchanged ? forEach : .nan,
            "all images share Var_t(E[g | t]), which is not divided by B": forEach,
            "not divided by B at all": between + within,
            "the divisor of Var_t is T, not T − 1": between * 50 / 49 + within / Double(batch),
          ], within: 1e-12, otherwise: "Var_t(E[g | t]) + E_t[Var(g | t)] / B"
        ).about("one timestep for all, B = \(batch)"))
      #expect(
        agree(found.oneForEachImage, forEach, relative: 1e-13),
        likelyMistake(
          found.oneForEachImage, insteadOf: forEach,
          [
            "the two numbers are exchanged: first that with one timestep for all": exchanged ? forAll : .nan,
            "Var_t(E[g | t]) is not divided by B; with a timestep for each image all of it is": forAll,
            "not divided by B at all": between + within,
            "the divisor of Var_t is T, not T − 1": (between * 50 / 49 + within) / Double(batch),
          ], within: 1e-12, otherwise: "both parts, divided by B"
        ).about("one timestep for each image, B = \(batch)"))
    }
  }

  @Test("Means that are large beside their differences")
  func largeMeans() {
    // 1, 2 and 4 lie at −4/3, −1/3 and 5/3 from their mean: 42/27. Their squares, 10¹⁶, have no digits for that.
    let found = batchMeanVariance(means: [1e8 + 1, 1e8 + 2, 1e8 + 4], variances: [0, 0, 0], batch: 1).oneTimestepForAll
    // The mean is rounded to 1.5e-8.
    #expect(
      agree(found, 42 / 27.0, relative: 1e-7),
      likelyMistake(
        found, insteadOf: 42 / 27.0, [:],
        otherwise:
          "the mean of the squares less the square of the mean loses all digits here: square the differences from the mean"
      ).about("means of 10⁸ + 1, 10⁸ + 2 and 10⁸ + 4"))
  }
}

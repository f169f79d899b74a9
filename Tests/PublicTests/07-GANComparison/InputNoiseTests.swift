import GANComparison
import Tensors
import TestSupport
import Testing

@Suite("7.7 Noise on the discriminator's images", .exercise("7.7"))
struct Exercise7_7 {
  @Test("The deviation falls in a straight line from 0.1 to 0")
  func decay() {
    let epochs = [0, 1, 25, 49, 50]
    let right = [0.1, 0.098, 0.05, 0.002, 0]
    let found = epochs.map { inputNoiseDeviation(epoch: $0, epochs: 50) }
    #expect(
      zip(found, right).allSatisfy { abs($0 - $1) < 1e-12 },
      likelyMistake(
        found, insteadOf: right,
        [
          "the noise does not decay: the quotient of two whole numbers is a whole number, here 0 until the end":
            [0.1, 0.1, 0.1, 0.1, 0],
          "the noise does not decay": [0.1, 0.1, 0.1, 0.1, 0.1],
          "the noise grows; it is what is left of the training that counts": [0, 0.002, 0.05, 0.098, 0.1],
          "epochs are counted from 0: the first has the full noise": [0.098, 0.096, 0.048, 0, 0],
          "the last epoch, 49, has a little noise left: the line ends after it, at epoch 50":
            epochs.map { max(0.1 * (1 - Double($0) / 49), 0) },
          "after the last epoch there is no noise, and here it is the last one's": [0.1, 0.098, 0.05, 0.002, 0.002],
          "the share of the training that is left is to be multiplied with the first deviation": right.map { $0 * 10 },
        ], within: 1e-9, otherwise: "the deviation is off"
      ).about("epochs 0, 1, 25, 49 and 50 of 50"))
  }

  @Test("Other beginnings, and an end that is never passed")
  func ends() {
    let found = inputNoiseDeviation(epoch: 3, epochs: 4, initial: 2)
    #expect(
      abs(found - 0.5) < 1e-12,
      likelyMistake(
        found, insteadOf: 0.5,
        [
          "the noise does not decay: the quotient of two whole numbers is a whole number, here 0": 2,
          "the beginning is the given one, not 0.1": 0.025,
        ], otherwise: "in epoch 3 of 4 a quarter of 2 is left"))
    let after = inputNoiseDeviation(epoch: 60, epochs: 50)
    #expect(
      after == 0,
      likelyMistake(
        after, insteadOf: 0, ["the line has gone on below 0, and a deviation is never less": -0.02],
        otherwise: "after the last epoch there is no noise"))
  }

  @Test("Both kinds of images get noise of the given deviation")
  func both() throws {
    var generator = RandomGenerator(seed: 1)
    let (count, deviation) = (20_000, 0.25)
    let (real, fake) = withInputNoise(
      real: Tensor(repeating: 0.5, shape: [count]), fake: Tensor(repeating: -0.5, shape: [count]), deviation: deviation,
      using: &generator)
    let kinds = [("real", try real.checked(), 0.5), ("generated", try fake.checked(), -0.5)]
    for (name, images, _) in kinds {
      try #require(
        images.shape == [count], "the \(name) images keep their shape: yours is \(images.shape) instead of [\(count)]")
    }
    let deviations = kinds.map { meanAndVariance($0.1.scalars).variance.squareRoot() }
    for (index, (name, images, mean)) in kinds.enumerated() {
      let moments = meanAndVariance(images.scalars)
      let found = deviations[index]
      let without =
        deviations[1 - index] == 0
        ? "neither kind of images got noise" : "the \(name) images got no noise, so noise tells the two kinds apart"
      // Six standard deviations of the sample's moments: a false alarm in one of 500 million, for each comparison.
      let margin = 6 * (2 / Double(count)).squareRoot()
      #expect(
        abs(moments.variance / (deviation * deviation) - 1) < margin,
        // A deviation's relative error is half a variance's, so 3 % of a mistake's is again six of its deviations.
        likelyMistake(
          found, insteadOf: deviation,
          [
            without: 0,
            "this is the root of the deviation, which is a deviation already, and no variance": deviation.squareRoot(),
            "the deviation is squared; it is what the noise is multiplied with": deviation * deviation,
            "the noise is not multiplied with the deviation": 1,
            "the noise is even, not normal": deviation / Double(3).squareRoot(),
            "the noise was added twice": deviation * Double(2).squareRoot(),
          ], within: 0.03, otherwise: "the noise on the \(name) images is off in size"
        ).about("standard deviation of the \(name) images"))
      #expect(
        abs(moments.mean - mean) < 6 * deviation / Double(count).squareRoot(),
        likelyMistake(
          moments.mean, insteadOf: mean,
          [
            "the pair's two kinds have changed places: first the real images, then the generated ones": -mean
          ], within: 0.02,
          otherwise: abs(moments.mean) < 0.02
            ? "the images themselves are gone; the noise is added to them"
            : "noise of mean 0 leaves the mean where it was, but for chance"
        ).about("mean of the \(name) images"))
    }
  }

  @Test("Real and generated images get different noise, and it is normal")
  func independent() throws {
    var generator = RandomGenerator(seed: 2)
    let count = 10_000
    let zeros = Tensor.zeros([count])
    let (real, fake) = withInputNoise(real: zeros, fake: zeros, deviation: 1, using: &generator)
    let (a, b) = (try real.checked().scalars, try fake.checked().scalars)
    try #require(
      a.count == count && b.count == count,
      "images keep their shape: yours have \(a.count) and \(b.count) elements instead of \(count)")
    let product = zip(a, b).reduce(0) { $0 + Double($1.0 * $1.1) } / Double(count)
    // The mean of products of independent standard normal numbers scatters by 1/√n: six times that, a false alarm in one
    // of 500 million.
    #expect(
      abs(product) < 0.06,
      a == b && product > 0
        ? "both kinds got the same noise; draw it anew for each: the mean of the products of yours is \(product) instead of about 0"
        : "the noise of one kind tells something of the other's: the mean of the products of yours is \(product) instead of about 0"
    )
    // Of normal numbers 4.55 % are beyond two deviations, of uniform ones none. Six standard deviations, √(p(1 − p)/n) each:
    // a false alarm in one of 500 million.
    let share = Double(a.count { abs($0) > 2 }) / Double(count)
    #expect(
      abs(share - 0.0455) < 0.0125,
      "of normal noise a share of 0.0455 is beyond two deviations: yours is \(share) instead of about 0.0455")
  }

  @Test("The real images' noise is drawn first, whatever generated images follow")
  func order() throws {
    func noise(real: Int, fake: Int) throws -> (real: Tensor, fake: Tensor) {
      var generator = RandomGenerator(seed: 5)
      let (a, b) = withInputNoise(real: .zeros([real]), fake: .zeros([fake]), deviation: 1, using: &generator)
      return (try a.checked(), try b.checked())
    }
    // What is drawn first does not know what will be asked for later.
    let (few, many, more) = try (noise(real: 6, fake: 4), noise(real: 6, fake: 9), noise(real: 8, fake: 4))
    let isSame = few.real == many.real
    let isMadeFirst = few.fake == more.fake
    #expect(
      isSame,
      """
      \(isMadeFirst
        ? "the generated images' noise is drawn first; the real images' comes first"
        : "the real images' noise is drawn first, so that it does not depend on how many generated ones there are"): yours begins \
      with \(few.real.scalars.prefix(3)) before 4 generated images, and with \(many.real.scalars.prefix(3)) before 9 instead of the same
      """)
  }

  @Test("Without a deviation the images stay as they are")
  func none() throws {
    var generator = RandomGenerator(seed: 3)
    let (real, fake) = (Tensor([1, 2, 3]), Tensor([-1, 0.5]))
    let result = withInputNoise(real: real, fake: fake, deviation: 0, using: &generator)
    let exchanged = "the pair's two kinds have changed places: first the real images, then the generated ones"
    expectClose(
      try result.real.checked(), real, "the real images, the first of the pair", tolerance: 0,
      mistakes: [exchanged: fake])
    expectClose(
      try result.fake.checked(), fake, "the generated images, the second of the pair", tolerance: 0,
      mistakes: [exchanged: real])
  }

  @Test("The generator's gradient passes through the noise unchanged")
  func gradient() throws {
    var generator = RandomGenerator(seed: 4)
    let fake = Tensor.normal([2, 3, 3, 1], using: &generator).variable
    let noised = withInputNoise(real: .zeros([4, 3, 3, 1]), fake: fake, deviation: 0.1, using: &generator).fake
    let gradient = try #require(
      try noised.checked().sum().gradients()[fake],
      "no gradient reaches the generated images, so the generator can no longer learn")
    expectClose(gradient, .ones([2, 3, 3, 1]), "the gradient of the sum of all pixels", tolerance: 0)
  }

  @Test("The next round gets other noise")
  func nextRound() throws {
    var generator = RandomGenerator(seed: 9)
    let images = Tensor.zeros([6])
    let first = withInputNoise(real: images, fake: images, deviation: 1, using: &generator)
    let second = withInputNoise(real: images, fake: images, deviation: 1, using: &generator)
    let isSame = try first.real.checked() == second.real.checked()
    #expect(
      !isSame,
      "the same noise comes again: draw from the generator that is handed in, so that it moves on, and from no copy of it"
    )
  }
}

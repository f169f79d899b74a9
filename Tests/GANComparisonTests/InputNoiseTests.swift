import GANComparison
import Tensors
import TestSupport
import Testing

@Suite("7.7 Noise on the discriminator's images", .exercise("7.7"))
struct Exercise7_7 {
  @Test("The deviation falls in a straight line from 0.1 to 0")
  func decay() {
    for (epoch, expected) in [(0, 0.1), (1, 0.098), (25, 0.05), (49, 0.002), (50, 0)] {
      let found = inputNoiseDeviation(epoch: epoch, epochs: 50)
      let message =
        epoch > 0 && abs(found - 0.1) < 1e-9
        ? "the noise does not decay: \(epoch) / 50 is 0 for whole numbers"
        : abs(found - 0.1 * (1 - Double(epoch + 1) / 50)) < 1e-9
          ? "epochs are counted from 0: the first has the full noise" : "the deviation is off"
      #expect(abs(found - expected) < 1e-12, "\(message): \(found) instead of \(expected) in epoch \(epoch) of 50")
    }
  }

  @Test("Other beginnings, and an end that is never passed")
  func ends() {
    #expect(abs(inputNoiseDeviation(epoch: 3, epochs: 4, initial: 2) - 0.5) < 1e-12, "2 · (1 − 3/4) is 0.5")
    let after = inputNoiseDeviation(epoch: 60, epochs: 50)
    #expect(after == 0, "after the last epoch there is no noise; a deviation of \(after) would be noise again")
  }

  @Test("Both kinds of images get noise of the given deviation")
  func both() throws {
    var generator = RandomGenerator(seed: 1)
    let (count, deviation) = (20_000, 0.25)
    let (real, fake) = withInputNoise(
      real: Tensor(repeating: 0.5, shape: [count]), fake: Tensor(repeating: -0.5, shape: [count]), deviation: deviation,
      using: &generator)
    for (name, images, mean) in [("real", try real.checked(), 0.5), ("made", try fake.checked(), -0.5)] {
      try #require(images.shape == [count], "the \(name) images keep their shape")
      let moments = meanAndVariance(images.scalars)
      let (found, expected) = (moments.variance.squareRoot(), deviation)
      let message =
        found == 0
        ? "the \(name) images got no noise: then the noise tells the two kinds apart"
        : abs(found - expected.squareRoot()) < 0.01
          ? "this is the root of the deviation: it is a deviation already, not a variance"
          : abs(found - expected * expected) < 0.005 ? "the deviation is squared" : "the noise's size is off"
      // Six standard deviations of the sample's moments: a false alarm in one of 500 million, for each comparison.
      #expect(
        abs(moments.variance / (expected * expected) - 1) < 6 * (2 / Double(count)).squareRoot(),
        "\(message): the \(name) images scatter by \(found), not by \(expected)")
      #expect(
        abs(moments.mean - mean) < 6 * expected / Double(count).squareRoot(),
        "the noise has the mean 0, but the \(name) images moved by \(moments.mean - mean)")
    }
  }

  @Test("Real and made images get different noise, and it is normal")
  func independent() throws {
    var generator = RandomGenerator(seed: 2)
    let count = 10_000
    let zeros = Tensor.zeros([count])
    let (real, fake) = withInputNoise(real: zeros, fake: zeros, deviation: 1, using: &generator)
    let (a, b) = (try real.checked().scalars, try fake.checked().scalars)
    try #require(a.count == count && b.count == count, "images keep their shape")
    let product = zip(a, b).reduce(0) { $0 + Double($1.0 * $1.1) } / Double(count)
    // The mean of products of independent standard normal numbers scatters by 1/√n: six times that.
    #expect(
      abs(product) < 0.06,
      product > 0.9
        ? "both kinds got the same noise: draw it anew for each" : "the noises are correlated, with \(product)")
    // Of normal numbers 4.55 % are beyond two deviations, of uniform ones none: ± six standard deviations.
    let share = Double(a.count { abs($0) > 2 }) / Double(count)
    #expect(abs(share - 0.0455) < 0.0125, "of normal noise 4.55 % is beyond two deviations, not \(share)")
  }

  @Test("Without a deviation the images stay as they are")
  func none() throws {
    var generator = RandomGenerator(seed: 3)
    let (real, fake) = (Tensor([1, 2, 3]), Tensor([-1, 0.5]))
    let result = withInputNoise(real: real, fake: fake, deviation: 0, using: &generator)
    #expect(try result.real.checked() == real, "the first of the pair belongs to the real images")
    #expect(try result.fake.checked() == fake, "the second of the pair belongs to the made images")
  }

  @Test("The generator's gradient passes through the noise unchanged")
  func gradient() throws {
    var generator = RandomGenerator(seed: 4)
    let fake = Tensor.normal([2, 3, 3, 1], using: &generator).variable
    let noised = withInputNoise(real: .zeros([4, 3, 3, 1]), fake: fake, deviation: 0.1, using: &generator).fake
    let gradient = try #require(try noised.checked().sum().gradients()[fake], "the generator can no longer learn")
    #expect(gradient == .ones([2, 3, 3, 1]))
  }
}

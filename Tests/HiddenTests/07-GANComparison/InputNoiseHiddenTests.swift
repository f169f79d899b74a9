import GANComparison
import Tensors
import TestSupport
import Testing

@Suite("7.7 Noise on the discriminator's images", .exercise("7.7"))
struct Hidden7_7 {
  @Test(
    "Other inputs", arguments: [(1, 3, 0.3, 0.2), (7, 1000, 1, 0.993), (5, 10, 0, 0)] as [(Int, Int, Double, Double)])
  func deviation(epoch: Int, epochs: Int, initial: Double, expected: Double) {
    #expect(abs(inputNoiseDeviation(epoch: epoch, epochs: epochs, initial: initial) - expected) < 1e-12)
  }

  @Test("Edge cases")
  func ends() {
    #expect(inputNoiseDeviation(epoch: 0, epochs: 1) == 0.1)
    #expect(inputNoiseDeviation(epoch: 1, epochs: 1) == 0)
    #expect(inputNoiseDeviation(epoch: 1000, epochs: 3, initial: 5) == 0)
  }

  @Test("Other sizes")
  func shapes() throws {
    var generator = RandomGenerator(seed: 71)
    let (real, fake) = (Tensor.zeros([6, 20, 20, 3]), Tensor.zeros([4, 20, 20, 3]))
    let noised = withInputNoise(real: real, fake: fake, deviation: 0.05, using: &generator)
    for (before, after) in [(real, try noised.real.checked()), (fake, try noised.fake.checked())] {
      try #require(after.shape == before.shape)
      let (mean, variance) = meanAndVariance(after.scalars)
      let count = Double(after.shape.elementCount)
      // Six standard deviations of the sample's moments: a false alarm in one of 500 million, for each comparison.
      #expect(abs(mean) < 6 * 0.05 / count.squareRoot())
      #expect(abs(variance / 0.0025 - 1) < 6 * (2 / count).squareRoot())
    }
    // All images of a batch differ in their noise.
    let first = try noised.real.checked().sliced(axis: 0, 0..<1)
    #expect(first != noised.real.sliced(axis: 0, 1..<2))
  }

  @Test("Together with other exercises")
  func seeds() throws {
    func noised(_ seed: UInt64) -> (real: Tensor, fake: Tensor) {
      var generator = RandomGenerator(seed: seed)
      return withInputNoise(real: .ones([2, 4]), fake: .ones([2, 4]), deviation: 0.1, using: &generator)
    }
    let (first, again, other) = (noised(72), noised(72), noised(73))
    #expect(try first.real.checked() == again.real && first.fake == again.fake)
    #expect(first.real != other.real && first.fake != other.fake && first.real != first.fake)
  }

  @Test("Bad input")
  func faulty() {
    var generator = RandomGenerator(seed: 74)
    let noised = withInputNoise(
      real: .ones([3]), fake: Tensor(fault: Fault("no images")), deviation: 0.1, using: &generator)
    #expect(noised.fake.fault?.reason == "no images")
    #expect(noised.real.fault == nil)
  }
}

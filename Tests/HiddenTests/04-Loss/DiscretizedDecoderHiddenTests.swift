import Loss
import RealModule
import Tensors
import TestSupport
import Testing

@Suite("4.4 The likelihood of a pixel", .exercise("4.4"))
struct Hidden4_4 {
  private func cdf(_ x: Double) -> Double { Double.erfc(-x / 2.0.squareRoot()) / 2 }

  @Test("Other inputs")
  func inputs() {
    var generator = RandomGenerator(seed: 1)
    for _ in 0..<200 {
      let pixel = 2 * Double(1 + generator.integer(below: 254)) / 255 - 1
      let (mean, deviation) = (Double(generator.normal()), 0.3 + Double(generator.uniform()))
      let (low, high) = ((pixel - 1 / 255 - mean) / deviation, (pixel + 1 / 255 - mean) / deviation)
      // The borders' rounding of 1e-16, where the mass of at least 1e-10 has a slope of at most 7 deviations: 1e-14, and some more.
      let mass = low > 0 ? cdf(-low) - cdf(-high) : cdf(high) - cdf(low)
      #expect(agree(pixelLogLikelihood(pixel, mean: mean, deviation: deviation), Double.log(mass), relative: 1e-9))
    }
  }

  @Test("Edge cases", arguments: [-1.0, 1.0])
  func edges(sign: Double) {
    // A few roundings of 1e-16, of logarithms of at least 0.1.
    for mean in [-0.5, 0, 0.9] {
      let mass = cdf((-(1 - 1 / 255) + sign * mean) / 0.4)
      #expect(agree(pixelLogLikelihood(sign, mean: mean, deviation: 0.4), Double.log(mass), relative: 1e-9))
    }
    let next = sign * (1 - 2.0 / 255)
    #expect(pixelLogLikelihood(next, mean: 3 * sign, deviation: 0.1) < -100, "only ±1 own the tails")
  }

  @Test("Precision")
  func tail() {
    // Twenty deviations away: the mass is about the density times the width, of which the logarithm is known.
    let (pixel, deviation) = (2 * 200.0 / 255 - 1, 1.0 / 255 / 50)
    for sign in [-1.0, 1.0] {
      let mean = sign * (pixel - 1 / 255) - sign * 20 * deviation
      let found = pixelLogLikelihood(sign * pixel, mean: mean, deviation: deviation)
      // ln Φ(−20) = −203.917155.
      #expect(agree(found, -203.917_155_4, relative: 1e-8), "in the \(sign < 0 ? "lower" : "upper") tail")
    }
  }

  @Test("Other sizes", arguments: [[4], [2, 3, 1, 1], [1, 2, 2, 3]] as [Shape])
  func sizes(shape: Shape) {
    var generator = RandomGenerator(seed: 2)
    let x0 = Tensor(
      (0..<shape.elementCount).map { _ in 2 * Float(1 + generator.integer(below: 254)) / 255 - 1 }, shape: shape)
    let mean = Tensor.normal(shape, using: &generator)
    // The same numbers from Float on; in Double a difference of Φ of 1e-3 and more keeps 13 digits.
    let sum = zip(x0.scalars, mean.scalars).reduce(0) { sum, pair in
      let center = Double(pair.0) - Double(pair.1)
      return sum + Double.log(cdf((center + 1 / 255) / 0.8) - cdf((center - 1 / 255) / 0.8))
    }
    #expect(
      agree(decoderLogLikelihood(of: x0, mean: mean, variance: 0.64), sum / Double(shape.elementCount), relative: 1e-8))
  }

  @Test("Bad input")
  func bad() {
    let one = Tensor.zeros([2, 2])
    #expect(decoderLogLikelihood(of: one, mean: one, variance: 1) < 0)
    #expect(decoderLogLikelihood(of: one, mean: .zeros([4]), variance: 1).isNaN)
  }
}

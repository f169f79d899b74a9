import Loss
import RealModule
import Tensors
import TestSupport
import Testing

/// The last term's decoder: a bell curve cut into 256 levels.
@Suite("4.4 The likelihood of a pixel", .exercise("4.4"))
struct Exercise4_4 {
  private let levels = (0...255).map { 2 * Double($0) / 255 - 1 }

  @Test("The levels' probabilities add up to 1", arguments: [(0.0, 0.1), (0.9, 0.5), (-3.0, 0.2), (0.2, 3.0)])
  func sum(mean: Double, deviation: Double) {
    let sum = levels.reduce(0) { $0 + Double.exp(pixelLogLikelihood($1, mean: mean, deviation: deviation)) }
    // 256 roundings, and Float's at the borders cancel: every border belongs to two levels.
    #expect(
      abs(sum - 1) < 1e-12,
      """
      the 256 levels have the probability \(sum) in all: do −1 and 1 own the tails to −∞ and ∞, and does each level reach \
      1/255 to both sides, half way to the next?
      """)
  }

  @Test("In the middle it is the mass within 1/255", arguments: [0.004, 0.05, 1.0])
  func middle(deviation: Double) {
    let (pixel, mean) = (levels[100], levels[100])
    let mass = Double.erf(1 / 255 / deviation / 2.0.squareRoot())
    let found = pixelLogLikelihood(pixel, mean: mean, deviation: deviation)
    // The border's rounding of 1e-16 in units of the deviation, at least 0.004: 1e-13, and some more.
    #expect(
      agree(found, Double.log(mass), relative: 1e-10),
      likelyMistake(
        found,
        [
          "this is the probability; its logarithm is asked for": mass,
          "the level reaches 1/255 to each side, not 2/255": Double.log(
            Double.erf(2 / 255 / deviation / 2.0.squareRoot())),
          "the level reaches 1/255 to each side, not half of it": Double.log(
            Double.erf(0.5 / 255 / deviation / 2.0.squareRoot())),
          "divided by the variance, not by the deviation": Double.log(
            Double.erf(1 / 255 / deviation / deviation / 2.0.squareRoot())),
          "this is the density; a level has a width, and its mass is at most 1": -Double.log(
            deviation * (2 * Double.pi).squareRoot()),
          "the likelihood is at most 1, and its logarithm at most 0: the sign is wrong": -Double.log(mass),
        ], within: 1e-9,
        otherwise:
          "a pixel at its mean, with a deviation of \(deviation), has the log-likelihood \(found) instead of \(Double.log(mass))"
      ))
  }

  @Test("The darkest and the brightest level own all beyond", arguments: [0.02, 0.3])
  func tails(deviation: Double) {
    for sign in [-1.0, 1.0] {
      // The mean is at the level itself: it owns half the curve and 1/255 more.
      let mass = (1 + Double.erf(1 / 255 / deviation / 2.0.squareRoot())) / 2
      let found = pixelLogLikelihood(sign, mean: sign, deviation: deviation)
      #expect(
        agree(found, Double.log(mass), relative: 1e-10),
        "a pixel of \(sign) at its mean: \(found) instead of \(Double.log(mass)): beyond ±1 there is no other level, so the tail is this level's"
      )
      let outside = pixelLogLikelihood(sign, mean: 4 * sign, deviation: deviation)
      #expect(
        abs(outside) < 1e-12, "a mean of \(4 * sign) can only mean the level \(sign): its tail reaches to infinity")
      let rounded = pixelLogLikelihood(sign * 0.999_999_9, mean: 4 * sign, deviation: deviation)
      #expect(abs(rounded) < 1e-12, "what Float left of ±1 still is ±1")
    }
  }

  @Test("Light and dark are alike: far above the mean as far below")
  func symmetry() {
    for (level, mean, deviation) in [(180, 0.0, 0.05), (240, 0.1, 0.06), (200, -0.9, 0.05), (254, -1, 0.06)] {
      let above = pixelLogLikelihood(levels[level], mean: mean, deviation: deviation)
      let below = pixelLogLikelihood(-levels[level], mean: -mean, deviation: deviation)
      #expect(
        agree(above, below, relative: 1e-9) && above > -708,
        """
        \((levels[level] - mean) / deviation) deviations above the mean the log-likelihood is \(above), as many below \
        \(below): in the upper tail Φ(b) − Φ(a) is 1 − 1, so let `standardNormalMass` take the difference
        """)
    }
  }

  @Test("However far off, the logarithm is finite")
  func finite() {
    for mean in [-1.0, 1.0] {
      let found = pixelLogLikelihood(-mean, mean: mean, deviation: 0.001)
      #expect(
        agree(found, Double.log(Double.leastNormalMagnitude), relative: 1e-12),
        "2000 deviations from the mean it is \(found), where the least mass counts, which is −708.4: the logarithm of 0 is −∞"
      )
    }
  }

  @Test("Of images it is the mean over all pixels")
  func images() {
    let deviation = 0.5
    let pixels = [levels[0], levels[17], levels[200], levels[255]]
    let means = [0.5, -0.75, 0.25, 1]
    let expected =
      zip(pixels, means).enumerated().reduce(0) { sum, entry in
        let (pixel, mean) = entry.element
        let phi = { (x: Double) in (1 + Double.erf((x - mean) / deviation / 2.0.squareRoot())) / 2 }
        let lower = entry.offset == 0 ? 0 : phi(pixel - 1 / 255)
        return sum + Double.log((entry.offset == 3 ? 1 : phi(pixel + 1 / 255)) - lower)
      } / 4
    let shape: Shape = [2, 2, 1, 1]
    let found = decoderLogLikelihood(
      of: Tensor(pixels.map { Float($0) }, shape: shape), mean: Tensor(means.map { Float($0) }, shape: shape),
      variance: deviation * deviation)
    // The levels are rounded to Float: 6e-8, 1.2e-7 deviations, where the logarithm's slope is at most 3.
    #expect(agree(found, expected, relative: 1e-6), "the mean over the pixels is \(found) instead of \(expected)")
    #expect(decoderLogLikelihood(of: .ones(shape), mean: .ones([4]), variance: 1).isNaN)
  }
}

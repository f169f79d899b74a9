import Loss
import RealModule
import Tensors
import TestSupport
import Testing

/// The last term's decoder: a bell curve cut into 256 levels.
@Suite("4.4 The likelihood of a pixel", .exercise("4.4"))
struct Exercise4_4 {
  private let levels = (0...255).map { 2 * Double($0) / 255 - 1 }

  /// Φ, worked out here.
  private func cdf(_ x: Double) -> Double { Double.erfc(-x / 2.0.squareRoot()) / 2 }

  /// The mass between a level's borders, worked out here; the borders may lie elsewhere, and the tails go to nobody.
  private func mass(
    _ pixel: Double, _ mean: Double, _ deviation: Double, half: Double = 1.0 / 255, ownsTails: Bool = true
  ) -> Double {
    let low = ownsTails && pixel < -0.999 ? -.infinity : (pixel - half - mean) / deviation
    let high = ownsTails && pixel > 0.999 ? .infinity : (pixel + half - mean) / deviation
    return low > 0 ? cdf(-low) - cdf(-high) : cdf(high) - cdf(low)
  }

  private func density(_ pixel: Double, _ mean: Double, _ deviation: Double) -> Double {
    let distance = (pixel - mean) / deviation
    return Double.exp(-distance * distance / 2) / (deviation * (2 * Double.pi).squareRoot())
  }

  @Test("The levels' probabilities add up to 1", arguments: [(0.0, 0.1), (0.9, 0.5), (-3.0, 0.2), (0.2, 3.0)])
  func sum(mean: Double, deviation: Double) {
    let total = { (number: (_ level: Double) -> Double) in levels.reduce(0) { $0 + number($1) } }
    let found = total { Double.exp(pixelLogLikelihood($0, mean: mean, deviation: deviation)) }
    // 256 roundings, and Float's at the borders cancel: every border belongs to two levels.
    #expect(
      abs(found - 1) < 1e-12,
      likelyMistake(
        found, insteadOf: 1,
        [
          "−1 and 1 do not own the tails to −∞ and ∞": total { mass($0, mean, deviation, ownsTails: false) },
          "each level reaches 2/255 to both sides; half way to the next is 1/255": total {
            mass($0, mean, deviation, half: 2 / 255)
          },
          "each level reaches 2/255 to both sides, and −1 and 1 do not own the tails": total {
            mass($0, mean, deviation, half: 2 / 255, ownsTails: false)
          },
          "each level reaches ½/255 to both sides; half way to the next is 1/255": total {
            mass($0, mean, deviation, half: 0.5 / 255)
          },
          "these are probabilities; their logarithms are asked for": total { Double.exp(mass($0, mean, deviation)) },
          "this is the density; a level has a width": total { density($0, mean, deviation) },
          "these are logarithms to the base 2; nats are asked for": total {
            Double.exp(Double.log(max(mass($0, mean, deviation), .leastNormalMagnitude)) / Double.log(2))
          },
        ], within: 1e-9,
        otherwise: "the 256 levels' probabilities do not add up to 1"
      ).about("mean \(mean), deviation \(deviation)"))
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
        found, insteadOf: Double.log(mass),
        [
          "this is the probability; its logarithm is asked for": mass,
          "the level reaches 2/255 to each side here; it reaches 1/255": Double.log(
            Double.erf(2 / 255 / deviation / 2.0.squareRoot())),
          "the level reaches ½/255 to each side here; it reaches 1/255": Double.log(
            Double.erf(0.5 / 255 / deviation / 2.0.squareRoot())),
          "divided by the variance, not by the deviation": Double.log(
            Double.erf(1 / 255 / deviation / deviation / 2.0.squareRoot())),
          "divided by the root of the deviation": Double.log(
            Double.erf(1 / 255 / deviation.squareRoot() / 2.0.squareRoot())),
          "not divided by the deviation": Double.log(Double.erf(1 / 255 / 2.0.squareRoot())),
          "this is the density; a level has a width, and its mass is at most 1": -Double.log(
            deviation * (2 * Double.pi).squareRoot()),
          "the likelihood is at most 1, and its logarithm at most 0: the sign is wrong": -Double.log(mass),
          "this is the logarithm to the base 2; nats are asked for": Double.log(mass) / Double.log(2),
          // Where the level is wide beside the deviation, a border that is only too far away gives the same.
          "the probability is that of all darker levels too; the lower border is missing": deviation < 0.01
            ? .nan : Double.log((1 + mass) / 2),
        ], within: 1e-9, otherwise: "this is not the logarithm of the mass within 1/255"
      ).about("a pixel of \(Float(pixel)) at its mean, deviation \(deviation)"))
  }

  @Test("The darkest and the brightest level own all beyond", arguments: [0.02, 0.3])
  func tails(deviation: Double) {
    for sign in [-1.0, 1.0] {
      // The mean is at the level itself: it owns half the curve and 1/255 more.
      let inner = Double.erf(1 / 255 / deviation / 2.0.squareRoot())
      let expected = Double.log((1 + inner) / 2)
      let found = pixelLogLikelihood(sign, mean: sign, deviation: deviation)
      #expect(
        agree(found, expected, relative: 1e-10),
        likelyMistake(
          found, insteadOf: expected,
          [
            "beyond \(sign) there is no other level, so the tail is this level's too": Double.log(inner),
            "a tail is cut off at \(sign), so that 1/255 of the inner side is all that counts": Double.log(inner / 2),
            "the tail of the other side is taken": Double.log(1 - (1 + inner) / 2),
            "this is the probability; its logarithm is asked for": (1 + inner) / 2,
          ], within: 1e-9, otherwise: "this is not the logarithm of half the curve and 1/255 more"
        ).about("a pixel of \(sign) at its mean, deviation \(deviation)"))
      let outside = pixelLogLikelihood(sign, mean: 4 * sign, deviation: deviation)
      #expect(
        abs(outside) < 1e-12,
        likelyMistake(
          outside, insteadOf: 0, [:],
          otherwise: "a mean of \(4 * sign) can only mean the level \(sign), whose tail reaches to infinity"))
      let rounded = pixelLogLikelihood(sign * 0.999_999_9, mean: 4 * sign, deviation: deviation)
      #expect(
        abs(rounded) < 1e-12,
        likelyMistake(
          rounded, insteadOf: 0, [:],
          otherwise: "a pixel of \(sign * 0.999_999_9), which is what Float left of \(sign), owns the tail as well"))
    }
  }

  @Test("Light and dark are alike: far above the mean as far below")
  func symmetry() {
    for (level, mean, deviation) in [(180, 0.0, 0.05), (240, 0.1, 0.06), (200, -0.9, 0.05), (254, -1, 0.06)] {
      let distance = (levels[level] - mean) / deviation
      let expected = Double.log(mass(levels[level], mean, deviation))
      let (low, high) = ((levels[level] - 1 / 255 - mean) / deviation, (levels[level] + 1 / 255 - mean) / deviation)
      let naive = Double.log(max(cdf(high) - cdf(low), .leastNormalMagnitude))
      let (above, below) = (
        pixelLogLikelihood(levels[level], mean: mean, deviation: deviation),
        pixelLogLikelihood(-levels[level], mean: -mean, deviation: deviation)
      )
      // Where the lower tail is right, it is the upper one that has lost its digits.
      let lostDigits = agree(below, expected, relative: 1e-9) ? naive : .nan
      for (found, side) in [(above, "above"), (below, "below")] {
        // The borders' rounding of 2e-16, in units of the deviation and times the logarithm's slope of up to 35: 1e-13.
        #expect(
          agree(found, expected, relative: 1e-9),
          likelyMistake(
            found, insteadOf: expected,
            [
              "in the upper tail Φ(b) − Φ(a) is 1 − 1, so let `standardNormalMass` take the difference": lostDigits,
              "Φ(b) − Φ(a) has become 0: let `standardNormalMass` take the difference": -.infinity,
              "this is the probability; its logarithm is asked for": Double.exp(expected),
            ], within: 1e-9, otherwise: "this is not the logarithm of the level's mass"
          ).about("a level \(Float(distance)) deviations \(side) the mean"))
      }
    }
  }

  @Test("However far off, the logarithm is finite")
  func finite() {
    // The same logarithm, rounded once.
    let expected = Double.log(Double.leastNormalMagnitude)
    for mean in [-1.0, 1.0] {
      let found = pixelLogLikelihood(-mean, mean: mean, deviation: 0.001)
      #expect(
        agree(found, expected, relative: 1e-12),
        likelyMistake(
          found, insteadOf: expected,
          ["the mass is 0 here, and its logarithm infinite: count it as the least normal number": -.infinity],
          otherwise: "a mass of 0 counts as `Double.leastNormalMagnitude`"
        ).about("2000 deviations from the mean"))
    }
  }

  @Test("Of images it is the mean over all pixels")
  func images() {
    let deviation = 0.5
    let pixels = [levels[0], levels[17], levels[200], levels[255]]
    let means = [0.5, -0.75, 0.25, 1]
    let sum = { (ownsTails: Bool) in
      zip(pixels, means).reduce(0) { $0 + Double.log(mass($1.0, $1.1, deviation, ownsTails: ownsTails)) }
    }
    let shape: Shape = [2, 2, 1, 1]
    let found = decoderLogLikelihood(
      of: Tensor(pixels.map { Float($0) }, shape: shape), mean: Tensor(means.map { Float($0) }, shape: shape),
      variance: deviation * deviation)
    // The levels are rounded to Float: 6e-8, 1.2e-7 deviations, where the logarithm's slope is at most 3.
    #expect(
      agree(found, sum(true) / 4, relative: 1e-6),
      likelyMistake(
        found, insteadOf: sum(true) / 4,
        [
          "−1 and 1 do not own the tails to −∞ and ∞": sum(false) / 4,
          "the sign is wrong: a logarithm of a probability is at most 0": -sum(true) / 4,
        ], within: 1e-6, otherwise: "the mean over four pixels, of which the first is −1 and the last 1"))
    let misfit = decoderLogLikelihood(of: .ones(shape), mean: .ones([4]), variance: 1)
    #expect(
      misfit.isNaN, "means of the shape [4] for images of the shape [2, 2, 1, 1]: yours is \(misfit) instead of NaN")
  }

  @Test("Bright and dark are mirror images, also far out", arguments: [0.3, 0.1])
  func mirrored(deviation: Double) {
    for (pixel, mean) in [(1.0, -1.0), (1, 0.2), (127 / 127.5, -0.9), (0.6, -0.8)] {
      let (bright, dark) = (
        pixelLogLikelihood(pixel, mean: mean, deviation: deviation),
        pixelLogLikelihood(-pixel, mean: -mean, deviation: deviation)
      )
      #expect(
        agree(bright, dark, relative: 1e-9),
        """
        a pixel of \(pixel) with the mean \(mean) is as likely as one of \(-pixel) with \(-mean): yours are \(bright) and \(dark). \
        1 − Φ(x) loses its digits for large x; Φ(−x) does not
        """)
    }
  }
}

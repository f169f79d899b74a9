import ForwardDiffusion
import RealModule
import Tensors
import TestSupport
import Testing

/// The signal-to-noise ratio, and how far x_T is from pure noise.
@Suite("1.6 What is left of the image", .exercise("1.6"))
struct Exercise1_6 {
  @Test("The signal-to-noise ratio compares variances")
  func signalToNoise() {
    // ᾱ is 0.8 and 0.4.
    let schedule = NoiseSchedule(betas: [0.2, 0.5])
    let ratio = schedule.signalToNoiseRatio(at: 0)
    // A handful of roundings in Double.
    #expect(
      agree(ratio, 4, relative: 1e-14),
      likelyMistake(
        ratio, insteadOf: 4,
        [
          "the roots are too many: it is a ratio of powers, that is of variances": 2,
          "this is the noise over the signal: upside down": 0.25,
          "this is the signal over all: divide by the noise's part alone": 0.8,
          "this is in decibels; the plain ratio is wanted": 6.0205999132796239,
          "this is the noise's part, 1 − ᾱ_t": 0.2,
        ], otherwise: "the ratio is that of 0.8, which is left of the image, to the rest"
      ).about("ᾱ_t = 0.8"))
    let early = NoiseSchedule(betas: [1e-7]).signalToNoiseRatio(at: 0)
    // 1 − β is rounded to 1.1e-16, which is 1e-9 of β.
    #expect(
      agree(early, 9_999_999, relative: 1e-8),
      likelyMistake(
        early, insteadOf: 9_999_999, [:],
        otherwise: "the noise's part is 1 − ᾱ_t, however little that is: it is not held above a small number"
      ).about("β = 10⁻⁷, t = 0"))
    let second = schedule.signalToNoiseRatio(at: 1)
    #expect(
      agree(second, 2.0 / 3, relative: 1e-14),
      likelyMistake(
        second, insteadOf: 2.0 / 3,
        [
          "this is α_t / β_t, of one step; all steps from 0 to t are wanted": 1,
          "the roots are too many: it is a ratio of powers, that is of variances": (2.0 / 3).squareRoot(),
          "this is the noise over the signal: upside down": 1.5,
          "this is the signal over all: divide by the noise's part alone": 0.4,
          "this is the ratio of the step before": 4,
        ], otherwise: "the ratio is that of 0.4, which is left of the image, to the rest"
      ).about("ᾱ_t = 0.4"))
  }

  @Test("Every step loses signal")
  func falls() {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(1000))
    let ratios = (0..<1000).map { schedule.signalToNoiseRatio(at: $0) }
    let rises = (1..<1000).first { !(ratios[$0] < ratios[$0 - 1]) }
    if let rises {
      Issue.record(
        """
        t = \(rises): the ratio must fall at every step, for 0 < β < 1 (yours is \(ratios[rises]) instead of less than \
        \(ratios[rises - 1]))
        """)
    }
  }

  /// T of the linear schedule, and L_T in bits for pixels of mean square 1 and 0.925, which is that of MNIST; computed with
  /// 40 digits.
  static let table = [
    (100, 0.3259554731689558, 0.3062863146057380), (300, 0.03552753469760124, 0.03292752255594446),
    (500, 0.00459712980942759, 0.004253441395813013), (800, 0.0002202694101725608, 0.0002037517264233927),
    (1000, 2.911294542030786e-05, 2.692951857466553e-05),
  ]

  @Test("L_T of linear schedules", arguments: table)
  func known(timestepCount: Int, symmetric: Double, mnist: Double) {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(timestepCount))
    let (first, alphaBar) = (schedule.alphaBars.first ?? .nan, schedule.alphaBars.last ?? .nan)
    let before = schedule.alphaBars[timestepCount - 2]
    for (meanSquare, bits) in [(1.0, symmetric), (0.925, mnist)] {
      let found = schedule.priorDivergence(meanSquare: meanSquare)
      let nats = bits * .log(2)
      // ᾱ is good to some 1e-13, and ln(1 − ᾱ) to as much; what cancels is of the size of the result.
      #expect(
        agree(found, nats, relative: 1e-10),
        likelyMistake(
          found, insteadOf: nats,
          [
            "this is in bits; nats are wanted, so the logarithm is the natural one": bits,
            "the factor ½ is missing": 2 * nats,
            "this is the divergence after the first timestep; x_T is what there is at the last timestep":
              (first * meanSquare - first - .log(onePlus: -first)) / 2,
            "this has ᾱ in the place of 1 − ᾱ: the variance of x_T is 1 − ᾱ_T":
              (alphaBar * meanSquare + alphaBar - 1 - .log(alphaBar)) / 2,
            "the −ᾱ_T is missing: v − 1 is not 0": (alphaBar * meanSquare - .log(1 - alphaBar)) / 2,
            "`meanSquare` is squared once more; it is the mean of x_0² already":
              (alphaBar * meanSquare * meanSquare - alphaBar - .log(1 - alphaBar)) / 2,
            "the mean square is missing: this is L_T of an image of nothing but ±1": symmetric * .log(2),
            "the sign of the logarithm is wrong: less variance must raise the divergence":
              (alphaBar * meanSquare - alphaBar + .log(1 - alphaBar)) / 2,
            "this is the other divergence, of N(0, 1) from q: it is not symmetric":
              ((alphaBar * meanSquare + 1) / (1 - alphaBar) - 1 + .log(1 - alphaBar)) / 2,
            "this is the divergence one timestep before the last; ᾱ_T stands at the last index":
              (before * meanSquare - before - .log(onePlus: -before)) / 2,
            "the sign is wrong: a divergence is never negative": -nats,
          ], within: 1e-9, otherwise: "L_T is ½ (ᾱ_T · x_0² − ᾱ_T − ln(1 − ᾱ_T)), in nats"
        ).about("T = \(timestepCount), mean square \(meanSquare)"))
    }
  }

  @Test("It is the integral of q · ln(q / p)", arguments: [0.0, 0.7, 1.0])
  func integral(x0: Double) {
    let schedule = NoiseSchedule(betas: [0.3, 0.4])
    let (mean, variance) = ((0.42).squareRoot() * x0, 0.58)
    // The trapezoidal rule on a smooth function that vanishes at both ends: better than 1e-12 at this step.
    let step = 0.01
    let sum = (-1000...1000).reduce(0) { sum, index in
      let x = Double(index) * step
      let logarithm = -((x - mean) * (x - mean)) / (2 * variance) - .log(2 * .pi * variance) / 2
      return sum + .exp(logarithm) * (logarithm + x * x / 2 + .log(2 * .pi) / 2) * step
    }
    let found = schedule.priorDivergence(meanSquare: x0 * x0)
    #expect(
      abs(found - sum) < 1e-10,
      likelyMistake(
        found, insteadOf: sum, [:],
        otherwise: "it is q · ln(q / p), summed up over x, where q is x_T's distribution and p the standard normal one"
      ).about("ᾱ_T = 0.42, x_0 = \(x0)"))
  }

  @Test("It is 0 where nothing is left, and never negative")
  func zero() {
    let none = NoiseSchedule(betas: [0.5, 1]).priorDivergence(meanSquare: 1)
    #expect(
      none == 0,
      likelyMistake(
        none, insteadOf: 0,
        ["this is the divergence after the first timestep; x_T is what there is at the last timestep": .log(2) / 2],
        otherwise: "with ᾱ_T = 0, x_T is pure noise, and there is no divergence"))
    for beta in [0.1, 0.5, 0.9] {
      let found = NoiseSchedule(betas: [beta]).priorDivergence(meanSquare: 0)
      #expect(
        found > 0,
        """
        ᾱ_T = \(Float(1 - beta)): a divergence is positive unless the distributions are the same (yours is \(found) instead \
        of more than 0)
        """)
    }
  }

  @Test("Hardly anything is left: all digits count")
  func precision() {
    // ᾱ is a product of two: a single α = 1 − β would have no digits that 1 − ᾱ could lose.
    let schedule = NoiseSchedule(betas: [0.999, 0.999])
    let alphaBar = schedule.alphaBars.last ?? .nan
    let found = schedule.priorDivergence(meanSquare: 0)
    // −ᾱ − ln(1 − ᾱ) = ᾱ²/2 + ᾱ³/3 + …; ln(1 − ᾱ) itself is good to 1e-22, of 5e-13.
    let series = alphaBar * alphaBar / 4 + alphaBar * alphaBar * alphaBar / 6
    // 1 − ᾱ is rounded by 1.1e-16, and so its logarithm, of which 1e-12 remains: that spoils the fourth digit.
    let lostDigits = agree(found, series, relative: 1e-2)
    #expect(
      agree(found, series, relative: 1e-8),
      likelyMistake(
        found, insteadOf: series, [:],
        otherwise: lostDigits
          ? "1 − ᾱ rounds ᾱ's digits away, but .log(onePlus:) keeps them"
          : "ᾱ_T²/4 is about what remains of ½ (−ᾱ_T − ln(1 − ᾱ_T)) where ᾱ_T is small"
      ).about("ᾱ_T = 1e-6, x_0 = 0"))
  }
}

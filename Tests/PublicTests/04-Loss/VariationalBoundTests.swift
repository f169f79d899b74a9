import ForwardDiffusion
import Loss
import RealModule
import Tensors
import TestSupport
import Testing

/// The bound, with networks whose bound is known.
@Suite("4.5 The variational bound", .exercise("4.5"))
struct Exercise4_5 {
  private let short = NoiseSchedule(betas: [0.004, 0.03, 0.1, 0.25, 0.5, 0.8])
  private let images: Tensor

  init() {
    var generator = RandomGenerator(seed: 1)
    images = Tensor(
      (0..<3 * 8 * 8).map { _ in Float(2 * Double(generator.integer(below: 256)) / 255 - 1) }, shape: [3, 8, 8, 1])
  }

  private func terms(
    _ schedule: NoiseSchedule, _ x0: Tensor, _ variance: ReverseVariance = .posterior, seed: UInt64 = 2,
    by predictor: NoisePredictor
  ) throws -> [Double] {
    var generator = RandomGenerator(seed: seed)
    let terms = schedule.boundTerms(of: x0, variance: variance, using: &generator, predictNoise: predictor)
    try #require(
      terms.count == schedule.timestepCount + 1,
      "T + 1 terms, L_0, one for each step between, and L_T: yours are \(terms.count) instead of \(schedule.timestepCount + 1)"
    )
    return terms
  }

  private func knowing(_ x0: Tensor, _ schedule: NoiseSchedule) -> NoisePredictor {
    { schedule.trueNoise(in: $0, of: x0, $1) }
  }

  @Test("Who knows the noise pays nothing for the steps between, if σ² is β̃")
  func truth() throws {
    let terms = try terms(short, images, by: knowing(images, short))
    // An error of 1e-5 in ε at most, squared, with weights of at most 10.
    for t in 1..<6 {
      // Two independent noises differ by a variance of 2, in 192 numbers good to six times √(2 / 192).
      let drawnTwice =
        2 * short.betas[t] * short.betas[t] / Double.log(2)
        / (2 * short.betaTilde(t) * short.alphas[t] * (1 - short.alphaBars[t]))
      #expect(
        abs(terms[t]) < 1e-8,
        likelyMistake(
          terms[t], insteadOf: 0,
          ["the noise that is compared with is not that in x_t, as if it were drawn twice": drawnTwice], within: 0.45,
          otherwise: "who knows the noise in x_t, by t, pays KL(p ‖ p) = 0"
        ).about("L_\(t)"))
    }
  }

  @Test("If σ² is β, the wrong variance alone costs 0.3372 nats in 1000 linear steps")
  func variances() throws {
    let x0 = Tensor.zeros([1, 1, 1, 1])
    let terms = try terms(linear, x0, .beta, by: knowing(x0, linear))
    let found = terms[1..<1000].reduce(0, +)
    let expected =
      (1..<1000).reduce(0) { sum, t in
        let ratio = linear.betaTilde(t) / linear.betas[t]
        return sum + (ratio - 1 - Double.log(ratio)) / 2
      } / Double.log(2)
    // The noise's error is at most 1e-4 where it weighs most, 1e-5 elsewhere: 1e-8 squared.
    #expect(
      abs(found - expected) < 1e-6,
      likelyMistake(
        found, insteadOf: expected,
        [
          "these are nats; divide by ln 2": expected * Double.log(2),
          "the two variances have changed places: the first is the posterior's, β̃, the second σ²":
            (1..<1000).reduce(0) { sum, t in
              let ratio = linear.betas[t] / linear.betaTilde(t)
              return sum + (ratio - 1 - Double.log(ratio)) / 2
            } / Double.log(2),
          "twice too much: ½ is missing": 2 * expected,
          "divided by ln 2 twice": expected / Double.log(2),
        ], within: 1e-4,
        otherwise: abs(found) < 1e-6
          ? "the variances differ, β̃ here and σ² = β there, and that costs too"
          : "L_1 … L_999 of one who knows the noise add up to Σ ½ (ln(β / β̃) + β̃ / β − 1) = 0.3372 nats, in bits"))
  }

  @Test("Who says 0 pays for all the noise there is", arguments: ReverseVariance.allCases)
  func zeros(variance: ReverseVariance) throws {
    var errors: [Int: Double] = [:]
    let terms = try terms(short, images, variance) { xt, timesteps in
      if let t = timesteps.first {
        errors[t] = Double(short.trueNoise(in: xt, of: images, timesteps).squared().mean().item)
      }
      return .zeros(xt.shape)
    }
    /// L_t in bits from what the error counts and what the variances cost, in which something may be done otherwise.
    func bits(_ t: Int, _ variance: ReverseVariance, counts: Bool = true, weighs: Bool = true, spreads: Bool = true)
      -> Double
    {
      let (beta, betaTilde) = (short.betas[t], short.betaTilde(t))
      let sigmaSquared = variance == .beta ? beta : betaTilde
      let weight = weighs ? beta * beta / (2 * sigmaSquared * short.alphas[t] * (1 - short.alphaBars[t])) : 1
      let spread = (Double.log(sigmaSquared / betaTilde) + betaTilde / sigmaSquared - 1) / 2
      return ((counts ? weight * (errors[t] ?? .nan) : 0) + (spreads ? spread : 0)) / Double.log(2)
    }
    for t in 1..<6 {
      try #require(errors[t] != nil, "the network is not asked at t = \(t)")
      let expected = bits(t, variance)
      // Float's rounding of the noise, some 1e-5 of it.
      #expect(
        agree(terms[t], expected, relative: 1e-4),
        likelyMistake(
          terms[t], insteadOf: expected,
          [
            "this is in nats; divide by ln 2": expected * Double.log(2),
            "this is the sum over an image's pixels; the mean is asked for": expected * 64,
            "this is the sum over all pixels of all images; the mean is asked for": expected * 192,
            "this is L_\(6 - t): the terms are in the opposite order": bits(6 - t, variance),
            "this is L_\(t - 1): the terms are one late": t > 1 ? bits(t - 1, variance) : .nan,
            "this is L_\(t + 1): the terms are one early": t < 5 ? bits(t + 1, variance) : .nan,
            "the error of the noise counts 1 here; it counts by its weight, `stepWeight`":
              bits(t, variance, weighs: false, spreads: false),
            "the error of the noise counts 1 here; it counts by its weight, `stepWeight` (what the variances cost is right)":
              bits(t, variance, weighs: false),
            "the variances differ, and that costs too": bits(t, variance, spreads: false),
            "the variances alone are counted, not the error of the noise": bits(t, variance, counts: false),
            "the other choice of σ² is used": bits(t, variance == .beta ? .posterior : .beta),
          ], within: 1e-4,
          otherwise: "this is not the error's weight times its mean square, plus what the variances cost"
        ).about("L_\(t) of one who says 0, σ² = \(variance == .beta ? "β" : "β̃")"))
    }
  }

  @Test("L_0 is minus the decoder's log-likelihood, L_T the distance to pure noise")
  func ends() throws {
    let inner = images * 0 + (2 * 100 / 255 - 1)
    let terms = try terms(short, inner, by: knowing(inner, short))
    // x̂_0 is x_0, away from the tails, and σ_0² is β̃_1.
    let decoder = -Double.log(Double.erf(1 / 255 / (2 * short.betaTilde(1)).squareRoot())) / Double.log(2)
    let (alphaBar, square) = (short.alphaBars[5], Double(inner.squared().mean().item))
    let prior = (alphaBar * square - alphaBar - Double.log(1 - alphaBar)) / 2 / Double.log(2)
    // x̂_0 is good to 1e-6, where the logarithm is flat.
    #expect(
      agree(terms[0], decoder, relative: 1e-5),
      likelyMistake(
        terms[0], insteadOf: decoder,
        [
          "the log-likelihood is negative; the bound is on minus it": -decoder,
          "this is in nats; divide by ln 2": decoder * Double.log(2),
          "this is what β̃_0 = 0 gives; `reverseVariance` has β̃_1 for it": 0,
          "this is L_T, and L_0 is the first of the terms": prior,
          "this is the sum over the pixels; the mean is asked for": decoder * 64,
          "this is with σ_0² = β_0": -Double.log(Double.erf(1 / 255 / (2 * short.betas[0]).squareRoot()))
            / Double.log(2),
        ], within: 1e-4, otherwise: "L_0 of one who knows the noise, with σ_0² = β̃_1"))
    #expect(
      agree(terms[6], prior, relative: 1e-6),
      likelyMistake(
        terms[6], insteadOf: prior,
        [
          "this is L_0, and L_T is the last of the terms": decoder,
          "this is in nats; divide by ln 2": prior * Double.log(2),
          "this is for a mean square of 1; measure that of the images": (alphaBar - alphaBar - Double.log(1 - alphaBar))
            / 2 / Double.log(2),
          "this is for a mean square of 0; measure that of the images": (-alphaBar - Double.log(1 - alphaBar)) / 2
            / Double.log(2),
        ], within: 1e-4, otherwise: "L_T, the last term, is what `priorDivergence` says, in bits"))
  }

  @Test("The decoder's mean is x̂_0 as it is, beyond 1 as well")
  func unclipped() throws {
    let (level, offset) = (2.0 * 250 / 255 - 1, 0.15)
    let light = images * 0 + Float(level)
    let noise = knowing(light, short)
    let terms = try terms(short, light) { xt, timesteps in
      // x̂_0 is too large by the offset.
      noise(xt, timesteps)
        - short.weights(timesteps) { t in
          offset * (short.alphaBars[t] / (1 - short.alphaBars[t])).squareRoot()
        }
    }
    let deviation = short.betaTilde(1).squareRoot()
    func bits(mean: Double) -> Double {
      let borders = [level - 1 / 255, level + 1 / 255].map { ($0 - mean) / deviation / 2.0.squareRoot() }
      return -Double.log((Double.erfc(-borders[1]) - Double.erfc(-borders[0])) / 2) / Double.log(2)
    }
    // x̂_0 is good to 1e-6, and the logarithm's slope is 42 to the base e.
    #expect(
      agree(terms[0], bits(mean: level + offset), relative: 1e-4),
      likelyMistake(
        terms[0], insteadOf: bits(mean: level + offset),
        [
          "x̂_0 is clipped to [−1, 1] before the decoder; its mean is x̂_0 as it is": bits(mean: 1),
          "the log-likelihood is negative; the bound is on minus it": -bits(mean: level + offset),
          "this is in nats; divide by ln 2": bits(mean: level + offset) * Double.log(2),
          "the decoder's mean is x_0; it is x̂_0, which the network implies": bits(mean: level),
        ], within: 1e-4, otherwise: "L_0 where x_0 is \(Float(level)) and x̂_0 is \(Float(level + offset)) everywhere"))
  }

  @Test("With normal data and the best network, every step's cost is known")
  func gaussianData() throws {
    let s = 0.5
    var generator = RandomGenerator(seed: 3)
    let x0 = Tensor.normal([16, 64, 64, 1], using: &generator) * Float(s)
    let terms = try terms(short, x0) { xt, timesteps in
      xt
        * short.weights(timesteps) { t in
          let alphaBar = short.alphaBars[t]
          return (1 - alphaBar).squareRoot() / (alphaBar * s * s + 1 - alphaBar)
        }
    }
    for t in 1..<6 {
      let alphaBar = short.alphaBars[t]
      // Var(ε | x_t), the error that is left to the best network.
      let error = alphaBar * s * s / (alphaBar * s * s + 1 - alphaBar)
      let before = short.alphaBars[t - 1]
      let weight = (before / (1 - before) * (1 - alphaBar) / alphaBar - 1) / 2
      let expected = weight * error / Double.log(2)
      // Six standard errors of a mean square of 65,536 numbers: a false alarm in one of 500 million, for each of five.
      #expect(
        abs(terms[t] / expected - 1) < 6 * (2.0 / 65_536).squareRoot(),
        likelyMistake(
          terms[t], insteadOf: expected, ["this is in nats; divide by ln 2": expected * Double.log(2)], within: 0.03,
          otherwise: "the best network for pixels of N(0, ¼) pays for what ε keeps for itself"
        ).about("L_\(t)"))
    }
  }

  @Test("The network is asked once for each t, of all images; noise is fresh, and the bound is the sum")
  func questions() throws {
    var asked: [[Int]] = []
    var noises: [Tensor] = []
    let predictor: NoisePredictor = { xt, timesteps in
      asked.append(timesteps)
      noises.append(short.trueNoise(in: xt, of: images, timesteps))
      return xt * 0.5
    }
    let terms = try terms(short, images, by: predictor)
    let expected = (0..<6).reversed().map { [$0, $0, $0] }
    let hint =
      asked == expected.reversed()
      ? "the steps are taken from T − 1 down to 0, not up"
      : asked == (1..<6).reversed().map { [$0, $0, $0] }
        ? "the network is asked at t = 0 as well, for L_0"
        : asked == (0..<6).reversed().map { [$0] }
          ? "each of the three images is told t, not the first alone"
          : "t goes from T − 1 to 0, and each of the images is told it"
    try #require(asked == expected, "\(hint): yours are \(asked) instead of \(expected)")
    for (t, pair) in zip((0..<5).reversed(), zip(noises, noises.dropFirst())) {
      let correlation = Double((pair.0 * pair.1).mean().item)
      // Products of independent normal numbers have variance 1, and the mean of 192 the deviation 1/√192. Beyond six of them
      // lies less than 2 · 6e-8 (Chernoff, as products have heavier tails than normal numbers): for five pairs, one false
      // alarm in more than a million.
      #expect(
        abs(correlation) < 6 / 192.0.squareRoot(),
        likelyMistake(
          correlation, insteadOf: 0, ["the noise at t = \(t) is that of t = \(t + 1) again; each has its own": 1],
          within: 0.5,
          otherwise: "the noises at t = \(t) and t = \(t + 1) must not depend on each other (their mean product)"))
    }
    var generator = RandomGenerator(seed: 2)
    let total = short.variationalBound(of: images, variance: .posterior, using: &generator, predictNoise: predictor)
    #expect(
      agree(total, terms.reduce(0, +), relative: 1e-12),
      likelyMistake(
        total, insteadOf: terms.reduce(0, +), [:],
        otherwise:
          "the same seed gives the same terms again, and the bound is their sum; all noise comes from the generator"))
  }

  @Test("The caller's generator moves on, and a fault makes its terms NaN")
  func generatorAndFaults() {
    let (schedule, x0) = (NoiseSchedule(betas: randomBetas(4, in: 0.02..<0.2, seed: 67)), Tensor.zeros([1, 2, 2, 1]))
    var (generator, before) = (RandomGenerator(seed: 68), RandomGenerator(seed: 68))
    let terms = schedule.boundTerms(of: x0, variance: .posterior, using: &generator) { _, _ in
      Tensor(fault: Fault("no network"))
    }
    let areNumbers = terms.dropLast().contains { !$0.isNaN }
    #expect(
      !areNumbers,
      "a network that answers with a fault makes the terms of all steps NaN: yours are \(terms)")
    #expect(
      generator.next() != before.next(),
      "the generator is where it was, so that the next call draws the same: draw with the one that was handed in, not a copy"
    )
  }

  @Test("A fault at one step is that step's alone")
  func oneFault() throws {
    let plain = try terms(short, images) { xt, _ in xt * 0.5 }
    let faulty = try terms(short, images) { xt, timesteps in
      timesteps.first == 3 ? Tensor(fault: Fault("no network")) : xt * 0.5
    }
    #expect(
      faulty[3].isNaN, "a network that answers with a fault at t = 3 makes L_3 NaN: yours is \(faulty[3])")
    let others = faulty.indices.filter { $0 != 3 && faulty[$0] != plain[$0] }
    #expect(
      others.isEmpty,
      """
      a fault at t = 3 makes its own term NaN and no other; the steps after it are taken all the same, with the same noise: yours \
      has other terms at \(others) than without the fault
      """)
  }

  @Test("The first noise drawn is that of the last timestep")
  func order() throws {
    var (noises, generator) = ([Tensor](), RandomGenerator(seed: 2))
    _ = try terms(short, images) { xt, timesteps in
      noises.append(short.trueNoise(in: xt, of: images, timesteps))
      return .zeros(xt.shape)
    }
    // The noise is read off x_t, in which it is rounded.
    for (index, noise) in noises.prefix(2).enumerated() {
      expectClose(
        noise, .normal(images.shape, using: &generator),
        "the noise at t = \(5 - index), for which the generator's numbers number \(index + 1) are drawn, as the steps go down",
        tolerance: 1e-4)
    }
  }
}

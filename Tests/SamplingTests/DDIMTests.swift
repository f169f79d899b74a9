import ForwardDiffusion
import Sampling
import Tensors
import TestSupport
import Testing

/// From no noise on the way to the ancestral sampler's.
@Suite("5.7 DDIM: a way back without noise", .exercise("5.7"))
struct Exercise5_7 {
  private let zero = Tensor.zeros([1, 1, 1, 1])
  private let one = Tensor.ones([1, 1, 1, 1])

  @Test("σ is η times the ancestral sampler's √β̃", arguments: [linear, cosine], [1, 2, 500, 999])
  func deviations(schedule: NoiseSchedule, t: Int) {
    let (alphaBar, before) = (schedule.alphaBars[t], schedule.alphaBars[t - 1])
    let full = ((1 - before) / (1 - alphaBar)).squareRoot() * (1 - alphaBar / before).squareRoot()
    for eta in [0, 0.5, 1] {
      let found = DDIMSampler(schedule: schedule, eta: eta).deviation(at: t)
      // 1 − ᾱ_t / ᾱ_{t−1} loses up to four digits of 16.
      #expect(
        agree(found, eta * full, relative: 1e-10),
        likelyMistake(
          found,
          [
            "this is the variance, β̃; its root is asked for": eta * full * full,
            "η counts for the deviation, not for the variance": eta.squareRoot() * full,
            "this is √β_t: √((1 − ᾱ_{t−1}) / (1 − ᾱ_t)) is missing": eta * schedule.betas[t].squareRoot(),
            "η is a factor": full,
          ], otherwise: "with η = \(eta) the deviation at t = \(t) is \(found), and should be \(eta * full)"))
    }
    #expect(
      DDIMSampler(schedule: schedule, eta: 1).deviation(at: 0) == 0, "at t = 0, where ᾱ_{−1} = 1, no noise is added")
  }

  @Test("Without noise, a step with the true ε leads to x_{t−1} with that same ε", arguments: [linear, cosine])
  func sameNoise(schedule: NoiseSchedule) throws {
    var generator = RandomGenerator(seed: 1)
    let x0 = Tensor.uniform([2, 4, 4, 1], in: -0.9..<0.9, using: &generator)
    let noise = Tensor.normal(x0.shape, using: &generator)
    for t in [0, 1, 400, 998] {
      let xt = example(schedule, x0, noise, at: t)
      for clipsPrediction in [false, true] {
        let sampler = DDIMSampler(schedule: schedule, clipsPrediction: clipsPrediction)
        let found = sampler.step(xt, predictedNoise: noise, at: t, noise: noise * .nan)
        let expected = t == 0 ? x0 : example(schedule, x0, noise, at: t - 1)
        // Some eight roundings of 6e-8 of numbers below 4; x̂_0 divides by √ᾱ_t and is weighted with √ᾱ_{t−1}.
        let growth = (schedule.before(t) / schedule.alphaBars[t]).squareRoot()
        expectClose(
          found, expected,
          """
          at t = \(t) √ᾱ_{t−1} · x_0 + √(1 − ᾱ_{t−1}) · ε is expected: x̂_0 and ε̂ have the weights of the timestep before; \
          the default is η = 0, with which the noise given is not used
          """,
          tolerance: 2e-6 * Float(growth), relativeTo: .number(1))
      }
    }
  }

  @Test("With η = 1 the step is the ancestral one, clipped or not", arguments: [false, true], [1, 500, 999])
  func ancestral(clipsPrediction: Bool, t: Int) throws {
    var generator = RandomGenerator(seed: 2)
    let shape: Shape = [2, 3, 3, 1]
    let (xt, prediction, noise) = (
      Tensor.normal(shape, using: &generator), Tensor.normal(shape, using: &generator),
      Tensor.normal(shape, using: &generator)
    )
    let alphaBar = cosine.alphaBars[t]
    let (before, betaTilde) = (cosine.alphaBars[t - 1], cosine.betaTilde(t))
    let both = zip(zip(xt.scalars, prediction.scalars), noise.scalars).map { pair, z -> (right: Float, old: Float) in
      let (xt, prediction) = (Double(pair.0), Double(pair.1))
      let x0 = (xt - (1 - alphaBar).squareRoot() * prediction) / alphaBar.squareRoot()
      let used = clipsPrediction ? max(-1, min(1, x0)) : x0
      let noise = betaTilde.squareRoot() * Double(z)
      let old = before.squareRoot() * used + (1 - before - betaTilde).squareRoot() * prediction
      return (Float(cosine.posteriorMean(used, xt, at: t) + noise), Float(old + noise))
    }
    let found = try DDIMSampler(schedule: cosine, eta: 1, clipsPrediction: clipsPrediction)
      .step(xt, predictedNoise: prediction, at: t, noise: noise).checked()
    let old = Tensor(both.map(\.old), shape: shape)
    let isOld =
      clipsPrediction && found.shape == shape && zip(found.scalars, old.scalars).allSatisfy { abs($0 - $1) < 1e-4 }
    // Some ten roundings of numbers as large as the largest.
    expectClose(
      found, Tensor(both.map(\.right), shape: shape),
      isOld
        ? "x̂_0 has been clipped, but ε̂ is still the network's: x_t and the clipped x̂_0 imply another"
        : "the posterior's mean plus √β̃ · z: where σ² is added, 1 − ᾱ_{t−1} is left with less for ε̂", tolerance: 3e-6)
  }

  @Test("What σ adds, ε̂ loses: the variance of x_{t−1} stays 1 − ᾱ_{t−1}", arguments: [0.0, 0.3, 1.0])
  func budget(eta: Double) throws {
    for t in [1, 200, 999] {
      let sampler = DDIMSampler(schedule: linear, eta: eta, clipsPrediction: false)
      // x_t = √(1 − ᾱ_t) · ε̂, so that x̂_0 is 0.
      let xt = one * Float((1 - linear.alphaBars[t]).squareRoot())
      let ofPrediction = try Double(sampler.step(xt, predictedNoise: one, at: t, noise: zero).checked().item)
      let ofNoise = try Double(sampler.step(zero, predictedNoise: zero, at: t, noise: one).checked().item)
      let sum = ofPrediction * ofPrediction + ofNoise * ofNoise
      // x̂_0 is 0 but for the rounding of numbers of 1, 6e-8, divided by √ᾱ_t, at least 0.0064.
      #expect(
        agree(sum, 1 - linear.alphaBars[t - 1], relative: 1e-4),
        likelyMistake(
          sum,
          [
            "ε̂ keeps all its weight though σ² is added": 1 - linear.alphaBars[t - 1] + ofNoise * ofNoise,
            "this is 1 − ᾱ_t: after the step it is t − 1": 1 - linear.alphaBars[t],
          ], within: 1e-5,
          otherwise: "at t = \(t) with η = \(eta) the squared weights of ε̂ and z add up to \(sum), not to 1 − ᾱ_{t−1}"))
    }
  }

  @Test("With normal data and the best network, mean and variance are known for every η", arguments: [0.0, 0.5, 1.0])
  func moments(eta: Double) throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(100).map { 10 * $0 })
    let data = GaussianData(mean: 0.5, deviation: 0.25)
    let expected = data.moments(sampledWith: schedule, eta: eta)
    var x = Tensor.zeros([])
    var generator = RandomGenerator(seed: 4)
    x = .normal([16, 64, 64, 1], using: &generator)
    let sampler = DDIMSampler(schedule: schedule, eta: eta, clipsPrediction: false)
    for (steps, t) in schedule.betas.indices.reversed().enumerated() {
      x = sampler.step(
        x, predictedNoise: data.predictor(for: schedule)(x, [Int](repeating: t, count: 16)), at: t,
        noise: .normal(x.shape, using: &generator))
      let (found, wanted) = (meanAndVariance(try x.checked().scalars), expected[steps + 1])
      // Six standard errors of 65,536 numbers: a false alarm in one of 500 million, for each of 200 comparisons.
      try #require(
        abs(found.mean - wanted.mean) < 6 * (wanted.variance / 65_536).squareRoot()
          && abs(found.variance / wanted.variance - 1) < 6 * (2.0 / 65_536).squareRoot(),
        "with η = \(eta), after the step at t = \(t), mean and variance are \(found) instead of \(wanted)")
    }
  }

  @Test("Without noise the image depends on x_T alone, also in ten steps")
  func deterministic() throws {
    let timesteps = Array(stride(from: 99, through: 999, by: 100))
    let respaced = linear.leaping(over: timesteps)
    let sampler = DDIMSampler(schedule: respaced, clipsPrediction: false)
    let data = GaussianData(mean: 0, deviation: 0.3)
    var generator = RandomGenerator(seed: 7)
    let start = Tensor.normal([3, 8, 8, 1], using: &generator)
    var images = start
    for index in timesteps.indices.reversed() {
      let predicted = data.predictor(for: linear)(images, [Int](repeating: timesteps[index], count: 3))
      images = sampler.step(
        images, predictedNoise: predicted, at: index, noise: .normal(start.shape, using: &generator))
    }
    // Each pixel of x_T is multiplied by one number, the deviation of what ten steps draw.
    let factor = data.moments(sampledWith: respaced, eta: 0)[10].variance.squareRoot()
    // Ten steps of some eight roundings of 6e-8 of numbers up to 4; the images are about 0.3 of that.
    expectClose(
      try images.checked(), start * Float(factor), "the images, a multiple of x_T", tolerance: 2e-5,
      relativeTo: .number(1))
  }

  @Test("What does not fit is a fault")
  func misfits() throws {
    let sampler = DDIMSampler(schedule: linear, eta: 1)
    let xt = Tensor.ones([2, 3, 3, 1])
    try sampler.step(xt, predictedNoise: xt, at: 5, noise: xt).checked()
    #expect(sampler.step(xt, predictedNoise: .ones([2, 4, 3, 1]), at: 5, noise: xt).fault != nil)
    for t in [-1, 1000] {
      #expect(sampler.step(xt, predictedNoise: xt, at: t, noise: xt).fault?.reason.contains("\(t)") == true)
    }
  }
}

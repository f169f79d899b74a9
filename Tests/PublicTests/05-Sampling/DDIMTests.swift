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
          found, insteadOf: eta * full,
          [
            "this is the variance, β̃; its root is asked for": eta * full * full,
            "this is the variance, η² β̃; its root is asked for": eta * eta * full * full,
            "η is under the root; it is a factor of the deviation": eta.squareRoot() * full,
            "this is √β_t: √((1 − ᾱ_{t−1}) / (1 − ᾱ_t)) is missing": eta * schedule.betas[t].squareRoot(),
            "this is the ancestral sampler's, without η as a factor": full,
            "one of the two quotients is upside down": eta * ((1 - alphaBar) / (1 - before)).squareRoot()
              * (1 - alphaBar / before).squareRoot(),
          ], within: 1e-9, otherwise: "this is not η √β̃"
        ).about("\(schedule.place(t)), η = \(eta)"))
    }
    let first = DDIMSampler(schedule: schedule, eta: 1).deviation(at: 0)
    #expect(
      first == 0,
      likelyMistake(
        first, insteadOf: 0, ["this is √β_0": schedule.betas[0].squareRoot()],
        otherwise: "at t = 0, where ᾱ_{−1} = 1, no noise is added"
      ).about("\(schedule.place(0)), η = 1"))
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
        let (before, alphaBar) = (schedule.before(t), schedule.alphaBars[t])
        let mistakes: [(String, Tensor)] = [
          ("this is x_t: x̂_0 and ε̂ need the weights of the timestep before", xt),
          (
            "ε̂ has the weight of t; it needs that of the timestep before",
            x0 * Float(before.squareRoot()) + noise * Float((1 - alphaBar).squareRoot())
          ),
          (
            "x̂_0 has the weight of t; it needs that of the timestep before",
            x0 * Float(alphaBar.squareRoot()) + noise * Float((1 - before).squareRoot())
          ),
          (
            "√ is missing at ᾱ_{t−1}, x̂_0's weight",
            x0 * Float(before) + noise * Float((1 - before).squareRoot())
          ),
          ("√ is missing at 1 − ᾱ_{t−1}, ε̂'s weight", x0 * Float(before.squareRoot()) + noise * Float(1 - before)),
          ("this is x̂_0 alone; ε̂ has a part too", x0),
        ]
        // Some eight roundings of 6e-8 of numbers below 4; x̂_0 divides by √ᾱ_t and is weighted with √ᾱ_{t−1}.
        let growth = (schedule.before(t) / schedule.alphaBars[t]).squareRoot()
        let tolerance = 2e-6 * Float(growth)
        let isUsed = found.fault == nil && found.scalars.contains(where: \.isNaN)
        let hint =
          isUsed
          ? "with η = 0, the default, the noise given is not used, not even times 0: "
          : mistakes.first { isClose(found, $0.1, tolerance) && !isClose($0.1, expected, tolerance) }.map {
            "\($0.0): "
          } ?? ""
        let isRight = expectClose(
          found, expected,
          "\(hint)the step with the true ε, \(schedule.place(t)), \(clipsPrediction ? "" : "not ")clipped",
          tolerance: tolerance,
          relativeTo: .number(1))
        // What is wrong at one timestep is at the next.
        guard isRight else { return }
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
    /// The step, in which something may be done otherwise: how ε̂ is counted, and what is added.
    func step(
      clips: Bool, keepsPrediction: Bool = false, weight: Double? = nil, deviation: Double = betaTilde.squareRoot()
    ) -> Tensor {
      let numbers = zip(zip(xt.scalars, prediction.scalars), noise.scalars).map { pair, z -> Float in
        let (xt, prediction) = (Double(pair.0), Double(pair.1))
        let x0 = (xt - (1 - alphaBar).squareRoot() * prediction) / alphaBar.squareRoot()
        let used = clips ? max(-1, min(1, x0)) : x0
        let implied = (xt - alphaBar.squareRoot() * used) / (1 - alphaBar).squareRoot()
        let counted = (weight ?? (1 - before - betaTilde).squareRoot()) * (keepsPrediction ? prediction : implied)
        return Float(before.squareRoot() * used + counted + deviation * Double(z))
      }
      return Tensor(numbers, shape: shape)
    }
    // Some ten roundings of numbers as large as the largest.
    expectClose(
      DDIMSampler(schedule: cosine, eta: 1, clipsPrediction: clipsPrediction)
        .step(xt, predictedNoise: prediction, at: t, noise: noise),
      step(clips: clipsPrediction),
      "the step with η = 1 at t = \(t), \(clipsPrediction ? "" : "not ")clipped, against the ancestral one",
      tolerance: 3e-6,
      mistakes: [
        "x̂_0 has been clipped, but ε̂ is still the network's: x_t and the clipped x̂_0 imply another":
          step(clips: clipsPrediction, keepsPrediction: true),
        "x̂_0 is \(clipsPrediction ? "not " : "")clipped, but `clipsPrediction` says \(clipsPrediction)":
          step(clips: !clipsPrediction),
        "no noise is added": step(clips: clipsPrediction, deviation: 0),
        "ε̂ keeps all its weight, √(1 − ᾱ_{t−1}), though noise is added":
          step(clips: clipsPrediction, weight: (1 - before).squareRoot()),
        "ε̂'s weight is the difference of the roots √(1 − ᾱ_{t−1}) and σ_t; it is the root of the difference of the squares":
          step(clips: clipsPrediction, weight: (1 - before).squareRoot() - betaTilde.squareRoot()),
        "σ is subtracted under the root where σ² belongs":
          step(clips: clipsPrediction, weight: max(1 - before - betaTilde.squareRoot(), 0).squareRoot()),
        "the noise is multiplied by σ², not by σ": step(clips: clipsPrediction, deviation: betaTilde),
      ])
  }

  @Test("What σ adds, ε̂ loses: the variance of x_{t−1} stays 1 − ᾱ_{t−1}", arguments: [0.0, 0.3, 1.0])
  func budget(eta: Double) throws {
    for t in [1, 200, 999] {
      let sampler = DDIMSampler(schedule: linear, eta: eta, clipsPrediction: false)
      // x_t = √(1 − ᾱ_t) · ε̂, so that x̂_0 is 0.
      let xt = one * Float((1 - linear.alphaBars[t]).squareRoot())
      let answers = try (
        sampler.step(xt, predictedNoise: one, at: t, noise: zero).checked(),
        sampler.step(zero, predictedNoise: zero, at: t, noise: one).checked()
      )
      try #require(
        answers.0.shape == one.shape && answers.1.shape == one.shape,
        "x_{t−1} has the images' shape: yours is \(answers.0.shape) instead of \(one.shape)")
      let (ofPrediction, ofNoise) = (Double(answers.0.item), Double(answers.1.item))
      let sum = ofPrediction * ofPrediction + ofNoise * ofNoise
      // x̂_0 is 0 but for the rounding of numbers of 1, 6e-8, divided by √ᾱ_t, at least 0.0064.
      #expect(
        agree(sum, 1 - linear.alphaBars[t - 1], relative: 1e-4),
        likelyMistake(
          sum, insteadOf: 1 - linear.alphaBars[t - 1],
          [
            "ε̂ keeps all its weight though σ² is added": 1 - linear.alphaBars[t - 1] + ofNoise * ofNoise,
            "this is 1 − ᾱ_t; after the step it is t − 1": 1 - linear.alphaBars[t],
            "ε̂ has its part, but no noise is added": 1 - linear.alphaBars[t - 1] - eta * eta * linear.betaTilde(t),
          ], within: 1e-5, otherwise: "the squared weights of ε̂ and z do not add up to 1 − ᾱ_{t−1}"
        ).about("t = \(t), η = \(eta)"))
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
      let isRight =
        abs(found.mean - wanted.mean) < 6 * (wanted.variance / 65_536).squareRoot()
        && abs(found.variance / wanted.variance - 1) < 6 * (2.0 / 65_536).squareRoot()
      try #require(
        isRight,
        likelyMistake(
          [found.mean, found.variance], insteadOf: [wanted.mean, wanted.variance], [:],
          otherwise: "mean and variance with normal data and the best network"
        ).about("after the step at t = \(t), η = \(eta)"))
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
      images, start * Float(factor), "the images of ten steps with η = 0, which are a multiple of x_T", tolerance: 2e-5,
      relativeTo: .number(1))
  }

  @Test("What does not fit is a fault")
  func misfits() throws {
    let sampler = DDIMSampler(schedule: linear, eta: 1)
    let xt = Tensor.ones([2, 3, 3, 1])
    try sampler.step(xt, predictedNoise: xt, at: 5, noise: xt).checked()
    #expect(
      sampler.step(xt, predictedNoise: .ones([2, 4, 3, 1]), at: 5, noise: xt).fault != nil,
      "a prediction of [2, 4, 3, 1] does not fit images of [2, 3, 3, 1]: the step must be faulty")
    for t in [-1, 1000] {
      #expect(
        sampler.step(xt, predictedNoise: xt, at: t, noise: xt).fault?.reason.contains("\(t)") == true,
        "the step must be faulty and say that t = \(t) is outside 0..<1000")
    }
  }

  @Test("The last step leads to the clean image: clipped where that is asked for, and without noise for every η")
  func lastStep() {
    // x̂_0 = (x_t − √(1 − ᾱ_0) ε̂) / √ᾱ_0 is beyond 1.
    let xt = one * 3
    for eta in [0, 1.0] {
      let clipped = DDIMSampler(schedule: linear, eta: eta).step(
        xt, predictedNoise: zero, at: 0, noise: one * .nan)
      let unclipped = DDIMSampler(schedule: linear, eta: eta, clipsPrediction: false).step(
        xt, predictedNoise: zero, at: 0, noise: one * .nan)
      let beyond = xt / Float(linear.alphaBars[0].squareRoot())
      let noisy: (Tensor) -> String = {
        $0.fault == nil && $0.scalars.contains(where: \.isNaN)
          ? "where σ_t is 0 the noise given is not used, not even times 0; ask σ_t, not η: " : ""
      }
      // x̂_0 is a quotient, and clipped it is 1; some eight roundings of 6e-8.
      expectClose(
        clipped, one, "\(noisy(clipped))the step at t = 0, η = \(eta), clipped", tolerance: 1e-6,
        mistakes: ["the predicted image is not clipped; `clipsPrediction` holds at the last step too": beyond])
      expectClose(
        unclipped, beyond, "\(noisy(unclipped))the step at t = 0, η = \(eta), not clipped", tolerance: 1e-6,
        mistakes: ["the predicted image is clipped, but `clipsPrediction` is false": one])
    }
  }
}

import ForwardDiffusion
import Loss
import Sampling
import Tensors
import TestSupport
import Testing

/// One step back: mean and noise.
@Suite("5.3 A step back", .exercise("5.3"))
struct Exercise5_3 {
  private let zero = Tensor.zeros([1, 1, 1, 1])
  private let one = Tensor.ones([1, 1, 1, 1])

  @Test(
    "Where nothing else was chosen the noise has the variance β̃, not β", arguments: [1, 2, 500, 999], [false, true])
  func variance(t: Int, clipsPrediction: Bool) throws {
    for schedule in [linear, cosine] {
      let sampler = AncestralSampler(schedule: schedule, clipsPrediction: clipsPrediction)
      // Of x_t = 0 and ε̂ = 0 the mean is 0; what is left is the noise's weight.
      let answer = try sampler.step(zero, predictedNoise: zero, at: t, noise: one).checked()
      try #require(
        answer.shape == one.shape, "x_{t−1} has the images' shape: yours is \(answer.shape) instead of \(one.shape)")
      let weight = Double(answer.item)
      let (beta, posterior) = (schedule.betas[t], schedule.betaTilde(t))
      // One number rounded to Float; at t = 999 of the linear schedule β and β̃ differ by 2e-6 of themselves.
      #expect(
        agree(weight, posterior.squareRoot(), relative: 2e-7),
        likelyMistake(
          weight, insteadOf: posterior.squareRoot(),
          [
            "this is √β: β̃ is what is asked for, with (1 − ᾱ_{t−1}) / (1 − ᾱ_t)": beta.squareRoot(),
            "this is β̃, a variance: the noise is multiplied by its root": posterior,
            "this is β, and not even its root": beta,
            "no noise is added": 0,
            "the noise is added as it is; it is multiplied by √β̃": 1,
            "there is one root too many": posterior.squareRoot().squareRoot(),
            "this is √β̃ of the step before": schedule.betaTilde(t - 1).squareRoot(),
            "the noise is subtracted": -posterior.squareRoot(),
          ], within: 5e-7, otherwise: "the noise has the wrong weight"
        ).about("\(schedule.place(t)), \(clipsPrediction ? "" : "not ")clipped"))
    }
  }

  @Test("Where β was chosen the noise has the variance β", arguments: [1, 500, 999], [false, true])
  func chosenVariance(t: Int, clipsPrediction: Bool) throws {
    let sampler = AncestralSampler(schedule: cosine, clipsPrediction: clipsPrediction, variance: .beta)
    let weight = Double(try sampler.step(zero, predictedNoise: zero, at: t, noise: one).checked().item)
    let (beta, posterior) = (cosine.betas[t], cosine.betaTilde(t))
    // One number rounded to Float; β and β̃ of the cosine differ by 1e-4 of themselves and more.
    #expect(
      agree(weight, beta.squareRoot(), relative: 2e-7),
      likelyMistake(
        weight, insteadOf: beta.squareRoot(),
        [
          "this is √β̃, but β was chosen: the sampler's `variance` says which": posterior.squareRoot(),
          "this is β, a variance: the noise is multiplied by its root": beta,
        ], within: 5e-7, otherwise: "the noise has the wrong weight"
      ).about("\(cosine.place(t)), variance: .beta, \(clipsPrediction ? "" : "not ")clipped"))
  }

  @Test("At t = 0 no noise is added: what is drawn last is the image", arguments: [false, true])
  func last(clipsPrediction: Bool) throws {
    var generator = RandomGenerator(seed: 1)
    let xt = Tensor.uniform([2, 3, 3, 1], in: -0.5..<0.5, using: &generator)
    let prediction = Tensor.normal([2, 3, 3, 1], using: &generator)
    let noise = Tensor.normal([2, 3, 3, 1], using: &generator)
    for (schedule, variance) in [(linear, ReverseVariance.posterior), (cosine, .posterior), (cosine, .beta)] {
      let sampler = AncestralSampler(schedule: schedule, clipsPrediction: clipsPrediction, variance: variance)
      let image = try sampler.step(xt, predictedNoise: prediction, at: 0, noise: noise).checked()
      let other = try sampler.step(xt, predictedNoise: prediction, at: 0, noise: noise * -100).checked()
      #expect(
        image == other || image.scalars.contains(where: \.isNaN),
        "at t = 0 the noise shows in the image, and nothing takes it away: β̃_0 is 0")
      let invalid = sampler.step(xt, predictedNoise: prediction, at: 0, noise: noise * .nan)
      #expect(image == invalid || image != other, "at t = 0 the noise is not used at all, not even times 0")
      let beta = schedule.betas[0]
      let expected = (xt - prediction * Float(beta.squareRoot())) * Float(1 / (1 - beta).squareRoot())
      // Some eight roundings of numbers as large as the largest.
      expectClose(
        image, expected, "the image after the step at t = 0, which is the mean", tolerance: 2e-6,
        mistakes: [
          "noise of variance β_0 is added": expected + noise * Float(beta.squareRoot()),
          "it is what came in: at t = 0, too, the mean is taken": xt,
        ])
    }
  }

  @Test("The mean is of x̂_0, clipped if that is wanted", arguments: [false, true], [1, 500, 999])
  func means(clipsPrediction: Bool, t: Int) throws {
    var generator = RandomGenerator(seed: 2)
    let xt = Tensor.normal([2, 3, 3, 1], using: &generator)
    let prediction = Tensor.normal([2, 3, 3, 1], using: &generator)
    let noise = Tensor.normal([2, 3, 3, 1], using: &generator)
    let alphaBar = cosine.alphaBars[t]
    /// The mean of x̂_0, clipped or not, plus noise of some weight.
    func step(clips: Bool, noiseWeight: Double) -> Tensor {
      let numbers = zip(zip(xt.scalars, prediction.scalars), noise.scalars).map { pair, z in
        let (xt, prediction) = (Double(pair.0), Double(pair.1))
        let x0 = (xt - (1 - alphaBar).squareRoot() * prediction) / alphaBar.squareRoot()
        return Float(cosine.posteriorMean(clips ? max(-1, min(1, x0)) : x0, xt, at: t) + noiseWeight * Double(z))
      }
      return Tensor(numbers, shape: xt.shape)
    }
    let weight = cosine.betaTilde(t).squareRoot()
    // Some eight roundings of numbers as large as the largest.
    expectClose(
      AncestralSampler(schedule: cosine, clipsPrediction: clipsPrediction)
        .step(xt, predictedNoise: prediction, at: t, noise: noise),
      step(clips: clipsPrediction, noiseWeight: weight),
      "the step at t = \(t), of x̂_0 \(clipsPrediction ? "clipped" : "not clipped")", tolerance: 2e-6,
      mistakes: [
        "this is the mean \(clipsPrediction ? "without clipping" : "with clipping"), but `clipsPrediction` says \(clipsPrediction)":
          step(clips: !clipsPrediction, noiseWeight: weight),
        "no noise is added": step(clips: clipsPrediction, noiseWeight: 0),
        "the noise has the variance β, not β̃": step(clips: clipsPrediction, noiseWeight: cosine.betas[t].squareRoot()),
        "the noise is multiplied by β̃, not by its root": step(clips: clipsPrediction, noiseWeight: weight * weight),
        "the noise is added as it is": step(clips: clipsPrediction, noiseWeight: 1),
        "the noise is added, but not to the mean: to x_t": xt + noise * Float(weight),
      ])
  }

  @Test("What does not fit is a fault")
  func misfits() throws {
    let sampler = AncestralSampler(schedule: linear)
    let xt = Tensor.ones([2, 3, 3, 1])
    try sampler.step(xt, predictedNoise: xt, at: 5, noise: xt).checked()
    #expect(
      sampler.step(xt, predictedNoise: .ones([2, 4, 3, 1]), at: 5, noise: xt).fault != nil,
      "a prediction of [2, 4, 3, 1] does not fit images of [2, 3, 3, 1]: the step must be faulty")
    #expect(
      sampler.step(xt, predictedNoise: xt, at: 5, noise: .ones([3, 3, 3, 1])).fault != nil,
      "noise of [3, 3, 3, 1] does not fit images of [2, 3, 3, 1]: the step must be faulty")
    let unfinished = Fault("unfinished")
    for t in [0, 5] {
      #expect(
        sampler.step(xt, predictedNoise: Tensor(fault: unfinished), at: t, noise: xt).fault == unfinished,
        "the prediction's fault is passed on, at t = \(t) too")
    }
    for t in [-1, 1000] {
      #expect(
        sampler.step(xt, predictedNoise: xt, at: t, noise: xt).fault?.reason.contains("\(t)") == true,
        "the step must be faulty and say that t = \(t) is outside 0..<1000")
    }
  }

  @Test(
    "Diffusers' DDPMScheduler takes the same step", arguments: ["linear", "cosine"],
    ["plain.999", "plain.500", "plain.1", "plain.0", "clipped.999", "clipped.500", "clipped.1", "clipped.0"])
  func oracle(kind: String, step: String) throws {
    let fixture = try Fixture(named: "schedules")
    let name = "step.\(kind).\(step)"
    let t = try fixture.integer("\(name)/timestep")
    let sampler = AncestralSampler(
      schedule: kind == "linear" ? linear : cosine, clipsPrediction: try fixture.integer("\(name)/clip") == 1)
    // Some eight roundings to Float of numbers that are as large as the result, 6e-8 each, and the fixture's own.
    expectClose(
      sampler.step(
        fixture["\(name)/sample"], predictedNoise: fixture["\(name)/prediction"], at: t, noise: fixture["\(name)/noise"]
      ),
      fixture["\(name)/output"],
      "x_{t−1} from t = \(t) of the \(kind) schedule, \(sampler.clipsPrediction ? "clipped" : "not clipped"), against diffusers",
      tolerance: 1e-6)
  }
}

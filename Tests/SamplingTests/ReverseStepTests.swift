import ForwardDiffusion
import Sampling
import Tensors
import TestSupport
import Testing

/// One step back: mean and noise.
@Suite("5.3 A step back", .exercise("5.3"))
struct Exercise5_3 {
  private let zero = Tensor.zeros([1, 1, 1, 1])
  private let one = Tensor.ones([1, 1, 1, 1])

  @Test("The noise that is added has the variance β̃, not β", arguments: [1, 2, 500, 999], [false, true])
  func variance(t: Int, clipsPrediction: Bool) throws {
    for schedule in [linear, cosine] {
      let sampler = AncestralSampler(schedule: schedule, clipsPrediction: clipsPrediction)
      // Of x_t = 0 and ε̂ = 0 the mean is 0; what is left is the noise's weight.
      let weight = try Double(sampler.step(zero, predictedNoise: zero, at: t, noise: one).checked().item)
      let (beta, posterior) = (schedule.betas[t], schedule.betaTilde(t))
      // One number rounded to Float; at t = 999 of the linear schedule β and β̃ differ by 2e-6 of themselves.
      #expect(
        agree(weight, posterior.squareRoot(), relative: 2e-7),
        likelyMistake(
          weight,
          [
            "this is √β: β̃ is what is asked for, with (1 − ᾱ_{t−1}) / (1 − ᾱ_t)": beta.squareRoot(),
            "this is β̃, a variance: the noise is multiplied by its root": posterior,
            "this is β, and not even its root": beta,
            "no noise is added": 0,
            "there is one root too many": posterior.squareRoot().squareRoot(),
          ], within: 5e-7,
          otherwise: "at t = \(t) the noise is multiplied by \(weight) instead of \(posterior.squareRoot())"))
    }
  }

  @Test("At t = 0 no noise is added: what is drawn last is the image", arguments: [false, true])
  func last(clipsPrediction: Bool) throws {
    var generator = RandomGenerator(seed: 1)
    let xt = Tensor.uniform([2, 3, 3, 1], in: -0.5..<0.5, using: &generator)
    let prediction = Tensor.normal([2, 3, 3, 1], using: &generator)
    let noise = Tensor.normal([2, 3, 3, 1], using: &generator)
    for schedule in [linear, cosine] {
      let sampler = AncestralSampler(schedule: schedule, clipsPrediction: clipsPrediction)
      let image = try sampler.step(xt, predictedNoise: prediction, at: 0, noise: noise).checked()
      let other = try sampler.step(xt, predictedNoise: prediction, at: 0, noise: noise * -100).checked()
      #expect(image == other, "at t = 0 the noise shows in the image, and nothing takes it away: β̃_0 is 0")
      let invalid = sampler.step(xt, predictedNoise: prediction, at: 0, noise: noise * .nan)
      #expect(image == invalid, "at t = 0 the noise is not used at all, not even times 0")
      let beta = schedule.betas[0]
      let expected = (xt - prediction * Float(beta.squareRoot())) * Float(1 / (1 - beta).squareRoot())
      expectClose(image, expected, "the image is the mean", tolerance: 2e-6)
    }
  }

  @Test("The mean is of x̂_0, clipped if that is wanted", arguments: [false, true], [1, 500, 999])
  func means(clipsPrediction: Bool, t: Int) throws {
    var generator = RandomGenerator(seed: 2)
    let xt = Tensor.normal([2, 3, 3, 1], using: &generator)
    let prediction = Tensor.normal([2, 3, 3, 1], using: &generator)
    let noise = Tensor.normal([2, 3, 3, 1], using: &generator)
    let alphaBar = cosine.alphaBars[t]
    let both = zip(zip(xt.scalars, prediction.scalars), noise.scalars).map { pair, z -> (right: Float, other: Float) in
      let (xt, prediction) = (Double(pair.0), Double(pair.1))
      let x0 = (xt - (1 - alphaBar).squareRoot() * prediction) / alphaBar.squareRoot()
      let noise = cosine.betaTilde(t).squareRoot() * Double(z)
      let clipped = Float(cosine.posteriorMean(max(-1, min(1, x0)), xt, at: t) + noise)
      let unclipped = Float(cosine.posteriorMean(x0, xt, at: t) + noise)
      return clipsPrediction ? (clipped, unclipped) : (unclipped, clipped)
    }
    let found = try sampler(clipsPrediction).step(xt, predictedNoise: prediction, at: t, noise: noise).checked()
    let others = Tensor(both.map(\.other), shape: xt.shape)
    let isOther = found.shape == others.shape && zip(found.scalars, others.scalars).allSatisfy { abs($0 - $1) < 1e-3 }
    // Some eight roundings of numbers as large as the largest.
    expectClose(
      found, Tensor(both.map(\.right), shape: xt.shape),
      isOther
        ? "this is the mean \(clipsPrediction ? "without clipping" : "with clipping"): `clipsPrediction` says \(clipsPrediction)"
        : "the mean, of x̂_0 \(clipsPrediction ? "clipped" : "not clipped"), plus √β̃ · z",
      tolerance: 2e-6)
  }

  private func sampler(_ clipsPrediction: Bool) -> AncestralSampler {
    AncestralSampler(schedule: cosine, clipsPrediction: clipsPrediction)
  }

  @Test("What does not fit is a fault")
  func misfits() throws {
    let sampler = AncestralSampler(schedule: linear)
    let xt = Tensor.ones([2, 3, 3, 1])
    try sampler.step(xt, predictedNoise: xt, at: 5, noise: xt).checked()
    #expect(sampler.step(xt, predictedNoise: .ones([2, 4, 3, 1]), at: 5, noise: xt).fault != nil)
    #expect(sampler.step(xt, predictedNoise: xt, at: 5, noise: .ones([3, 3, 3, 1])).fault != nil)
    let unfinished = Fault("unfinished")
    for t in [0, 5] {
      #expect(sampler.step(xt, predictedNoise: Tensor(fault: unfinished), at: t, noise: xt).fault == unfinished)
    }
    for t in [-1, 1000] {
      #expect(sampler.step(xt, predictedNoise: xt, at: t, noise: xt).fault?.reason.contains("\(t)") == true)
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
      fixture["\(name)/output"], "x_{t−1} from t = \(t)", tolerance: 1e-6)
  }
}

import ForwardDiffusion
import Sampling
import Schedules
import Tensors
import TestSupport
import Testing

/// One step back: mean and noise.
@Suite("One step back")
struct SamplerStepTests {
  private let linear = NoiseSchedule.linear(timestepCount: 1000)
  private let cosine = NoiseSchedule.squaredCosine(timestepCount: 1000)

  init() throws {
    try #require(
      linear.alphaBars.count == 1000 && cosine.alphaBars.count == 1000,
      "the way back needs schedules: finish the chapters before")
  }

  @Test("The noise that is added has the variance β̃, not β", arguments: [1, 2, 500, 999], [false, true])
  func variance(t: Int, clipsPrediction: Bool) throws {
    let (zero, one) = (Tensor.zeros([1, 1, 1, 1]), Tensor.ones([1, 1, 1, 1]))
    for schedule in [linear, cosine] {
      let sampler = AncestralSampler(schedule: schedule, clipsPrediction: clipsPrediction)
      // Of x_t = 0 and ε̂ = 0 the mean is 0; what is left is the noise's weight.
      let weight = try Double(sampler.step(zero, predictedNoise: zero, at: t, noise: one).checked().item)
      let (beta, posterior) = (schedule.betas[t], schedule.posteriorVariance(at: t))
      let mistake =
        agree(weight, beta.squareRoot(), relative: 1e-6)
        ? "this is √β: did you forget (1 − ᾱ_{t−1}) / (1 − ᾱ_t)?"
        : agree(weight, posterior, relative: 1e-6) ? "this is β̃: the noise is multiplied by its root" : "√β̃ is expected"
      // One number rounded to Float; at t = 999 of the linear schedule β and β̃ differ by 2e-6 of themselves.
      #expect(
        agree(weight, posterior.squareRoot(), relative: 2e-7),
        "at t = \(t) the noise is multiplied by \(weight) instead of \(posterior.squareRoot()): \(mistake)")
    }
  }

  @Test("At t = 0 no noise is added: what is drawn last is the image", arguments: [false, true])
  func last(clipsPrediction: Bool) throws {
    var generator = RandomGenerator(seed: 1)
    let xt = Tensor.normal([2, 3, 3, 1], using: &generator)
    let prediction = Tensor.normal([2, 3, 3, 1], using: &generator)
    let noise = Tensor.normal([2, 3, 3, 1], using: &generator) * 100
    for schedule in [linear, cosine] {
      let sampler = AncestralSampler(schedule: schedule, clipsPrediction: clipsPrediction)
      let image = try sampler.step(xt, predictedNoise: prediction, at: 0, noise: noise).checked()
      let mean =
        clipsPrediction
        ? schedule.clippedReverseMean(from: xt, noise: prediction, at: 0)
        : schedule.reverseMean(from: xt, noise: prediction, at: 0)
      #expect(image == mean, "noise at t = 0 would leave every image grainy: β̃_0 is 0")
    }
  }

  @Test("The step is the mean plus weighted noise, clipped or not", arguments: [false, true], [1, 500, 999])
  func meanAndNoise(clipsPrediction: Bool, t: Int) throws {
    var generator = RandomGenerator(seed: 2)
    let xt = Tensor.normal([2, 3, 3, 1], using: &generator)
    let prediction = Tensor.normal([2, 3, 3, 1], using: &generator)
    let noise = Tensor.normal([2, 3, 3, 1], using: &generator)
    let sampler = AncestralSampler(schedule: cosine, clipsPrediction: clipsPrediction)
    let mean =
      clipsPrediction
      ? cosine.clippedReverseMean(from: xt, noise: prediction, at: t)
      : cosine.reverseMean(from: xt, noise: prediction, at: t)
    expectClose(
      sampler.step(xt, predictedNoise: prediction, at: t, noise: noise),
      mean + noise * Float(cosine.posteriorVariance(at: t).squareRoot()),
      "the mean, of x̂_0 \(clipsPrediction ? "clipped" : "not clipped"), plus √β̃ · z", tolerance: 3e-7)
  }

  @Test("All the steps together magnify what the noise leaves: 157 times, or 20,291 times")
  func gain() throws {
    for (schedule, expected) in [(linear, 157.410457252), (cosine, 20_291.1696347)] {
      let sampler = AncestralSampler(schedule: schedule, clipsPrediction: false)
      let zero = Tensor.zeros([1, 1, 1, 1])
      var x = Tensor.ones([1, 1, 1, 1])
      for t in (0..<1000).reversed() { x = sampler.step(x, predictedNoise: zero, at: t, noise: zero) }
      // ∏ 1/√α = 1/√ᾱ_T. A thousand steps of two roundings each, 6e-8 of the number: at most 1.2e-4.
      #expect(
        agree(try Double(x.checked().item), expected, relative: 1.2e-4),
        """
        x_T is magnified \(x.item) times instead of \(expected) times: this is why a wrong ε̂ must be clipped with the cosine \
        schedule; a number far below 1 means that x was multiplied by √α instead of divided by it
        """)
    }
  }

  @Test("What does not fit is a fault")
  func misfits() {
    let sampler = AncestralSampler(schedule: linear)
    let xt = Tensor.ones([2, 3, 3, 1])
    #expect(sampler.step(xt, predictedNoise: .ones([2, 4, 3, 1]), at: 5, noise: xt).fault != nil)
    #expect(sampler.step(xt, predictedNoise: xt, at: 5, noise: .ones([3, 3, 3, 1])).fault != nil)
    let unfinished = Fault("unfinished")
    for t in [0, 5] {
      #expect(sampler.step(xt, predictedNoise: Tensor(fault: unfinished), at: t, noise: xt).fault == unfinished)
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

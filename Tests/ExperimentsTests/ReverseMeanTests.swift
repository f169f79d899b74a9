import ForwardDiffusion
import Sampling
import Schedules
import Tensors
import TestSupport
import Testing

@testable import Experiments

/// The three means of report 003.
@Suite("The means of report 003", .onWrittenChapters)
struct ReverseMeanTests {
  private let schedule = NoiseSchedule.linear(timestepCount: 500)
  private let xt: Tensor
  private let noise: Tensor

  init() {
    var generator = RandomGenerator(seed: 11)
    xt = .normal([2, 3, 3, 1], using: &generator)
    noise = .normal([2, 3, 3, 1], using: &generator)
  }

  /// What stands in the brackets is the same in all; before them stands 1/√α_t, √α_t or 1/√ᾱ_t.
  @Test("Each is the brackets times the factor that its source names", arguments: [0, 1, 250, 499])
  func factors(t: Int) throws {
    let (alpha, alphaBar) = (schedule.alphas[t], schedule.alphaBars[t])
    let brackets = xt - noise * Float(schedule.betas[t] / (1 - alphaBar).squareRoot())
    for (variant, factor) in [
      (ReverseMeanVariant.algorithm, 1 / alpha.squareRoot()), (.code, alpha.squareRoot()),
      (.text, 1 / alphaBar.squareRoot()),
    ] {
      let step = try ReverseMeanSampler(variant, schedule: schedule)
        .step(xt, predictedNoise: noise, at: t, noise: .zeros(xt.shape)).checked()
      let expected = brackets * Float(factor)
      // Three roundings of 6e-8 each.
      for (a, b) in zip(step.scalars, expected.scalars) { #expect(abs(a - b) <= 4e-7 * max(1, abs(b))) }
    }
  }

  @Test("The algorithm's is the course's own ancestral step, noise included")
  func right() throws {
    var generator = RandomGenerator(seed: 12)
    let z = Tensor.normal(xt.shape, using: &generator)
    for t in [0, 1, 300] {
      #expect(
        ReverseMeanSampler(.algorithm, schedule: schedule).step(xt, predictedNoise: noise, at: t, noise: z)
          == AncestralSampler(schedule: schedule, clipsPrediction: false)
          .step(xt, predictedNoise: noise, at: t, noise: z))
    }
  }

  @Test("The code's loses variance, the text's diverges")
  func whatTheyDo() {
    let data = GaussianData(directions: [(-0.9, 0.3), (0.1, 0.02)])
    let left = ReverseMeanVariant.allCases.map { variant in
      data.varianceShare(of: data.drawn(by: schedule, trainedOn: schedule, mean: variant))
    }
    #expect(abs(left[0] - 1) < 0.05, "\(left)")
    #expect(left[1] < 0.6, "\(left)")
    #expect(left[2] > 1e6 || !left[2].isFinite, "\(left)")
  }
}

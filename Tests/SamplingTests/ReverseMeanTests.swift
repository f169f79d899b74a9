import ForwardDiffusion
import Loss
import Sampling
import Schedules
import Tensors
import TestSupport
import Testing

/// The mean of one step back, in terms of the noise and in terms of the predicted image.
@Suite("Mean of a step back")
struct ReverseMeanTests {
  static let schedules = [NoiseSchedule.linear(timestepCount: 1000), .squaredCosine(timestepCount: 1000)]

  private func require(_ schedule: NoiseSchedule) throws {
    try #require(schedule.alphaBars.count == 1000, "the way back needs a schedule: finish the chapters before")
  }

  @Test("The weights of x_t and of the noise", arguments: schedules, [0, 1, 500, 999])
  func weights(schedule: NoiseSchedule, t: Int) throws {
    try require(schedule)
    let (zero, one) = (Tensor.zeros([1, 1, 1, 1]), Tensor.ones([1, 1, 1, 1]))
    let ofImage = try Double(schedule.reverseMean(from: one, noise: zero, at: t).checked().item)
    let ofNoise = try Double(schedule.reverseMean(from: zero, noise: one, at: t).checked().item)
    // Two or three roundings to Float of half a unit in the last place, 6e-8.
    #expect(
      agree(ofImage, 1 / schedule.alphas[t].squareRoot(), relative: 3e-7),
      "x_t is divided by √α_t, of this one step: multiplying by it shrinks all images, and 1 / √ᾱ_t blows them up")
    #expect(
      agree(
        ofNoise, -schedule.betas[t] / (1 - schedule.alphaBars[t]).squareRoot() / schedule.alphas[t].squareRoot(),
        relative: 3e-7),
      "ε̂ is weighted with −β_t / √(1 − ᾱ_t) / √α_t: ᾱ below the root, not α, and in Double")
  }

  @Test("With the true noise it is the mean of the posterior", arguments: schedules, [1, 500, 999])
  func posterior(schedule: NoiseSchedule, t: Int) throws {
    try require(schedule)
    let (x0, noise, xt) = example(schedule, at: t)
    let weights = schedule.posteriorMeanCoefficients(at: t)
    let expected = x0 * Float(weights.x0) + xt * Float(weights.xt)
    let found = schedule.reverseMean(from: xt, noise: noise, at: t)
    expectClose(
      found, expected, "√ᾱ_{t−1} β / (1 − ᾱ) · x_0 + √α (1 − ᾱ_{t−1}) / (1 − ᾱ) · x_t",
      tolerance: rounding(schedule, t, xt, noise),
      relativeTo: .number(1))
  }

  @Test("Where nothing has to be clipped both means are one", arguments: schedules, [0, 1, 500, 998])
  func agreement(schedule: NoiseSchedule, t: Int) throws {
    try require(schedule)
    let (_, noise, xt) = example(schedule, at: t)
    expectClose(
      schedule.clippedReverseMean(from: xt, noise: noise, at: t), schedule.reverseMean(from: xt, noise: noise, at: t),
      "the mean by way of x̂_0, which lies within ±0.9 here and is not to be clipped",
      tolerance: rounding(schedule, t, xt, noise),
      relativeTo: .number(1))
  }

  @Test("Clipping holds x̂_0 to [−1, 1], whatever the network says", arguments: schedules, [0, 1, 500, 999])
  func clipped(schedule: NoiseSchedule, t: Int) throws {
    try require(schedule)
    // The image is predicted to be far beyond 1 in the first pixel, below −1 in the second.
    let noise = Tensor([-1e6, 1e6], shape: [1, 1, 2, 1])
    let xt = Tensor([0.5, -2], shape: [1, 1, 2, 1])
    let mean = try schedule.clippedReverseMean(from: xt, noise: noise, at: t).checked()
    let weights = schedule.posteriorMeanCoefficients(at: t)
    let expected = [weights.x0 + 0.5 * weights.xt, -weights.x0 - 2 * weights.xt]
    expectClose(
      mean, Tensor(expected.map { Float($0) }, shape: xt.shape),
      "√ᾱ_{t−1} β / (1 − ᾱ) · (±1) + √α (1 − ᾱ_{t−1}) / (1 − ᾱ) · x_t: x̂_0 is clipped, not the mean", tolerance: 5e-7)
  }

  @Test("At t = 0 the mean is the predicted image", arguments: schedules)
  func last(schedule: NoiseSchedule) throws {
    try require(schedule)
    let (_, noise, xt) = example(schedule, at: 0)
    let predicted = schedule.predictedX0(from: xt, noise: noise, at: [0, 0])
    expectClose(schedule.reverseMean(from: xt, noise: noise, at: 0), predicted, "the mean", tolerance: 1e-6)
    expectClose(
      schedule.clippedReverseMean(from: xt, noise: noise, at: 0), predicted.clamped(to: -1...1), "the clipped mean",
      tolerance: 1e-6)
  }

  @Test("A timestep that there is not is a fault that names it", arguments: [-1, 1000])
  func outside(t: Int) {
    let schedule = NoiseSchedule.linear(timestepCount: 1000)
    let one = Tensor.ones([1, 1, 1, 1])
    for mean in [
      schedule.reverseMean(from: one, noise: one, at: t), schedule.clippedReverseMean(from: one, noise: one, at: t),
      AncestralSampler(schedule: schedule).step(one, predictedNoise: one, at: t, noise: one),
    ] {
      #expect(mean.fault?.reason.contains("\(t)") == true, "\(t) is outside 0..<1000")
    }
  }

  /// Two images within ±0.9, noise, and what the images become with it.
  private func example(_ schedule: NoiseSchedule, at t: Int) -> (x0: Tensor, noise: Tensor, xt: Tensor) {
    var generator = RandomGenerator(seed: 1)
    let x0 = Tensor.uniform([2, 4, 4, 1], in: -0.9..<0.9, using: &generator)
    let noise = Tensor.normal(x0.shape, using: &generator)
    return (x0, noise, schedule.noised(x0, with: noise, at: [t, t]))
  }

  /// Some ten roundings of numbers as large as the largest x_t and noise, by 6e-8 each; all is divided by √α in the end.
  /// The rounding of x̂_0 itself, larger by 1 / √ᾱ, is weighted with √ᾱ_{t−1} β / (1 − ᾱ), which makes as much of it.
  private func rounding(_ schedule: NoiseSchedule, _ t: Int, _ xt: Tensor, _ noise: Tensor) -> Float {
    let largest = (xt.scalars + noise.scalars).map(abs).max() ?? 0
    return 10 * Float.ulpOfOne / 2 * 2 * largest / Float(schedule.alphas[t].squareRoot())
  }
}

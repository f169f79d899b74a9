import ForwardDiffusion
import Sampling
import Tensors
import TestSupport
import Testing

/// The mean of one step back, in terms of a predicted image that is held to [−1, 1].
@Suite("5.2 Clipping the predicted image", .exercise("5.2"))
struct Exercise5_2 {
  @Test(
    "Where nothing has to be clipped it is the mean of exercise 5.1", arguments: [linear, cosine], [0, 1, 500, 998])
  func agreement(schedule: NoiseSchedule, t: Int) throws {
    var generator = RandomGenerator(seed: 1)
    let x0 = Tensor.uniform([2, 4, 4, 1], in: -0.9..<0.9, using: &generator)
    let noise = Tensor.normal(x0.shape, using: &generator)
    let xt = example(schedule, x0, noise, at: t)
    let weight = schedule.betas[t] / (1 - schedule.alphaBars[t]).squareRoot()
    let expected = zip(xt.scalars, noise.scalars).map {
      Float((Double($0) - weight * Double($1)) / schedule.alphas[t].squareRoot())
    }
    /// The mean from x̂_0 and x_t, in which something is done otherwise.
    func mean(_ change: (_ x0: Double, _ xt: Double) -> Double) -> Tensor {
      Tensor(zip(x0.scalars, xt.scalars).map { Float(change(Double($0), Double($1))) }, shape: x0.shape)
    }
    let found = try schedule.clippedReverseMean(from: xt, noise: noise, at: t).checked()
    let hints = [
      (
        "x_t is clipped as well: it is noise in part, and only x̂_0 is held to [−1, 1]",
        mean { schedule.posteriorMean($0, max(-1, min(1, $1)), at: t) }
      ),
      ("the mean is clipped, not x̂_0", mean { max(-1, min(1, schedule.posteriorMean($0, $1, at: t))) }),
      ("clipped to [0, 1]: here images lie in [−1, 1]", mean { schedule.posteriorMean(max(0, $0), $1, at: t) }),
      ("the two weights are exchanged", mean { schedule.posteriorMean($1, $0, at: t) }),
      ("this is x̂_0 itself; the mean has a part of x_t", t == 0 ? .zeros([]) : x0),
    ]
    // Some ten roundings of numbers as large as the largest x_t and noise, by 6e-8 each; all is divided by √α in the end.
    // The rounding of x̂_0, larger by 1 / √ᾱ, is weighted with √ᾱ_{t−1} β / (1 − ᾱ), which makes as much of it.
    let largest = (xt.scalars + noise.scalars).map(abs).max() ?? 0
    let hint = hints.first { isClose(found, $0.1, 1e-4) && !isClose($0.1, Tensor(expected, shape: x0.shape), 1e-4) }
    expectClose(
      found, Tensor(expected, shape: x0.shape),
      "\(hint.map { "\($0.0): " } ?? "")the mean, \(schedule.place(t)), where x̂_0 lies within ±0.9, so that clipping does nothing",
      tolerance: 10 * Float.ulpOfOne * largest / Float(schedule.alphas[t].squareRoot()), relativeTo: .number(1))
  }

  @Test("Clipping holds x̂_0 to [−1, 1], whatever the network says", arguments: [linear, cosine], [0, 1, 500, 999])
  func clipped(schedule: NoiseSchedule, t: Int) throws {
    // The image is predicted to be far beyond 1 in the first pixel, below −1 in the second.
    let (noise, xt) = ([-1e6, 1e6], [0.5, -2.0])
    let shape: Shape = [1, 1, 2, 1]
    let found = try schedule.clippedReverseMean(
      from: Tensor(xt.map { Float($0) }, shape: shape), noise: Tensor(noise.map { Float($0) }, shape: shape), at: t
    ).checked()
    try #require(found.shape == shape, "the mean has the images' shape: yours is \(found.shape) instead of \(shape)")
    for pixel in 0..<2 {
      let (alphaBar, sign) = (schedule.alphaBars[t], -Double(noise[pixel].sign == .minus ? -1 : 1))
      let unclipped = (xt[pixel] - (1 - alphaBar).squareRoot() * noise[pixel]) / alphaBar.squareRoot()
      let expected = schedule.posteriorMean(sign, xt[pixel], at: t)
      let mean = Double(found[0, 0, pixel, 0])
      #expect(
        abs(mean - expected) < 1e-6,
        likelyMistake(
          mean, insteadOf: expected,
          [
            "nothing has been clipped": schedule.posteriorMean(unclipped, xt[pixel], at: t),
            "this is \(sign), as if the mean had been clipped, not x̂_0, or x̂_0 itself were taken for it": max(
              -1, min(1, schedule.posteriorMean(unclipped, xt[pixel], at: t))),
            "x_t has been clipped as well: it is noise in part, and only x̂_0 is held to [−1, 1]":
              schedule.posteriorMean(sign, max(-1, min(1, xt[pixel])), at: t),
            "x_t has been clipped in place of x̂_0": schedule.posteriorMean(
              unclipped, max(-1, min(1, xt[pixel])), at: t),
            "clipped to [0, 1]: here images lie in [−1, 1]": schedule.posteriorMean(max(0, sign), xt[pixel], at: t),
            "the two weights are exchanged": schedule.posteriorMean(xt[pixel], sign, at: t),
            "ε̂ is clipped, not x̂_0": schedule.posteriorMean(
              (xt[pixel] + (1 - alphaBar).squareRoot() * sign) / alphaBar.squareRoot(), xt[pixel], at: t),
          ], within: 1e-4, otherwise: "this is not the mean with x̂_0 held to \(sign)"
        ).about("\(schedule.place(t)), x̂_0 far beyond \(sign)"))
    }
  }

  @Test("At t = 0 the mean is the clipped image")
  func last() throws {
    let x0 = Tensor([-3, -0.5, 0.25, 1.5], shape: [1, 2, 2, 1])
    for schedule in [linear, cosine] {
      let noise = Tensor([0.5, -1, 2, 0], shape: x0.shape)
      // A few roundings of numbers around 1.
      let x1 = example(schedule, x0, noise, at: 0)
      expectClose(
        schedule.clippedReverseMean(from: x1, noise: noise, at: 0),
        Tensor([-1, -0.5, 0.25, 1], shape: x0.shape),
        "the mean at t = 0 of the \(schedule.name) schedule, where x̂_0 has the weight 1 and x_t none", tolerance: 1e-6,
        mistakes: [
          "nothing has been clipped": x0,
          "clipped to [0, 1]: here images lie in [−1, 1]": Tensor([0, 0, 0.25, 1], shape: x0.shape),
          "this is x_t, not x̂_0": x1,
        ])
    }
  }

  @Test("Each pixel of each image is clipped for itself")
  func pixels() throws {
    var generator = RandomGenerator(seed: 3)
    let x0 = Tensor.normal([3, 5, 4, 2], using: &generator)
    let noise = Tensor.normal(x0.shape, using: &generator)
    let xt = example(linear, x0, noise, at: 300)
    func mean(_ change: (_ x0: Double, _ xt: Double) -> Double) -> Tensor {
      Tensor(zip(x0.scalars, xt.scalars).map { Float(change(Double($0), Double($1))) }, shape: x0.shape)
    }
    func clip(_ x: Double) -> Double { max(-1, min(1, x)) }
    // Some ten roundings of numbers up to 4, by 6e-8 each; the largest mean is above 2.
    expectClose(
      linear.clippedReverseMean(from: xt, noise: noise, at: 300), mean { linear.posteriorMean(clip($0), $1, at: 300) },
      "the mean at t = 300, of x̂_0 clipped and x_t as it is", tolerance: 1.5e-6,
      mistakes: [
        "nothing has been clipped": mean { linear.posteriorMean($0, $1, at: 300) },
        "the mean has been clipped, not x̂_0": mean { clip(linear.posteriorMean($0, $1, at: 300)) },
        "the mean has been clipped as well as x̂_0": mean { clip(linear.posteriorMean(clip($0), $1, at: 300)) },
        "x_t has been clipped as well": mean { linear.posteriorMean(clip($0), clip($1), at: 300) },
        "x_t has been clipped in place of x̂_0": mean { linear.posteriorMean($0, clip($1), at: 300) },
        "the two weights are exchanged": mean { linear.posteriorMean($1, clip($0), at: 300) },
        "this is x̂_0 itself, clipped; the mean has a part of x_t": mean { x0, _ in clip(x0) },
      ])
  }

  @Test("A timestep that there is not is a fault that names it; so is noise that does not fit")
  func misfits() throws {
    let one = Tensor.ones([1, 1, 1, 1])
    try linear.clippedReverseMean(from: one, noise: one, at: 5).checked()
    for t in [-1, 1000] {
      let found = linear.clippedReverseMean(from: one, noise: one, at: t)
      #expect(
        found.fault?.reason.contains("\(t)") == true,
        "the mean must be faulty and say that t = \(t) is outside 0..<1000")
    }
    #expect(
      linear.clippedReverseMean(from: .ones([2, 3, 3, 1]), noise: .ones([2, 4, 3, 1]), at: 5).fault != nil,
      "noise of [2, 4, 3, 1] does not fit images of [2, 3, 3, 1]: the mean must be faulty")
  }

  @Test("A faulty image makes a faulty mean, and no crash")
  func faultyInput() {
    let fault = Fault("unfinished")
    #expect(
      linear.clippedReverseMean(from: Tensor(fault: fault), noise: .zeros([1, 1, 1, 1]), at: 3).fault == fault,
      "a fault of x_t must be handed on")
  }
}

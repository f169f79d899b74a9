import ForwardDiffusion
import Loss
import Tensors
import TestSupport
import Testing

/// From the noise to the image, and from the image to the noise.
@Suite("4.1 From noise to image and back", .exercise("4.1"))
struct Exercise4_1 {
  private let one = Tensor.ones([1, 1, 1, 1])
  private let zero = Tensor.zeros([1, 1, 1, 1])

  /// The only number of an answer for one pixel.
  private func number(_ answer: Tensor) throws -> Double {
    let answer = try answer.checked()
    try #require(
      answer.shape == one.shape, "the result has the images' shape: yours is \(answer.shape) instead of \(one.shape)")
    return Double(answer.item)
  }

  @Test("The weights of x̂_0", arguments: [linear, cosine], [0, 1, 500, 998])
  func imageWeights(schedule: NoiseSchedule, t: Int) throws {
    let (alphaBar, alpha, beta) = (schedule.alphaBars[t], schedule.alphas[t], schedule.betas[t])
    let root = (1 - alphaBar).squareRoot()
    let ofImage = try number(schedule.predictedX0(from: one, noise: zero, at: [t]))
    // Two roundings to Float and a quotient: three times half a unit in the last place, 6e-8.
    #expect(
      agree(ofImage, 1 / alphaBar.squareRoot(), relative: 2e-7),
      likelyMistake(
        ofImage, insteadOf: 1 / alphaBar.squareRoot(),
        [
          "this is 1 / ᾱ_t: a root is missing": 1 / alphaBar,
          "this is 1 / √α_t, of one step: x_t has been through t + 1 steps": 1 / alpha.squareRoot(),
          "multiplied by √ᾱ_t where it should be divided": alphaBar.squareRoot(),
          "this is 1 / √(1 − ᾱ_t), the noise's weight: solve for x_0": 1 / root,
          "this is 1 / √ᾱ_{t−1}: one step early": t == 0 ? .nan : 1 / schedule.before(t).squareRoot(),
          "x_t has to be divided by x_0's weight": 1,
          "ᾱ_t is held above 1e-4, but at the end of a schedule it is less": 1 / max(alphaBar, 1e-4).squareRoot(),
        ], otherwise: "x_t has the wrong weight in x̂_0"
      ).about(schedule.place(t)))
    let ofNoise = try number(schedule.predictedX0(from: zero, noise: one, at: [t]))
    #expect(
      agree(ofNoise, -root / alphaBar.squareRoot(), relative: 2e-7),
      likelyMistake(
        ofNoise, insteadOf: -root / alphaBar.squareRoot(),
        [
          "ε̂ counts by 1 − ᾱ_t here; its root is what the noise is weighted with": -(1 - alphaBar)
            / alphaBar.squareRoot(),
          "the noise's part is not divided: the difference of x_t and the noise's part is": -root,
          "the noise's part is added; it has to be subtracted": root / alphaBar.squareRoot(),
          "ε̂ counts by √β_t, of one step; x_t holds the noise of t + 1 steps": -beta.squareRoot()
            / alphaBar.squareRoot(),
          "ε̂ is subtracted as it is; x_t holds √(1 − ᾱ_t) of it": -1 / alphaBar.squareRoot(),
          "the noise's part is divided by ᾱ_t: a root is missing": -root / alphaBar,
          "the noise's part is divided by √α_t, of one step": -root / alpha.squareRoot(),
          "ε̂ makes no difference": 0,
        ], otherwise: "ε̂ has the wrong weight in x̂_0"
      ).about(schedule.place(t)))
  }

  @Test("The weights of ε̂", arguments: [linear, cosine], [0, 1, 500, 998])
  func noiseWeights(schedule: NoiseSchedule, t: Int) throws {
    let alphaBar = schedule.alphaBars[t]
    let root = (1 - alphaBar).squareRoot()
    let ofXt = try number(schedule.impliedNoise(from: one, x0: zero, at: [t]))
    // As above.
    #expect(
      agree(ofXt, 1 / root, relative: 2e-7),
      likelyMistake(
        ofXt, insteadOf: 1 / root,
        [
          "this is 1 / (1 − ᾱ_t): a root is missing": 1 / (1 - alphaBar),
          "this is 1 / √ᾱ_t: the noise's own weight is what to divide by": 1 / alphaBar.squareRoot(),
          "this is 1 / √β_t, of one step: x_t has been through t + 1 steps": 1 / schedule.betas[t].squareRoot(),
          "multiplied by √(1 − ᾱ_t) where it should be divided": root,
          "x_t has to be divided by the noise's own weight": 1,
        ], otherwise: "x_t has the wrong weight in ε̂"
      ).about(schedule.place(t)))
    let ofImage = try number(schedule.impliedNoise(from: zero, x0: one, at: [t]))
    #expect(
      agree(ofImage, -alphaBar.squareRoot() / root, relative: 2e-7),
      likelyMistake(
        ofImage, insteadOf: -alphaBar.squareRoot() / root,
        [
          "x̂_0 counts by ᾱ_t here; its root is what the image is weighted with": -alphaBar / root,
          "x̂_0 is subtracted as it is; x_t holds √ᾱ_t · x_0": -1 / root,
          "the image's part is not divided: the difference of x_t and the image's part is": -alphaBar.squareRoot(),
          "the image's part is added; it has to be subtracted": alphaBar.squareRoot() / root,
          "the image's part is divided by √ᾱ_t; the noise's own weight is what to divide by": -1,
          "the image's part is divided by 1 − ᾱ_t: a root is missing": -alphaBar.squareRoot() / (1 - alphaBar),
          "x̂_0 makes no difference": 0,
        ], otherwise: "x̂_0 has the wrong weight in ε̂"
      ).about(schedule.place(t)))
  }

  @Test("With the true noise it is x_0, with x_0 the true noise", arguments: [linear, cosine])
  func inverts(schedule: NoiseSchedule) throws {
    var generator = RandomGenerator(seed: 1)
    let timesteps = [0, 1, 250, 500, 750, 998]
    let x0 = Tensor.uniform([timesteps.count, 4, 4, 1], in: -1..<1, using: &generator)
    let noise = Tensor.normal(x0.shape, using: &generator)
    let xt = schedule.example(x0, noise, timesteps)
    let image = try schedule.predictedX0(from: xt, noise: noise, at: timesteps).checked()
    let implied = try schedule.impliedNoise(from: xt, x0: x0, at: timesteps).checked()
    try #require(image.shape == x0.shape, "x̂_0 has the images' shape: yours is \(image.shape) instead of \(x0.shape)")
    try #require(implied.shape == x0.shape, "ε̂ has the images' shape: yours is \(implied.shape) instead of \(x0.shape)")
    let largest = 1 + (noise.scalars.map(abs).max() ?? 0)
    // The result if all images are at the first one's timestep.
    let (first, firstRoot) = (
      Float(schedule.alphaBars[0].squareRoot()), Float((1 - schedule.alphaBars[0]).squareRoot())
    )
    let (imagesAtFirst, noisesAtFirst) = ((xt - noise * firstRoot) / first, (xt - x0 * first) / firstRoot)
    // If all are divided by the first one's weight alone.
    let dividedAsFirst = (
      x0 * schedule.weights(timesteps) { (schedule.alphaBars[$0] / schedule.alphaBars[0]).squareRoot() },
      noise * schedule.weights(timesteps) { ((1 - schedule.alphaBars[$0]) / (1 - schedule.alphaBars[0])).squareRoot() }
    )
    for (index, t) in timesteps.enumerated() {
      // Numbers up to 1 + max |ε| are rounded about eight times on the way, by 6e-8 each; then all is divided.
      let rounding = 8 * Float.ulpOfOne / 2 * largest
      func part(_ images: Tensor) -> Tensor { images.sliced(axis: 0, index..<index + 1) }
      func place(_ found: Tensor, _ atFirst: Tensor, _ divided: Tensor) -> String {
        index > 0 && (isClose(part(found), part(atFirst), 1e-4) || isClose(part(found), part(divided), 1e-5))
          ? "of image \(index), at t = \(t), has the first image's timestep; each has its own"
          : "of image \(index), at t = \(t)"
      }
      expectClose(
        part(image), part(x0), "x̂_0 \(place(image, imagesAtFirst, dividedAsFirst.0))",
        tolerance: rounding / Float(schedule.alphaBars[t].squareRoot()), relativeTo: .number(1))
      expectClose(
        part(implied), part(noise), "ε̂ \(place(implied, noisesAtFirst, dividedAsFirst.1))",
        tolerance: rounding / Float((1 - schedule.alphaBars[t]).squareRoot()), relativeTo: .number(1))
    }
  }

  @Test("Nothing is clipped here")
  func unclipped() throws {
    let schedule = NoiseSchedule(betas: [0.75])
    let found = try number(schedule.predictedX0(from: one, noise: zero, at: [0]))
    #expect(
      agree(found, 2, relative: 2e-7),
      likelyMistake(
        found, insteadOf: 2,
        ["x̂_0 is clipped to [−1, 1]: that comes with sampling, in chapter 5": 1],
        otherwise: "with ᾱ_0 = ¼ and no noise x̂_0 is x_t / √¼"))
  }

  @Test("Timesteps that do not fit are a fault")
  func misfits() throws {
    try linear.predictedX0(from: one, noise: zero, at: [999]).checked()
    try linear.impliedNoise(from: one, x0: zero, at: [999]).checked()
    let two = Tensor.ones([2, 1, 1, 1])
    for (name, found) in [
      ("x̂_0", linear.predictedX0(from: two, noise: two, at: [5])),
      ("ε̂", linear.impliedNoise(from: two, x0: two, at: [5])),
    ] {
      #expect(
        found.fault != nil,
        "one timestep for two images must make \(name) faulty: broadcasting would give both the same, and no error shows it"
      )
    }
    for t in [-1, 1000] {
      for (name, found) in [
        ("x̂_0", linear.predictedX0(from: one, noise: one, at: [t])),
        ("ε̂", linear.impliedNoise(from: one, x0: one, at: [t])),
      ] {
        #expect(
          found.fault?.reason.contains("\(t)") == true,
          "\(name) must be faulty and say that t = \(t) is outside 0..<1000, as `perImage` does")
      }
    }
  }

  @Test("Diffusers predicts the same image", arguments: ["linear", "cosine"], [999, 500, 1, 0])
  func oracle(kind: String, t: Int) throws {
    let fixture = try Fixture(named: "schedules")
    let step = "step.\(kind).plain.\(t)"
    // A product, a difference and a quotient, each rounded to Float: 6 · 6e-8 of the largest.
    expectClose(
      (kind == "linear" ? linear : cosine).predictedX0(
        from: fixture["\(step)/sample"], noise: fixture["\(step)/prediction"], at: [t, t]),
      fixture["\(step)/original"], "x̂_0 at t = \(t) of the \(kind) schedule, against diffusers", tolerance: 5e-7)
  }

  @Test("Gradients reach the images, the noise and the predicted image")
  func gradientsOfBoth() {
    let schedule = NoiseSchedule(betas: randomBetas(10, in: 0.02..<0.2, seed: 61))
    let inputs = (normal([2, 3, 2, 1], seed: 62), normal([2, 3, 2, 1], seed: 63))
    expectGradients(of: "the predicted image", ["x_t": inputs.0, "the noise": inputs.1]) {
      schedule.predictedX0(from: $0[0], noise: $0[1], at: [2, 7])
    }
    expectGradients(of: "the implied noise", ["x_t": inputs.0, "the predicted image": inputs.1]) {
      schedule.impliedNoise(from: $0[0], x0: $0[1], at: [2, 7])
    }
  }

  @Test("Nor is the image clipped that the noise is asked of")
  func unclippedImage() throws {
    let schedule = NoiseSchedule(betas: [0.75])
    let found = try number(schedule.impliedNoise(from: zero, x0: one * 3, at: [0]))
    // √ᾱ is ½: −½ · 3 / √¾.
    let right = -0.5 * 3 / 0.75.squareRoot()
    #expect(
      agree(found, right, relative: 2e-7),
      likelyMistake(
        found, insteadOf: right,
        ["x̂_0 is clipped to [−1, 1] before the noise is taken from it; nothing is clipped here": right / 3],
        otherwise: "ε̂ is what x_t holds besides √ᾱ_t · x̂_0, whatever x̂_0 is"
      ).about("ᾱ_t = ¼, x_t = 0, x̂_0 = 3"))
  }
}

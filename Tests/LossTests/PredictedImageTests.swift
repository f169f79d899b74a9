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

  @Test("The weights of x̂_0", arguments: [linear, cosine], [0, 1, 500, 998])
  func imageWeights(schedule: NoiseSchedule, t: Int) throws {
    let alphaBar = schedule.alphaBars[t]
    let ofImage = try Double(schedule.predictedX0(from: one, noise: zero, at: [t]).checked().item)
    // Two roundings to Float and a quotient: three times half a unit in the last place, 6e-8.
    #expect(
      agree(ofImage, 1 / alphaBar.squareRoot(), relative: 2e-7),
      likelyMistake(
        ofImage,
        [
          "this is 1 / ᾱ_t: a root is missing": 1 / alphaBar,
          "this is 1 / √α_t, of one step: x_t has been through t + 1 steps": 1 / schedule.alphas[t].squareRoot(),
          "multiplied by √ᾱ_t where it should be divided": alphaBar.squareRoot(),
          "x_t has to be divided by something": 1,
        ], otherwise: "in x̂_0 the weight of x_t is \(ofImage), and should be \(1 / alphaBar.squareRoot())"))
    let ofNoise = try Double(schedule.predictedX0(from: zero, noise: one, at: [t]).checked().item)
    let root = (1 - alphaBar).squareRoot()
    #expect(
      agree(ofNoise, -root / alphaBar.squareRoot(), relative: 2e-7),
      likelyMistake(
        ofNoise,
        [
          "this is 1 − ᾱ_t, whose root the noise is weighted with": -(1 - alphaBar) / alphaBar.squareRoot(),
          "the noise is subtracted before the division, not after": -root,
          "the noise is subtracted, not added": root / alphaBar.squareRoot(),
        ], otherwise: "in x̂_0 the weight of ε̂ is \(ofNoise), and should be \(-root / alphaBar.squareRoot())"))
  }

  @Test("The weights of ε̂", arguments: [linear, cosine], [0, 1, 500, 998])
  func noiseWeights(schedule: NoiseSchedule, t: Int) throws {
    let alphaBar = schedule.alphaBars[t]
    let root = (1 - alphaBar).squareRoot()
    let ofXt = try Double(schedule.impliedNoise(from: one, x0: zero, at: [t]).checked().item)
    // As above.
    #expect(
      agree(ofXt, 1 / root, relative: 2e-7),
      likelyMistake(
        ofXt,
        [
          "this is 1 / (1 − ᾱ_t): a root is missing": 1 / (1 - alphaBar),
          "this is 1 / √ᾱ_t: the noise's own weight is what to divide by": 1 / alphaBar.squareRoot(),
        ], otherwise: "in ε̂ the weight of x_t is \(ofXt), and should be \(1 / root)"))
    let ofImage = try Double(schedule.impliedNoise(from: zero, x0: one, at: [t]).checked().item)
    #expect(
      agree(ofImage, -alphaBar.squareRoot() / root, relative: 2e-7),
      likelyMistake(
        ofImage,
        [
          "this is ᾱ_t, whose root the image is weighted with": -alphaBar / root,
          "x_t holds √ᾱ_t · x_0, not x_0": -1 / root,
        ], otherwise: "in ε̂ the weight of x̂_0 is \(ofImage), and should be \(-alphaBar.squareRoot() / root)"))
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
    try #require(image.shape == x0.shape && implied.shape == x0.shape, "the results have the images' shape")
    let largest = 1 + (noise.scalars.map(abs).max() ?? 0)
    for (index, t) in timesteps.enumerated() {
      // Numbers up to 1 + max |ε| are rounded about eight times on the way, by 6e-8 each; then all is divided.
      let rounding = 8 * Float.ulpOfOne / 2 * largest
      let range = index..<index + 1
      expectClose(
        image.sliced(axis: 0, range), x0.sliced(axis: 0, range), "x̂_0 at t = \(t), with each image's own t",
        tolerance: rounding / Float(schedule.alphaBars[t].squareRoot()), relativeTo: .number(1))
      expectClose(
        implied.sliced(axis: 0, range), noise.sliced(axis: 0, range), "ε̂ at t = \(t), with each image's own t",
        tolerance: rounding / Float((1 - schedule.alphaBars[t]).squareRoot()), relativeTo: .number(1))
    }
  }

  @Test("Nothing is clipped here")
  func unclipped() throws {
    let schedule = NoiseSchedule(betas: [0.75])
    let found = try schedule.predictedX0(from: one, noise: zero, at: [0]).checked().item
    #expect(
      found == 2, "1 / √0.25 = 2 lies outside [−1, 1] and stays there: clipping comes with sampling, in chapter 5")
  }

  @Test("Timesteps that do not fit are a fault")
  func misfits() throws {
    try linear.predictedX0(from: one, noise: zero, at: [999]).checked()
    try linear.impliedNoise(from: one, x0: zero, at: [999]).checked()
    let two = Tensor.ones([2, 1, 1, 1])
    for found in [linear.predictedX0(from: two, noise: two, at: [5]), linear.impliedNoise(from: two, x0: two, at: [5])]
    {
      #expect(found.fault != nil, "one timestep for two images must be faulty: broadcasting would give both the same")
    }
    for t in [-1, 1000] {
      let found = [
        linear.predictedX0(from: one, noise: one, at: [t]), linear.impliedNoise(from: one, x0: one, at: [t]),
      ]
      #expect(
        found.allSatisfy { $0.fault?.reason.contains("\(t)") == true },
        "the fault must say that \(t) is outside 0..<1000, as `perImage` does")
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
      fixture["\(step)/original"], "x̂_0", tolerance: 5e-7)
  }
}

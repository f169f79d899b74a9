import ForwardDiffusion
import Loss
import Schedules
import Tensors
import TestSupport
import Testing

/// From the noise back to the image.
@Suite("Predicted image")
struct PredictedImageTests {
  static let schedules = [NoiseSchedule.linear(timestepCount: 1000), .squaredCosine(timestepCount: 1000)]

  @Test("With the true noise it is x_0", arguments: schedules)
  func inverts(schedule: NoiseSchedule) throws {
    try #require(schedule.alphaBars.count == 1000, "finish the schedules before")
    var generator = RandomGenerator(seed: 1)
    let timesteps = [0, 1, 250, 500, 750, 998]
    let x0 = Tensor.uniform([timesteps.count, 4, 4, 1], in: -1..<1, using: &generator)
    let noise = Tensor.normal(x0.shape, using: &generator)
    let xt = schedule.noised(x0, with: noise, at: timesteps)
    let found = try schedule.predictedX0(from: xt, noise: noise, at: timesteps).checked()
    try #require(found.shape == x0.shape)
    let largest = 1 + (noise.scalars.map(abs).max() ?? 0)
    for (image, t) in timesteps.enumerated() {
      // Numbers up to 1 + max |ε| are rounded about eight times on the way, by 6e-8 each; then all is divided by √ᾱ.
      let bound = 8 * Float.ulpOfOne / 2 * largest / Float(schedule.alphaBars[t].squareRoot())
      let errors = zip(found.sliced(axis: 0, image..<image + 1).scalars, x0.sliced(axis: 0, image..<image + 1).scalars)
        .map { abs($0 - $1) }
      #expect(
        errors.allSatisfy { $0 <= bound },
        """
        at t = \(t) x̂_0 is off by \(errors.max() ?? .nan), more than rounding, \(bound): x̂_0 = (x_t − √(1 − ᾱ_t) ε̂) / √ᾱ_t, \
        with each image's own t
        """)
    }
  }

  @Test("Nothing is clipped here")
  func unclipped() throws {
    let schedule = NoiseSchedule(betas: [0.75])
    try #require(schedule.alphaBars.count == 1)
    let found = schedule.predictedX0(from: .ones([1, 1, 1, 1]), noise: .zeros([1, 1, 1, 1]), at: [0])
    #expect(try found.checked().item == 2, "1 / √0.25")
  }

  @Test("Each image has a timestep of its own")
  func oneTimestepForTwo() {
    let schedule = NoiseSchedule(betas: [0.5])
    let found = schedule.predictedX0(from: .ones([2, 1, 1, 1]), noise: .zeros([2, 1, 1, 1]), at: [0])
    #expect(found.fault != nil, "one timestep for two images must be faulty: broadcasting would give both the same")
  }

  @Test("A timestep that there is not is a fault", arguments: [-1, 1])
  func outside(t: Int) {
    let schedule = NoiseSchedule(betas: [0.5])
    let one = Tensor.ones([1, 1, 1, 1])
    #expect(schedule.predictedX0(from: one, noise: one, at: [t]).fault?.reason.contains("\(t)") == true)
  }

  @Test("Diffusers predicts the same", arguments: ["linear", "cosine"], [999, 500, 1, 0])
  func oracle(kind: String, t: Int) throws {
    let fixture = try Fixture(named: "schedules")
    let schedule: NoiseSchedule =
      kind == "linear" ? .linear(timestepCount: 1000) : .squaredCosine(timestepCount: 1000)
    try #require(schedule.alphaBars.count == 1000, "finish the schedules before")
    let step = "step.\(kind).plain.\(t)"
    // A product, a difference and a quotient, each rounded to Float: 6 · 6e-8 of the largest.
    expectClose(
      schedule.predictedX0(from: fixture["\(step)/sample"], noise: fixture["\(step)/prediction"], at: [t, t]),
      fixture["\(step)/original"], "x̂_0", tolerance: 5e-7)
  }
}

import ForwardDiffusion
import Tensors
import TestSupport
import Testing

@Suite("1.2 One step into the noise", .exercise("1.2"))
struct Hidden1_2 {
  private func drawn(_ shape: Shape, seed: UInt64) -> (previous: Tensor, noise: Tensor) {
    var generator = RandomGenerator(seed: seed)
    return (.normal(shape, using: &generator), .normal(shape, using: &generator))
  }

  /// Compares every pixel with the formula in Double.
  private func compare(_ betas: [Double], _ shape: Shape, at timesteps: [Int], seed: UInt64) throws {
    let (previous, noise) = drawn(shape, seed: seed)
    let found = try NoiseSchedule(betas: betas).steppedForward(previous, with: noise, at: timesteps).checked()
    try #require(found.shape == shape)
    let (x, z, result) = (previous.scalars, noise.scalars, found.scalars)
    let perImage = shape.elementCount / shape[0]
    let wrong = result.indices.first { index in
      let beta = betas[timesteps[index / perImage]]
      let expected = (1 - beta).squareRoot() * Double(x[index]) + beta.squareRoot() * Double(z[index])
      // Two weights, two products and a sum, each rounded to Float, of numbers up to 5.
      return !(abs(Double(result[index]) - expected) < 5 * 5 * 6e-8)
    }
    #expect(wrong == nil, "element \(wrong ?? 0) is off")
  }

  @Test("Other inputs", arguments: [21, 22, 23])
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let betas = (0..<20).map { _ in Double(generator.uniform()) }
    let timesteps = (0..<5).map { _ in generator.integer(below: 20) }
    try compare(betas, [5, 3, 4, 2], at: timesteps, seed: seed + 100)
  }

  @Test("Other sizes", arguments: [[1, 28, 28, 1], [8, 2, 2, 3], [2, 1, 7, 4]])
  func sizes(dimensions: [Int]) throws {
    let timesteps = (0..<dimensions[0]).map { ($0 * 389) % 1000 }
    try compare(referenceLinearBetas(1000), Shape(dimensions), at: timesteps, seed: 24)
  }

  @Test("Edge cases")
  func ends() throws {
    let schedule = NoiseSchedule(betas: [0, 1])
    let (previous, noise) = drawn([2, 3, 3, 1], seed: 25)
    let found = try schedule.steppedForward(previous, with: noise, at: [0, 1]).checked()
    #expect(found.sliced(axis: 0, 0..<1) == previous.sliced(axis: 0, 0..<1), "β = 0 changes nothing")
    #expect(found.sliced(axis: 0, 1..<2) == noise.sliced(axis: 0, 1..<2), "β = 1 leaves noise only")
  }

  @Test("Edge cases")
  func noImages() throws {
    let schedule = NoiseSchedule(betas: [0.5])
    let found = try schedule.steppedForward(.zeros([0, 3, 3, 1]), with: .zeros([0, 3, 3, 1]), at: []).checked()
    #expect(found.shape == [0, 3, 3, 1])
  }

  @Test("Bad input")
  func misfit() throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(10))
    let images = Tensor.ones([3, 2, 2, 1])
    // Required, for an answer that lets this pass might end the process over the next.
    try #require(
      schedule.steppedForward(images, with: images, at: [1, 2]).fault != nil, "two timesteps for three images")
    #expect(schedule.steppedForward(images, with: images, at: [1, 2, -1]).fault?.reason.contains("-1") == true)
    #expect(
      schedule.steppedForward(images, with: .ones([2, 2, 2, 1]), at: [1, 2, 3]).fault != nil, "noise for two images")
    let fault = Fault("the disk was on fire")
    #expect(schedule.steppedForward(Tensor(fault: fault), with: images, at: [1, 2, 3]).fault == fault)
  }

  @Test("Together with other exercises")
  func wholeWalk() throws {
    // A walk over all steps, against the closed form with one noise: with no noise both give √ᾱ · x_0.
    let schedule = NoiseSchedule(betas: referenceLinearBetas(200))
    let (x0, _) = drawn([2, 4, 4, 1], seed: 26)
    let silence = Tensor.zeros(x0.shape)
    var x = x0
    for t in 0..<200 { x = schedule.steppedForward(x, with: silence, at: [t, t]) }
    // 200 weights and products rounded to Float; rounding errors wander: √400 · 6e-8, and six times that.
    expectClose(
      x, schedule.noised(x0, with: silence, at: [199, 199]), "x after 200 steps", tolerance: 7e-6,
      relativeTo: .element(atLeast: 0))
  }
}

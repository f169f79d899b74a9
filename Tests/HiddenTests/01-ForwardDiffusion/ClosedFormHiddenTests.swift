import ForwardDiffusion
import Tensors
import TestSupport
import Testing

@Suite("1.4 Noise in one go: the closed form", .exercise("1.4"))
struct Hidden1_4 {
  private func drawn(_ shape: Shape, seed: UInt64) -> (x0: Tensor, noise: Tensor) {
    var generator = RandomGenerator(seed: seed)
    return (.normal(shape, using: &generator), .normal(shape, using: &generator))
  }

  /// Compares every pixel with the formula in Double.
  private func compare(_ betas: [Double], _ shape: Shape, at timesteps: [Int], seed: UInt64) throws {
    let (x0, noise) = drawn(shape, seed: seed)
    let found = try NoiseSchedule(betas: betas).noised(x0, with: noise, at: timesteps).checked()
    try #require(found.shape == shape)
    let (x, z, result) = (x0.scalars, noise.scalars, found.scalars)
    let perImage = shape.elementCount / shape[0]
    let wrong = result.indices.first { index in
      let left = betas[...timesteps[index / perImage]].reduce(1) { $0 * (1 - $1) }
      let expected = left.squareRoot() * Double(x[index]) + (1 - left).squareRoot() * Double(z[index])
      // Two weights, two products and a sum, each rounded to Float, of numbers up to 5.
      return !(abs(Double(result[index]) - expected) < 5 * 5 * 6e-8)
    }
    #expect(wrong == nil, "element \(wrong ?? 0) is off")
  }

  @Test("Other inputs", arguments: [41, 42, 43])
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let betas = (0..<12).map { _ in 0.5 * Double(generator.uniform()) }
    let timesteps = (0..<6).map { _ in generator.integer(below: 12) }
    try compare(betas, [6, 2, 3, 3], at: timesteps, seed: seed + 100)
  }

  @Test("Other sizes", arguments: [[1, 32, 32, 3], [7, 1, 1, 1], [2, 5, 3, 2]])
  func sizes(dimensions: [Int]) throws {
    let timesteps = (0..<dimensions[0]).map { ($0 * 61 + 5) % 100 }
    try compare(referenceCosineBetas(100), Shape(dimensions), at: timesteps, seed: 44)
  }

  @Test("Edge cases")
  func ends() throws {
    let (x0, noise) = drawn([2, 3, 3, 1], seed: 45)
    let found = try NoiseSchedule(betas: [0, 1]).noised(x0, with: noise, at: [0, 1]).checked()
    #expect(found.sliced(axis: 0, 0..<1) == x0.sliced(axis: 0, 0..<1), "ᾱ = 1 leaves the image")
    #expect(found.sliced(axis: 0, 1..<2) == noise.sliced(axis: 0, 1..<2), "ᾱ = 0 leaves the noise")
    let none = try NoiseSchedule(betas: [0.5]).noised(.zeros([0, 2, 2, 1]), with: .zeros([0, 2, 2, 1]), at: [])
      .checked()
    #expect(none.shape == [0, 2, 2, 1])
  }

  @Test("Bad input")
  func misfit() throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(10))
    let images = Tensor.ones([3, 2, 2, 1])
    // Required, for an answer that lets this pass might end the process over the next.
    try #require(schedule.noised(images, with: images, at: [5]).fault != nil, "one timestep for three images")
    #expect(schedule.noised(images, with: images, at: [5, 10, 0]).fault?.reason.contains("10") == true)
    let fault = Fault("the disk was on fire")
    #expect(schedule.noised(images, with: Tensor(fault: fault), at: [1, 2, 3]).fault == fault)
  }

  @Test("Precision")
  func smallBeta() throws {
    let schedule = NoiseSchedule(betas: [1e-7])
    let pixel: Shape = [1, 1, 1, 1]
    let weight = try schedule.noised(.zeros(pixel), with: .ones(pixel), at: [0]).checked().item
    // 1 − (1 − 1e-7) in Double is good to 1e-9; in Float it would be 1.19e-7.
    #expect(agree(Double(weight), (1e-7).squareRoot(), relative: 2e-7))
  }

  @Test("Together with other exercises")
  func moments() throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(300))
    let (x0, noise) = drawn([1, 6, 6, 2], seed: 46)
    for t in [0, 37, 299] {
      let (mean, variance) = schedule.forwardMoments(of: x0, at: t)
      // Two weights, two products and a sum, each rounded to Float by 6e-8 and perhaps otherwise: 5e-7 of the largest.
      expectClose(
        schedule.noised(x0, with: noise, at: [t]), mean + noise * Float(variance.squareRoot()), "x_t at \(t)",
        tolerance: 5e-7)
    }
  }
}

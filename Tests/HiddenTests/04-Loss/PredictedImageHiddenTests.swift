import ForwardDiffusion
import Loss
import Tensors
import TestSupport
import Testing

@Suite("4.1 From noise to image and back", .exercise("4.1"))
struct Hidden4_1 {
  private let schedule = randomSchedule(12, seed: 1)

  @Test("Other inputs")
  func inputs() throws {
    var generator = RandomGenerator(seed: 2)
    let shape: Shape = [4, 3, 2, 2]
    let timesteps = [11, 0, 5, 5]
    let (xt, y) = (Tensor.normal(shape, using: &generator), Tensor.normal(shape, using: &generator))
    var (images, noises): ([Float], [Float]) = ([], [])
    for (index, (x, y)) in zip(xt.scalars, y.scalars).enumerated() {
      let left = alphaBar(schedule.betas, timesteps[index / 12])
      images.append(Float((Double(x) - (1 - left).squareRoot() * Double(y)) / left.squareRoot()))
      noises.append(Float((Double(x) - left.squareRoot() * Double(y)) / (1 - left).squareRoot()))
    }
    // Three or four roundings of numbers as large as the largest.
    expectClose(
      schedule.predictedX0(from: xt, noise: y, at: timesteps), Tensor(images, shape: shape), "x̂_0", tolerance: 5e-7)
    expectClose(
      schedule.impliedNoise(from: xt, x0: y, at: timesteps), Tensor(noises, shape: shape), "ε̂", tolerance: 5e-7)
  }

  @Test("Other sizes", arguments: [[1, 1, 1, 1], [5, 1, 7, 3], [2, 8, 8, 1]] as [Shape])
  func sizes(shape: Shape) throws {
    // Two roundings to Float and a quotient, 6e-8 each.
    let timesteps = (0..<shape[0]).map { ($0 * 5) % 12 }
    let images = try schedule.predictedX0(from: .ones(shape), noise: .zeros(shape), at: timesteps).checked()
    let noises = try schedule.impliedNoise(from: .ones(shape), x0: .zeros(shape), at: timesteps).checked()
    #expect(images.shape == shape && noises.shape == shape)
    for (image, t) in timesteps.enumerated() {
      let left = alphaBar(schedule.betas, t)
      #expect(agree(Double(images[image, 0, 0, 0]), 1 / left.squareRoot(), relative: 3e-7))
      #expect(agree(Double(noises[image, 0, 0, 0]), 1 / (1 - left).squareRoot(), relative: 3e-7))
    }
  }

  @Test("Precision")
  func precision() throws {
    let schedule = NoiseSchedule(betas: [1e-6, 1e-6])
    let one = Tensor.ones([1, 1, 1, 1])
    let found = try Double(schedule.impliedNoise(from: one, x0: one * 0, at: [0]).checked().item)
    // Two roundings to Float and a quotient, 6e-8 each.
    #expect(agree(found, 1000, relative: 3e-7), "1 − ᾱ in Float would be wrong in the second digit")
  }

  @Test("Together with other exercises")
  func gradients() throws {
    let noise = Tensor.zeros([1, 2, 2, 1]).variable
    let image = try schedule.predictedX0(from: .ones([1, 2, 2, 1]), noise: noise, at: [7]).checked()
    let gradient = try #require(image.sum().gradients()[noise], "the gradient must pass from x̂_0 to ε̂")
    // Two factors rounded to Float, and their quotient.
    let left = alphaBar(schedule.betas, 7)
    expectClose(
      gradient, Tensor(repeating: Float(-((1 - left) / left).squareRoot()), shape: [1, 2, 2, 1]), "∂x̂_0 / ∂ε̂",
      tolerance: 3e-7)
  }

  @Test("Bad input")
  func bad() throws {
    let one = Tensor.ones([1, 2, 2, 1])
    try schedule.predictedX0(from: one, noise: one, at: [0]).checked()
    try schedule.impliedNoise(from: one, x0: one, at: [0]).checked()
    #expect(schedule.predictedX0(from: one, noise: one, at: []).fault != nil)
    #expect(schedule.predictedX0(from: one, noise: one, at: [12]).fault?.reason.contains("12") == true)
    #expect(schedule.impliedNoise(from: one, x0: .ones([1, 3, 2, 1]), at: [1]).fault != nil)
    let fault = Fault("from before")
    #expect(schedule.predictedX0(from: Tensor(fault: fault), noise: one, at: [0]).fault == fault)
  }
}

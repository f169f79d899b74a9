import ForwardDiffusion
import Learning
import Loss
import Tensors
import TestSupport
import Testing

@Suite("4.7 The simple loss", .exercise("4.7"))
struct Hidden4_7 {
  private let schedule = randomSchedule(15, seed: 1)

  /// The loss, and what it should be by what the network was shown.
  private func compare(_ shape: Shape, seed: UInt64) throws -> (found: Double, expected: Double) {
    var generator = RandomGenerator(seed: seed)
    let x0 = Tensor.uniform(shape, in: -1..<1, using: &generator)
    var squares: [Double] = []
    let loss = try noisePredictionLoss(x0, schedule: schedule, using: &generator) { xt, timesteps in
      let size = shape.dropFirst().reduce(1, *)
      for (index, (x, y)) in zip(x0.scalars, xt.scalars).enumerated() where timesteps.count == shape[0] {
        let left = alphaBar(schedule.betas, timesteps[index / size])
        let noise = (Double(y) - left.squareRoot() * Double(x)) / (1 - left).squareRoot()
        squares.append((noise - 0.3 * Double(y)) * (noise - 0.3 * Double(y)))
      }
      return xt * 0.3
    }.checked()
    #expect(loss.shape == [])
    return (Double(loss.item), squares.reduce(0, +) / Double(shape.elementCount))
  }

  @Test("Other inputs", arguments: [1, 2, 3] as [UInt64])
  func inputs(seed: UInt64) throws {
    let result = try compare([6, 5, 4, 2], seed: seed)
    // The noise is recovered from Float to some 1e-5.
    #expect(agree(result.found, result.expected, relative: 1e-4))
  }

  @Test("Other sizes", arguments: [[1, 1, 1, 1], [7, 1, 3, 1], [2, 9, 9, 3]] as [Shape])
  func sizes(shape: Shape) throws {
    // As above; a single number may be small, so that its rounding counts for more.
    let result = try compare(shape, seed: 4)
    #expect(agree(result.found, result.expected, relative: 1e-3))
  }

  @Test("Edge cases")
  func oneTimestep() throws {
    var generator = RandomGenerator(seed: 5)
    var asked: [Int] = []
    let schedule = NoiseSchedule(betas: [0.5])
    try noisePredictionLoss(.zeros([3, 2, 2, 1]), schedule: schedule, using: &generator) { xt, timesteps in
      asked = timesteps
      return xt
    }.checked()
    #expect(asked == [0, 0, 0])
  }

  @Test("Together with other exercises")
  func learning() throws {
    // One number s that should become √(1 − ᾱ), as all images are black and x_t is √(1 − ᾱ) ε.
    let schedule = NoiseSchedule(betas: [0.36])
    let weight = Parameter(Tensor(0.1))
    let optimizer = SGD([("weight", weight)], learningRate: 0.5)
    var generator = RandomGenerator(seed: 6)
    for _ in 0..<60 {
      let loss = noisePredictionLoss(.zeros([8, 8, 8, 1]), schedule: schedule, using: &generator) { xt, _ in
        xt * weight.value
      }
      optimizer.step(try loss.checked().gradients())
    }
    // The loss is (0.6 s − 1)² times the mean of 512 squares of normal numbers, which is between 0.6 and 1.4 but for one of
    // 500 million (six deviations of √(2 / 512)). A step multiplies the distance by 1 − 0.36 times that, at most 0.79: sixty
    // leave less than 1e-6 of it.
    expectClose(weight.value, Tensor(1 / 0.6), "ε̂ = x_t / √(1 − ᾱ)", tolerance: 1e-4)
  }

  @Test("Together with other exercises", arguments: [2, 33])
  func draws(count: Int) throws {
    var generator = RandomGenerator(seed: 8)
    var copy = generator
    var asked: [Int] = []
    try noisePredictionLoss(.zeros([count, 1, 1, 2]), schedule: schedule, using: &generator) { xt, timesteps in
      asked = timesteps
      return xt
    }.checked()
    #expect(asked == randomTimesteps(count, schedule: schedule, using: &copy), "a timestep for each, and these first")
  }

  @Test("Bad input")
  func bad() throws {
    var generator = RandomGenerator(seed: 7)
    let x0 = Tensor.zeros([2, 2, 2, 1])
    try noisePredictionLoss(x0, schedule: schedule, using: &generator) { xt, _ in xt }.checked()
    #expect(
      noisePredictionLoss(x0, schedule: schedule, using: &generator) { _, _ in .zeros([2, 2, 1, 1]) }.fault != nil)
    let fault = Fault("from before")
    #expect(
      noisePredictionLoss(Tensor(fault: fault), schedule: schedule, using: &generator) { xt, _ in xt }.fault == fault)
  }
}

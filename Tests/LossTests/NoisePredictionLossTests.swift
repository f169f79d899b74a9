import ForwardDiffusion
import Learning
import Loss
import Tensors
import TestSupport
import Testing

/// The simple loss, with predictors whose loss is known.
@Suite("4.7 The simple loss", .exercise("4.7"))
struct Exercise4_7 {
  private let schedule = linear
  private let x0: Tensor

  init() {
    var generator = RandomGenerator(seed: 1)
    x0 = .uniform([64, 16, 16, 1], in: -1..<1, using: &generator)
  }

  private func trueNoise(_ xt: Tensor, _ timesteps: [Int]) -> Tensor {
    schedule.trueNoise(in: xt, of: x0, timesteps)
  }

  private func loss(seed: UInt64 = 2, _ predictor: NoisePredictor) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return noisePredictionLoss(x0, schedule: schedule, using: &generator, predictNoise: predictor)
  }

  @Test("Who knows the noise has a loss of 0")
  func truth() throws {
    let loss = try loss(trueNoise).checked()
    #expect(loss.shape == [])
    // x_t is below 6 and rounded to Float some three times: 3 · 6 · 6e-8 = 1e-6, divided by √(1 − ᾱ) ≥ 0.01 is an error of
    // 1e-4 in ε at worst, and 1e-8 squared.
    #expect(
      loss.item >= 0 && loss.item < 1e-8,
      """
      the noise asked for must be the noise that is in x_t, at the timesteps that the network is told: is it drawn \
      twice, or does the network see x_0 or other timesteps?
      """)
  }

  @Test("Who always says 0 has a loss of 1, the variance of the noise")
  func zeros() throws {
    let loss = try loss { xt, _ in .zeros(xt.shape) }.checked()
    // The mean of ε² over 16,384 numbers has a standard deviation of √(2 / 16384) = 0.011. Six of them: one false alarm in
    // 500 million.
    #expect(
      abs(loss.item - 1) < 6 * (2 / Float(16_384)).squareRoot(),
      likelyMistake(
        Double(loss.item),
        [
          "this is the sum over batch and pixels; the mean is asked for": 16_384,
          "this is the sum over the pixels; the mean is asked for": 256,
          "this is the sum over the images": 64,
          "there is a factor ½ too many": 0.5,
          "this is the mean of |ε|; errors are squared": 0.798,
        ], within: 0.06, otherwise: "the loss of one who always says 0 is \(loss.item), and should be about 1"))
  }

  @Test("Who is off by 1 everywhere has a loss of 1 more precisely, off by 2 a loss of 4")
  func offsets() throws {
    // The error of ε, at most 1e-4 as above, once and twice.
    #expect(try abs(loss { trueNoise($0, $1) + 1 }.checked().item - 1) < 1e-3)
    #expect(try abs(loss { trueNoise($0, $1) - 2 }.checked().item - 4) < 1e-3, "errors are squared")
  }

  @Test("The network is shown samples of q(x_t | x_0)")
  func shown() throws {
    var seen: (xt: Tensor, timesteps: [Int])?
    _ = loss { xt, timesteps in
      seen = (xt, timesteps)
      return xt
    }
    let (xt, timesteps) = try #require(seen, "the network is asked once")
    #expect(try xt.checked().shape == x0.shape)
    try #require(timesteps.count == 64, "a timestep for each image")
    try #require(timesteps.allSatisfy { (0..<1000).contains($0) })
    let (mean, variance) = meanAndVariance(trueNoise(xt, timesteps).scalars)
    // Six standard errors: a false alarm in one of 500 million, twice.
    #expect(abs(mean) < 6 / Double(16_384).squareRoot(), "the noise in x_t has mean 0")
    #expect(abs(variance - 1) < 6 * (2 / Double(16_384)).squareRoot(), "the noise in x_t has variance 1")
  }

  @Test("The same seed gives the same loss, another seed another")
  func seeds() throws {
    let zero: NoisePredictor = { xt, _ in .zeros(xt.shape) }
    #expect(try loss(seed: 5, zero).checked() == loss(seed: 5, zero))
    #expect(loss(seed: 5, zero) != loss(seed: 6, zero), "all randomness must come from the generator")
    var generator = RandomGenerator(seed: 5)
    let first = noisePredictionLoss(x0, schedule: schedule, using: &generator, predictNoise: zero)
    let second = noisePredictionLoss(x0, schedule: schedule, using: &generator, predictNoise: zero)
    #expect(first != second, "the generator must move on from batch to batch")
  }

  @Test("The gradient reaches the network")
  func gradient() throws {
    let weight = Parameter(Tensor(0.5))
    let loss = try loss { trueNoise($0, $1) * weight.value }.checked()
    let gradient = try #require(loss.gradients()[weight], "the loss was computed without recording")
    // The loss is 0.25 · mean ε² and its derivative −mean ε²: −4 times the loss.
    #expect(agree(Double(gradient.item), -4 * Double(loss.item), relative: 1e-3))
  }

  @Test("What does not fit is a fault")
  func misfits() {
    #expect(loss { _, _ in .zeros([64, 16, 16, 2]) }.fault != nil, "a prediction of another shape is a mistake")
    #expect(
      loss { _, _ in .zeros([1, 16, 16, 1]) }.fault != nil,
      "one prediction for all images must not be stretched to fit: no error would show the mistake")
    #expect(loss { _, _ in Tensor(0) }.fault != nil, "a number must not be stretched to fit")
    let unfinished = Fault("unfinished")
    #expect(loss { _, _ in Tensor(fault: unfinished) }.fault == unfinished, "the network's fault is passed on")
    var generator = RandomGenerator(seed: 1)
    let faulty = noisePredictionLoss(
      Tensor(fault: unfinished), schedule: schedule, using: &generator, predictNoise: { xt, _ in xt })
    #expect(faulty.fault == unfinished, "the images' fault is passed on")
  }
}

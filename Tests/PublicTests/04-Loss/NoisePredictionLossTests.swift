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

  /// The loss, if it is a scalar.
  private func number(_ predictor: NoisePredictor) throws -> Double {
    let loss = try loss(predictor).checked()
    try #require(loss.shape == [], "the loss is a scalar: yours has the shape \(loss.shape) instead of []")
    return Double(loss.item)
  }

  @Test("Who knows the noise has a loss of 0")
  func truth() throws {
    var (sawClean, sawNoise) = (false, false)
    let found = try number { xt, timesteps in
      sawClean = xt == x0
      // x_t and x_0 of an image correlate at the first timesteps, unless there is no x_0 in x_t.
      sawNoise = timesteps.count == 64 && abs((xt * x0).mean().item) < 0.01
      return trueNoise(xt, timesteps)
    }
    // x_t is below 6 and rounded to Float some three times: 3 · 6 · 6e-8 = 1e-6, divided by √(1 − ᾱ) ≥ 0.01 is an error of
    // 1e-4 in ε at worst, and 1e-8 squared.
    #expect(
      found >= 0 && found < 1e-8,
      likelyMistake(
        found, insteadOf: 0,
        // Two independent noises differ by a variance of 2, of 16,384 numbers good to six times √(2 / 16384).
        sawClean ? [:] : ["the noise that is compared with is not that in x_t, as if it were drawn twice": 2],
        within: 0.07,
        otherwise: sawClean
          ? "the network sees x_0, not x_t"
          : sawNoise
            ? "the network sees images in which there is nothing of x_0"
            : "the noise in x_t, at the timesteps that the network is told, is not the noise that is compared with"))
  }

  @Test("Who always says 0 has a loss of 1, the variance of the noise")
  func zeros() throws {
    let found = try number { xt, _ in .zeros(xt.shape) }
    // The mean of ε² over 16,384 numbers has a standard deviation of √(2 / 16384) = 0.011. Six of them: one false alarm in
    // 500 million.
    #expect(
      abs(found - 1) < 6 * (2 / 16_384.0).squareRoot(),
      likelyMistake(
        found, insteadOf: 1,
        [
          "this is the sum over batch and pixels; the mean is asked for": 16_384,
          "this is the sum over the pixels; the mean is asked for": 256,
          "this is the sum over the images; the mean is asked for": 64,
          "there is a factor ½ too many": 0.5,
          "this is the mean of |ε|; errors are squared": 0.798,
        ], within: 0.06,
        otherwise: agree(found, Double(x0.squared().mean().item), relative: 1e-5)
          ? "ε̂ is compared with x_0; it should be with the noise"
          : "the loss of one who always says 0 is the mean of ε²"))
  }

  @Test("Who is off by 1 everywhere has a loss of 1 more precisely, off by 2 a loss of 4")
  func offsets() throws {
    for (offset, expected) in [(Float(1), 1.0), (-2, 4)] {
      let found = try number { trueNoise($0, $1) + offset }
      // The error of ε, at most 1e-4 as above, once and twice.
      #expect(
        abs(found - expected) < 1e-3,
        likelyMistake(
          found, insteadOf: expected,
          [
            "errors are not squared": expected.squareRoot(),
            "there is a factor ½ too many": expected / 2,
            "this is the sum over batch and pixels; the mean is asked for": expected * 16_384,
            "this is the sum over the pixels; the mean is asked for": expected * 256,
          ], within: 1e-3, otherwise: "the loss is the square of the error, the same everywhere"
        ).about("ε̂ off by \(offset)"))
    }
  }

  @Test("The network is shown samples of q(x_t | x_0)")
  func shown() throws {
    var (seen, calls): ((xt: Tensor, timesteps: [Int])?, Int) = (nil, 0)
    _ = loss { xt, timesteps in
      seen = (xt, timesteps)
      calls += 1
      return xt
    }
    let (xt, timesteps) = try #require(seen, "the network is not asked")
    #expect(calls == 1, "the network is asked once: yours asks \(calls) times instead")
    let shape = try xt.checked().shape
    try #require(shape == x0.shape, "x_t has the shape of x_0: yours is \(shape) instead of \(x0.shape)")
    try #require(
      timesteps.count == 64, "the network is told a timestep for each image: yours are \(timesteps.count) instead of 64"
    )
    let stranger = timesteps.first { !(0..<1000).contains($0) }
    try #require(stranger == nil, "timesteps are 0 … 999: one of yours is \(stranger ?? 0) instead")
    let different = Set(timesteps).count
    // 64 draws of 1000 have about 62 different values; fewer than 40 would come once in far more than 10^20 batches.
    #expect(
      different >= 40,
      """
      \(different == 1 ? "one timestep for the whole batch makes the gradient scatter more; each image has its own" : "the images' timesteps do not differ as chance would have it"): \
      yours are \(different) different ones for 64 images instead of about 62
      """)
    let (mean, variance) = meanAndVariance(trueNoise(xt, timesteps).scalars)
    let hint = xt == x0 ? "the network sees x_0, not x_t, in which there" : "in the x_t that the network is shown there"
    // Six standard errors: a false alarm in one of 500 million, for each of the two.
    #expect(
      abs(mean) < 6 / Double(16_384).squareRoot(),
      likelyMistake(
        mean, insteadOf: 0, ["the noise is uniform between 0 and 1, not normal": 0.5], within: 0.03,
        otherwise: "\(hint) should be noise of mean 0, at the timesteps told"))
    #expect(
      abs(variance - 1) < 6 * (2 / Double(16_384)).squareRoot(),
      likelyMistake(
        variance, insteadOf: 1,
        [
          "the noise is uniform between 0 and 1, not normal": 1.0 / 12,
          "the noise is uniform between −1 and 1, not normal": 1.0 / 3,
        ], within: 0.06, otherwise: "\(hint) should be noise of variance 1, at the timesteps told"))
  }

  @Test("The timesteps are drawn first, the noise after them")
  func order() throws {
    var generator = RandomGenerator(seed: 7)
    var (copy, late) = (generator, generator)
    var seen: (xt: Tensor, timesteps: [Int])?
    _ = noisePredictionLoss(x0, schedule: schedule, using: &generator) { xt, timesteps in
      seen = (xt, timesteps)
      return xt
    }
    let (xt, timesteps) = try #require(seen, "the network is not asked")
    // The same generator, asked in the same order, draws the same.
    let first = randomTimesteps(64, schedule: schedule, using: &copy)
    _ = Tensor.normal(x0.shape, using: &late)
    try #require(
      timesteps == first,
      timesteps == randomTimesteps(64, schedule: schedule, using: &late)
        ? "the noise is drawn before the timesteps; first the timesteps, then the noise"
        : "the timesteps that the network is told are not those which `randomTimesteps` draws before all else")
    let noise = Tensor.normal(x0.shape, using: &copy)
    // 1e-4 at worst, as above.
    expectClose(
      trueNoise(xt, timesteps), noise, "the noise in x_t, against what is drawn right after the timesteps",
      tolerance: 1e-3, relativeTo: .number(1))
  }

  @Test("The same seed gives the same loss, another seed another")
  func seeds() throws {
    let zero: NoisePredictor = { xt, _ in .zeros(xt.shape) }
    let (once, again, other) = (try loss(seed: 5, zero).checked(), loss(seed: 5, zero), loss(seed: 6, zero))
    #expect(
      once == again,
      "the same seed must give the same loss, for all randomness comes from the generator: yours are \(once.item) and \(again.item)"
    )
    #expect(
      once != other,
      "another seed must give another loss, for all randomness comes from the generator: yours is \(once.item) both times"
    )
    var generator = RandomGenerator(seed: 5)
    let first = noisePredictionLoss(x0, schedule: schedule, using: &generator, predictNoise: zero)
    let second = noisePredictionLoss(x0, schedule: schedule, using: &generator, predictNoise: zero)
    #expect(
      first != second,
      "the next batch must not have the same noise again, nor the same loss: yours is \(first.item) both times")
  }

  @Test("The gradient reaches the network")
  func gradient() throws {
    let weight = Parameter(Tensor(0.5))
    let loss = try loss { trueNoise($0, $1) * weight.value }.checked()
    try #require(loss.shape == [], "the loss is a scalar: yours has the shape \(loss.shape) instead of []")
    let gradient = try #require(
      loss.gradients()[weight], "no gradient reaches the network's parameter: the loss was computed without recording")
    // The loss is 0.25 · mean ε² and its derivative −mean ε²: −4 times the loss.
    let (found, expected) = (Double(gradient.item), -4 * Double(loss.item))
    #expect(
      agree(found, expected, relative: 1e-3),
      likelyMistake(
        found, insteadOf: expected, [:],
        otherwise: "for ε̂ = w · ε with w = ½ the loss is ¼ of the mean of ε², and its derivative −4 times that"))
  }

  @Test("What does not fit is a fault")
  func misfits() {
    #expect(
      loss { _, _ in .zeros([64, 16, 16, 2]) }.fault != nil,
      "a prediction of another shape must make the loss faulty: [64, 16, 16, 2] for x_t of [64, 16, 16, 1]")
    #expect(
      loss { _, _ in .zeros([1, 16, 16, 1]) }.fault != nil,
      "one prediction for all images must not be stretched to fit, but make the loss faulty: no error would show the mistake"
    )
    #expect(loss { _, _ in Tensor(0) }.fault != nil, "a number must not be stretched to fit, but make the loss faulty")
    let unfinished = Fault("unfinished")
    #expect(loss { _, _ in Tensor(fault: unfinished) }.fault == unfinished, "the network's fault is passed on")
    var generator = RandomGenerator(seed: 1)
    let faulty = noisePredictionLoss(
      Tensor(fault: unfinished), schedule: schedule, using: &generator, predictNoise: { xt, _ in xt })
    #expect(faulty.fault == unfinished, "the images' fault is passed on")
  }

  @Test("The caller's generator moves on, and a loss that is not finite stays so")
  func generatorAndLoss() {
    let (schedule, x0) = (
      NoiseSchedule(betas: randomBetas(10, in: 0.02..<0.2, seed: 64)), normal([2, 3, 2, 1], seed: 65)
    )
    var (generator, before) = (RandomGenerator(seed: 66), RandomGenerator(seed: 66))
    let loss = noisePredictionLoss(x0, schedule: schedule, using: &generator) { xt, _ in xt * Float.infinity }
    #expect(!loss.isFinite, "a network that predicts infinite noise has no finite loss: yours is \(loss.item)")
    _ = randomTimesteps(2, schedule: schedule, using: &before)
    _ = Tensor.normal(x0.shape, using: &before)
    #expect(
      generator.next() == before.next(),
      """
      the generator is not behind the timesteps and the noise, so that the next call draws some of the same: draw both with the \
      one that was handed in, not a copy
      """)
  }
}

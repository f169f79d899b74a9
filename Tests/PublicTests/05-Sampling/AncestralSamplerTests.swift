import ForwardDiffusion
import Loss
import Sampling
import Tensors
import TestSupport
import Testing

/// The whole way back, with networks that need no training.
@Suite("5.4 The way back", .exercise("5.4"))
struct Exercise5_4 {
  static let schedules = [
    NoiseSchedule(betas: referenceLinearBetas(100)), NoiseSchedule(betas: referenceCosineBetas(100)),
    NoiseSchedule(betas: referenceCosineBetas(10)),
  ]

  private let data = GaussianData(mean: 0.5, deviation: 0.25)

  @Test("With normal data and the best network, mean and variance at every t are known", arguments: schedules)
  func moments(schedule: NoiseSchedule) throws {
    let expected = data.moments(sampledWith: schedule)
    var generators = drawing(64)
    var found: [(mean: Double, variance: Double)] = []
    let sampler = AncestralSampler(schedule: schedule, clipsPrediction: false)
    let images = sampler.sample(
      imageShape: [32, 32, 1], generators: &generators, predictNoise: data.predictor(for: schedule)
    ) { _, x in found.append(meanAndVariance(x.scalars)) }
    try images.checked()
    try #require(
      found.count == expected.count,
      "onStep is called before the first step and after each: yours is called \(found.count) times instead of \(expected.count)"
    )

    let count = Double(64 * 32 * 32)
    for (steps, (found, expected)) in zip(found, expected).enumerated() {
      // Six standard errors: a false alarm in one of 500 million, for each of at most 202 comparisons.
      let place =
        steps == 0
        ? "x_T, which is standard normal"
        : "after the step at t = \(schedule.timestepCount - steps), of T = \(schedule.timestepCount)"
      try #require(
        abs(found.mean - expected.mean) < 6 * (expected.variance / count).squareRoot(),
        likelyMistake(
          found.mean, insteadOf: expected.mean, [:],
          otherwise: steps == 0 ? "it has the mean 0" : "the mean of pixels drawn with normal data and the best network"
        ).about(place))
      try #require(
        abs(found.variance / expected.variance - 1) < 6 * (2 / count).squareRoot(),
        likelyMistake(
          found.variance, insteadOf: expected.variance,
          steps == 0 ? ["the noise is uniform between 0 and 1, not normal": 1.0 / 12] : [:], within: 0.1,
          otherwise: steps == 0
            ? "it has the variance 1" : "the variance of pixels drawn with normal data and the best network"
        ).about(place))
    }
  }

  @Test("If all data is one image, that image is drawn", arguments: schedules, [false, true])
  func onePoint(schedule: NoiseSchedule, clipsPrediction: Bool) throws {
    var generators = drawing(4)
    let data = GaussianData(mean: 0.75, deviation: 0)
    let images = AncestralSampler(schedule: schedule, clipsPrediction: clipsPrediction).sample(
      imageShape: [4, 4, 2], generators: &generators, predictNoise: data.predictor(for: schedule))
    // The last step subtracts numbers of the size of x_1, about 1, and rounds a few times.
    expectClose(
      images, Tensor(repeating: 0.75, shape: [4, 4, 4, 2]),
      "the images, where all data is one image, of T = \(schedule.timestepCount), \(clipsPrediction ? "" : "not ")clipped",
      tolerance: 2e-6)
  }

  @Test("With clipping no network, however wrong, leads out of [−1, 1]", arguments: schedules)
  func bounded(schedule: NoiseSchedule) throws {
    var generators = drawing(3)
    let images = try AncestralSampler(schedule: schedule).sample(
      imageShape: [4, 4, 1], generators: &generators, predictNoise: { xt, _ in xt * -3 + 1 }
    ).checked()
    // x̂_0 is in [−1, 1], and at t = 0 its weight is 1, but for the rounding to Float.
    let largest = images.scalars.map(abs).reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
    #expect(
      largest <= 1 + 1e-6,
      "with clipping, which is the default, no pixel is beyond ±1: the largest of yours is \(largest) instead of at most 1"
    )
  }

  @Test("x is shown T + 1 times, and the network is asked once for each t, from T − 1 to 0")
  func steps() throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(7))
    var generators = drawing(2)
    var (remaining, shown, asked): ([Int], [Tensor], [[Int]]) = ([], [], [])
    var inputs: [Tensor] = []
    let images = AncestralSampler(schedule: schedule).sample(
      imageShape: [3, 5, 2], generators: &generators,
      predictNoise: { xt, timesteps in
        asked.append(timesteps)
        inputs.append(xt)
        return xt * 0.5
      },
      onStep: { steps, x in
        remaining.append(steps)
        shown.append(x)
      })
    let shape = try images.checked().shape
    #expect(
      shape == [2, 3, 5, 2],
      "an image of 3 × 5 pixels from each of two generators: yours is \(shape) instead of [2, 3, 5, 2]")
    let order = asked.compactMap(\.first)
    let down = Array((0..<7).reversed())
    let hint =
      order == down.reversed()
      ? "this is the way into the noise; the way back begins at T − 1"
      : order == [6, 5, 4, 3, 2, 1]
        ? "the last step, t = 0, is missing"
        : order == [7, 6, 5, 4, 3, 2, 1]
          ? "timesteps are counted from 0, so that the first step back is at T − 1" : "t goes from T − 1 = 6 to 0"
    #expect(order == down, "\(hint): yours asks at \(order) instead of \(down)")
    let odd = asked.first { $0.count != 2 || Set($0).count != 1 }
    #expect(
      odd == nil,
      "the network is told a timestep for each image, also where all are the same: yours are \(odd ?? []) for two images"
    )
    let left = Array((0...7).reversed())
    let counted =
      remaining == down
      ? "x_T is shown too, before the first step, with 7 steps remaining"
      : remaining == left.reversed() ? "the steps that remain are counted, not those that are done" : ""
    #expect(
      remaining == left,
      """
      \(counted.isEmpty ? "onStep is called with the number of steps that remain, 7 with x_T and 0 with the image" : counted): yours is \
      called with \(remaining) instead of \(left)
      """)
    #expect(shown.last == images, "what is shown last must be the result, and is something else")
    #expect(
      Array(shown.dropLast()) == inputs,
      "the network must see what is shown, x_T and then the result of each step, and sees something else")
    // Two images of 30 pixels; a generator that is used twice would make them alike.
    #expect(
      shown.first?.sliced(axis: 0, 0..<1) != shown.first?.sliced(axis: 0, 1..<2),
      "both images begin alike; each has noise from its own generator")
  }

  @Test("By hand: first x_T is drawn, then fresh noise for each step but the last")
  func byHand() throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(4))
    let sampler = SimpleSampler(schedule: schedule)
    var (mine, theirs) = (drawing(2, seed: 9), drawing(2, seed: 9))
    var shown: [Tensor] = []
    let images = sampler.sample(
      imageShape: [3, 3, 1], generators: &theirs, predictNoise: { xt, _ in xt * 1.5 }, onStep: { shown.append($1) })
    func noise() -> Tensor {
      .concatenated(mine.indices.map { .normal([1, 3, 3, 1], using: &mine[$0]) }, axis: 0)
    }
    var x = noise()
    try #require(
      shown.count == 5,
      "x is shown before the first step and after each of four: yours is shown \(shown.count) times instead of 5")
    let isRight = expectClose(
      shown[0], x, "x_T, which is the first noise that is drawn, standard normal, from each image's own generator",
      tolerance: 0, mistakes: ["it is zeros; the way back begins with noise": .zeros(x.shape)])
    guard isRight else { return }
    var first: Tensor?
    for t in [3, 2, 1] {
      let z = noise()
      first = first ?? z
      let before = x
      x = x * 0.5 + x * 1.5 + z * 0.25
      let reused = before * 0.5 + before * 1.5 + (first ?? z) * 0.25
      // The same operations, but for their order. What follows from a step that is off tells nothing more.
      let isRight = expectClose(
        shown[4 - t], x, "x after the step at t = \(t)", tolerance: 1e-6,
        mistakes: [
          "the noise is that of the first step again; draw fresh noise for each": t < 3 ? reused : x,
          "no noise is added; the step needs some": before * 2,
          "it is as before the step": before,
        ])
      guard isRight else { return }
      x = shown[4 - t]
    }
    expectClose(
      shown[4], x * 2, "the image, after the step at t = 0, whose noise must be zeros", tolerance: 1e-6)
    #expect(
      theirs == mine,
      "the generators have drawn more or less than x_T and three noises: the last step needs none, and images drawn next would be others"
    )
    // Doubled at each step, the image is beyond ±1.
    #expect(shown[4] == images, "what is shown last must be the result, of which nothing is clipped afterwards")
  }

  @Test("An image does not depend on the company it is drawn in")
  func company() throws {
    let schedule = NoiseSchedule(betas: referenceCosineBetas(10))
    func draw(_ streams: [UInt64]) throws -> Tensor {
      var generators = streams.map { RandomGenerator(seed: 3, stream: $0) }
      return AncestralSampler(schedule: schedule).sample(
        imageShape: [4, 4, 1], generators: &generators, predictNoise: data.predictor(for: schedule))
    }
    let streams: [UInt64] = [10, 11, 12]
    let together = try draw(streams).checked()
    try #require(
      together.shape == [3, 4, 4, 1],
      "an image of 4 × 4 pixels from each of three generators: yours is \(together.shape) instead of [3, 4, 4, 1]")
    try #require(together.isFinite, "the images must be finite: some of your numbers are not")
    for (index, stream) in streams.enumerated() {
      expectClose(
        together.sliced(axis: 0, index..<index + 1), try draw([stream]),
        "image \(index) of three, against the same generator's alone, to the bit", tolerance: 0)
    }
    expectClose(try draw(streams), together, "the same generators' images a second time", tolerance: 0)
    #expect(try draw([10]) != draw([11]), "two generators have drawn the same image; other generators draw others")
  }

  @Test("The generators move on: the next images are others")
  func nextBatch() throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(5))
    var generators = drawing(2)
    let sampler = AncestralSampler(schedule: schedule, clipsPrediction: false)
    let predictor = data.predictor(for: schedule)
    let first = sampler.sample(imageShape: [4, 4, 1], generators: &generators, predictNoise: predictor)
    let second = sampler.sample(imageShape: [4, 4, 1], generators: &generators, predictNoise: predictor)
    #expect(
      try first.checked() != second,
      "the next two images are the first two again: the generators must move on, so use no copies")
  }

  @Test("Drawing records no gradients")
  func withoutRecords() throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(3))
    var generators = drawing(1)
    let weight = Tensor(0.5).variable
    let images = AncestralSampler(schedule: schedule).sample(
      imageShape: [2, 2, 1], generators: &generators, predictNoise: { xt, _ in xt * weight })
    #expect(
      try !images.checked().requiresGradient,
      "a thousand steps through a network would fill the memory with records: withoutGradients { … }")
  }

  @Test("A fault of the network reaches the result")
  func faults() throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(10))
    var generators = drawing(1)
    let unfinished = Fault("unfinished")
    let images = AncestralSampler(schedule: schedule).sample(
      imageShape: [2, 2, 1], generators: &generators, predictNoise: { _, _ in Tensor(fault: unfinished) })
    #expect(
      images.fault == unfinished,
      "the network's fault is passed on: yours has \(images.fault?.reason ?? "none") instead of unfinished")
    let misfit = AncestralSampler(schedule: schedule).sample(
      imageShape: [2, 2, 1], generators: &generators, predictNoise: { _, _ in .ones([1, 3, 2, 1]) })
    #expect(
      misfit.fault != nil, "a prediction of [1, 3, 2, 1] does not fit images of [1, 2, 2, 1]: the images must be faulty"
    )
  }

  /// A sampler that keeps the shapes of the noise that it is given.
  private struct ShapeKeeper: ReverseSampler {
    final class Shapes: @unchecked Sendable { var all: [Shape] = [] }
    let schedule: NoiseSchedule
    let shapes = Shapes()

    func step(_ xt: Tensor, predictedNoise: Tensor, at t: Int, noise: Tensor) -> Tensor {
      shapes.all.append(noise.shape)
      return xt * 0.5 + predictedNoise
    }
  }

  @Test("Every step is given noise of all images' shape, and the network records nothing")
  func shapesAndRecords() {
    let sampler = ShapeKeeper(schedule: NoiseSchedule(betas: [0.1, 0.2, 0.3]))
    let weight = Tensor(Float(0.5)).variable
    var (generators, records) = (drawing(2), [Bool]())
    _ = sampler.sample(
      imageShape: [2, 3, 1], generators: &generators,
      predictNoise: { xt, _ in
        let predicted = xt * weight
        records.append(predicted.requiresGradient)
        return predicted
      })
    #expect(
      sampler.shapes.all == [[2, 2, 3, 1], [2, 2, 3, 1], [2, 2, 3, 1]],
      "each step, the last one too, is given noise of the shape of x_t, [2, 2, 3, 1]: yours are \(sampler.shapes.all)")
    #expect(
      records == [false, false, false],
      "while images are drawn nothing is recorded, the network's own work included: ask it `withoutGradients` too")
  }
}

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
    try #require(found.count == expected.count, "onStep is called before the first step and after each")

    let count = Double(64 * 32 * 32)
    for (steps, (found, expected)) in zip(found, expected).enumerated() {
      // Six standard errors: a false alarm in one of 500 million, for each of at most 202 comparisons.
      let place = "after \(steps) steps, at t = \(schedule.timestepCount - steps)"
      try #require(
        abs(found.mean - expected.mean) < 6 * (expected.variance / count).squareRoot(),
        "\(place), the mean is \(found.mean) instead of \(expected.mean)")
      try #require(
        abs(found.variance / expected.variance - 1) < 6 * (2 / count).squareRoot(),
        """
        \(place), the variance is \(found.variance) instead of \(expected.variance). At the first step: is x_T standard \
        normal? Later: is the added variance β̃? Much too large: is x divided by √α rather than √ᾱ? At the last step: \
        is no noise added at t = 0?
        """)
    }
  }

  @Test("If all data is one image, that image is drawn", arguments: schedules, [false, true])
  func onePoint(schedule: NoiseSchedule, clipsPrediction: Bool) throws {
    var generators = drawing(4)
    let data = GaussianData(mean: 0.75, deviation: 0)
    let images = AncestralSampler(schedule: schedule, clipsPrediction: clipsPrediction).sample(
      imageShape: [4, 4, 2], generators: &generators, predictNoise: data.predictor(for: schedule))
    // The last step subtracts numbers of the size of x_1, about 1, and rounds a few times.
    expectClose(images, Tensor(repeating: 0.75, shape: [4, 4, 4, 2]), "the images", tolerance: 2e-6)
  }

  @Test("With clipping no network, however wrong, leads out of [−1, 1]", arguments: schedules)
  func bounded(schedule: NoiseSchedule) throws {
    var generators = drawing(3)
    let images = try AncestralSampler(schedule: schedule).sample(
      imageShape: [4, 4, 1], generators: &generators, predictNoise: { xt, _ in xt * -3 + 1 }
    ).checked()
    // x̂_0 is in [−1, 1], and at t = 0 its weight is 1, but for the rounding to Float.
    #expect(images.scalars.allSatisfy { abs($0) <= 1 + 1e-6 }, "the default is to clip")
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
    #expect(try images.checked().shape == [2, 3, 5, 2])
    let order = asked.compactMap(\.first)
    #expect(
      asked.allSatisfy { $0.count == 2 },
      "a timestep for each image, also where all are the same: \(asked.first ?? []) for two images")
    let hint =
      order == Array(0..<7)
      ? ": this is the way into the noise" : order == [6, 5, 4, 3, 2, 1] ? ": the last step, t = 0, is missing" : ""
    #expect(
      order == Array((0..<7).reversed()), "t goes from T − 1 = 6 to 0, but the network is asked at \(order)\(hint)")
    #expect(asked.allSatisfy { Set($0).count == 1 }, "all images are at the same timestep")
    #expect(remaining == Array((0...7).reversed()), "x_T with 7 steps before the end, the image with none")
    #expect(shown.last == images, "what is shown last is the result")
    #expect(Array(shown.dropLast()) == inputs, "the network sees what is shown")
    // Two images of 30 pixels; a generator that is used twice would make them alike.
    #expect(shown.first?.sliced(axis: 0, 0..<1) != shown.first?.sliced(axis: 0, 1..<2))
  }

  @Test("By hand: first x_T is drawn, then fresh noise for each step but the last")
  func byHand() throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(4))
    let sampler = SimpleSampler(schedule: schedule)
    var (mine, theirs) = (drawing(2, seed: 9), drawing(2, seed: 9))
    var shown: [Tensor] = []
    let images = sampler.sample(
      imageShape: [3, 3, 1], generators: &theirs, predictNoise: { xt, _ in xt * 0.125 }, onStep: { shown.append($1) })
    func noise() -> Tensor {
      .concatenated(mine.indices.map { .normal([1, 3, 3, 1], using: &mine[$0]) }, axis: 0)
    }
    var x = noise()
    try #require(shown.count == 5, "x is shown before the first step and after each of four")
    #expect(shown[0] == x, "x_T is standard normal noise, of each image's own generator")
    var first: Tensor?
    for t in [3, 2, 1] {
      let z = noise()
      first = first ?? z
      let before = x
      x = x * 0.5 + x * 0.125 + z * 0.25
      let reused = before * 0.5 + before * 0.125 + (first ?? z) * 0.25
      let hint = t < 3 && shown[4 - t] == reused ? ": the noise is that of the first step again; draw fresh noise" : ""
      // The same operations, but for their order.
      expectClose(shown[4 - t], x, "x after the step at t = \(t)\(hint)", tolerance: 1e-6)
      x = shown[4 - t]
    }
    #expect(
      theirs == mine,
      "the generators have drawn more or less than x_T and three noises: the last step needs none, and images drawn next would be others"
    )
    #expect(shown[4] == images)
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
    for (index, stream) in streams.enumerated() {
      #expect(
        try together.sliced(axis: 0, index..<index + 1) == draw([stream]),
        "image \(index) must draw all its noise from its own generator, to the bit")
    }
    #expect(try together == draw(streams), "the same generators must draw the same images")
    #expect(try draw([10]) != draw([11]), "other generators draw other images")
  }

  @Test("The generators move on: the next images are others")
  func nextBatch() throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(5))
    var generators = drawing(2)
    let sampler = AncestralSampler(schedule: schedule, clipsPrediction: false)
    let predictor = data.predictor(for: schedule)
    let first = sampler.sample(imageShape: [4, 4, 1], generators: &generators, predictNoise: predictor)
    let second = sampler.sample(imageShape: [4, 4, 1], generators: &generators, predictNoise: predictor)
    #expect(try first.checked() != second)
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
    #expect(images.fault == unfinished)
    let misfit = AncestralSampler(schedule: schedule).sample(
      imageShape: [2, 2, 1], generators: &generators, predictNoise: { _, _ in .ones([1, 3, 2, 1]) })
    #expect(misfit.fault != nil, "a prediction of another size does not fit")
  }
}

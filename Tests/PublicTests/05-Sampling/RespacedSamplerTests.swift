import ForwardDiffusion
import Loss
import Sampling
import Tensors
import TestSupport
import Testing

/// Fewer steps than the network was trained with.
@Suite("5.6 Fewer steps", .exercise("5.6"))
struct Exercise5_6 {
  private let timesteps = [0, 111, 222, 333, 444, 555, 666, 777, 888, 999]

  private func sampler(clipsPrediction: Bool = false) -> RespacedSampler<AncestralSampler> {
    RespacedSampler(
      AncestralSampler(schedule: linear.leaping(over: timesteps), clipsPrediction: clipsPrediction),
      timesteps: timesteps)
  }

  @Test("The network is asked at the original timesteps, from the last to the first")
  func asked() throws {
    let sampler = RespacedSampler(SimpleSampler(schedule: linear.leaping(over: timesteps)), timesteps: timesteps)
    var asked: [[Int]] = []
    var generators = drawing(2)
    let images = try sampler.sample(
      imageShape: [2, 3, 1], generators: &generators,
      predictNoise: { xt, timesteps in
        asked.append(timesteps)
        return xt * 0
      }
    ).checked()
    #expect(
      images.shape == [2, 2, 3, 1],
      "two images of 2 × 3 pixels: yours have the shape \(images.shape) instead of [2, 2, 3, 1]")
    let order = asked.compactMap(\.first)
    let hint =
      order == Array((0..<10).reversed())
      ? "these are indices of the respaced schedule, of which the network knows nothing; it learned the original timesteps"
      : order == timesteps
        ? "the way back begins at the last timestep"
        : order == (0..<10).reversed().map { 999 * $0 }
          ? "these are timesteps of timesteps; each index is translated once"
          : order.contains(-1)
            ? "one of the indices has no original timestep (−1): an index is translated once, at 0 … 9"
            : "the network is asked at the original timesteps, from the last to the first"
    try #require(
      order == timesteps.reversed(), "\(hint): yours are \(order) instead of \(Array(timesteps.reversed()))")
    let odd = asked.first { $0.count != 2 || Set($0).count != 1 }
    #expect(
      odd == nil, "each of the two images is told the same timestep: one of yours is \(odd ?? []) instead of two alike")
  }

  @Test("With normal data and the best network, ten steps of 1000 draw what they should")
  func moments() throws {
    let data = GaussianData(mean: 0.5, deviation: 0.25)
    let expected = data.moments(sampledWith: linear.leaping(over: timesteps))
    var found: [(mean: Double, variance: Double)] = []
    var generators = drawing(16)
    try sampler().sample(
      imageShape: [64, 64, 1], generators: &generators, predictNoise: data.predictor(for: linear),
      onStep: { found.append(meanAndVariance($1.scalars)) }
    ).checked()
    try #require(
      found.count == 11,
      "onStep is called before the first of ten steps and after each: yours is called \(found.count) times instead of 11"
    )
    let count = Double(16 * 64 * 64)
    for (steps, (found, expected)) in zip(found, expected).enumerated() {
      // Six standard errors: a false alarm in one of 500 million, for each of 22 comparisons.
      let isRight =
        abs(found.mean - expected.mean) < 6 * (expected.variance / count).squareRoot()
        && abs(found.variance / expected.variance - 1) < 6 * (2 / count).squareRoot()
      // What follows from a step that is off tells nothing more.
      try #require(
        isRight,
        likelyMistake(
          [found.mean, found.variance], insteadOf: [expected.mean, expected.variance], [:],
          otherwise: """
            mean and variance after \(steps) of ten steps, with a network that has to be told how noisy the images are, which \
            the original timestep says
            """))
    }
  }

  @Test("If all data is one image, that image is drawn", arguments: [1, 2, 7])
  func onePoint(count: Int) throws {
    let timesteps = (1...count).map { 1000 * $0 / count - 1 }
    let sampler = RespacedSampler(
      AncestralSampler(schedule: linear.leaping(over: timesteps), clipsPrediction: false), timesteps: timesteps)
    var generators = drawing(2)
    let images = sampler.sample(
      imageShape: [3, 3, 1], generators: &generators,
      predictNoise: GaussianData(mean: 0.75, deviation: 0).predictor(for: linear))
    // The last step divides by √ᾱ: by 0.0064 where there is one step alone. Some five roundings of 6e-8.
    expectClose(
      images, Tensor(repeating: 0.75, shape: [2, 3, 3, 1]),
      "the one image there is, drawn in \(count == 1 ? "one step" : "\(count) steps")",
      tolerance: 2e-4
    )
  }

  @Test("With all timesteps it is the sampler itself")
  func all() throws {
    let schedule = NoiseSchedule(betas: referenceCosineBetas(20))
    let plain = SimpleSampler(schedule: schedule)
    let data = GaussianData(mean: 0.2, deviation: 0.5)
    var (first, second) = (drawing(3), drawing(3))
    let expected = plain.sample(
      imageShape: [4, 4, 1], generators: &first, predictNoise: data.predictor(for: schedule))
    var remaining: [Int] = []
    let found = RespacedSampler(plain, timesteps: Array(0..<20)).sample(
      imageShape: [4, 4, 1], generators: &second, predictNoise: data.predictor(for: schedule),
      onStep: { steps, _ in remaining.append(steps) })
    expectClose(
      found, expected, "the images of a sampler that keeps all timesteps, against the sampler that is wrapped",
      tolerance: 0)
    #expect(
      first == second, "the generators are the caller's: after drawing they must have moved on as without respacing")
    #expect(
      remaining == Array((0...20).reversed()),
      """
      \(remaining.isEmpty ? "onStep is to be passed on" : "onStep is called with the number of steps that remain, 20 … 0"): yours is \
      called with \(remaining)
      """)
  }

  @Test("Timesteps that are not as many as the schedule's are a fault")
  func misfit() throws {
    var generators = drawing(1)
    let predictor = GaussianData(mean: 0, deviation: 1).predictor(for: linear)
    try sampler().sample(imageShape: [2, 2, 1], generators: &generators, predictNoise: predictor).checked()
    let wrong = RespacedSampler(AncestralSampler(schedule: linear), timesteps: timesteps)
    #expect(
      wrong.sample(imageShape: [2, 2, 1], generators: &generators, predictNoise: predictor).fault != nil,
      "10 timesteps for a schedule of 1000 must make the images faulty")
  }

  @Test(
    "The network is told the timesteps as they are, also uneven ones; who watches, how many steps are left of these")
  func uneven() {
    let sampler = RespacedSampler(
      SimpleSampler(schedule: NoiseSchedule(betas: [0.1, 0.2, 0.3])), timesteps: [1, 5, 6])
    var (generators, told, left) = (drawing(2), [[Int]](), [Int]())
    _ = sampler.sample(
      imageShape: [2, 2, 1], generators: &generators,
      predictNoise: { xt, timesteps in
        told.append(timesteps)
        return xt
      }, onStep: { remaining, _ in left.append(remaining) })
    #expect(
      told == [[6, 6], [5, 5], [1, 1]],
      "the timesteps 1, 5 and 6 are told from the last on, each for both images, however far apart they are: yours are \(told)"
    )
    #expect(
      left.suffix(3) == [2, 1, 0],
      "of three steps 2, 1 and 0 are left, whatever their timesteps: yours are \(left)")
  }

  @Test("What the sampler does without recording is still done so")
  func recording() throws {
    let weight = Tensor.ones([1]).variable
    var (generators, recorded) = (drawing(1), 0)
    let images = try sampler().sample(
      imageShape: [2, 2, 1], generators: &generators,
      predictNoise: { xt, _ in
        if xt.requiresGradient { recorded += 1 }
        return xt * weight
      }
    ).checked()
    #expect(
      !images.requiresGradient && recorded == 0,
      "while images are drawn nothing is recorded: hand the drawing to the sampler's own `sample`, which sees to that")
  }

  /// A sampler that draws in a way of its own: each image is the number of steps and twice what the network says.
  private struct OwnWay: ReverseSampler {
    let schedule: NoiseSchedule
    func step(_ xt: Tensor, predictedNoise: Tensor, at t: Int, noise: Tensor) -> Tensor { xt * .nan }
    func sample(
      imageShape: Shape, generators: inout [RandomGenerator], predictNoise: NoisePredictor,
      onStep: (_ remaining: Int, _ x: Tensor) -> Void
    ) -> Tensor {
      let index = stepCount - 1
      return predictNoise(
        .ones(Shape([generators.count] + imageShape.dimensions)), [Int](repeating: index, count: generators.count)) * 2
    }
  }

  @Test("A sampler may draw in a way of its own")
  func ownWay() {
    var generators = drawing(2)
    let images = RespacedSampler(OwnWay(schedule: NoiseSchedule(betas: [0.1, 0.2])), timesteps: [4, 9]).sample(
      imageShape: [2, 2, 1], generators: &generators,
      predictNoise: { xt, timesteps in xt * Float(timesteps.reduce(0, +)) })
    // Two images at t = 9.
    expectClose(
      images, Tensor(repeating: 36, shape: [2, 2, 2, 1]),
      "the images of a sampler with a `sample` of its own, which is to be called", tolerance: 0)
  }
}

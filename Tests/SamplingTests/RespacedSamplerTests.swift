import ForwardDiffusion
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
    #expect(images.shape == [2, 2, 3, 1])
    let order = asked.compactMap(\.first)
    let hint =
      order == Array((0..<10).reversed())
      ? ": these are indices of the respaced schedule, of which the network knows nothing; it learned the original timesteps"
      : order == timesteps ? ": the way back begins at the last" : ""
    #expect(
      order == timesteps.reversed(), "the network is asked at \(order) instead of \(Array(timesteps.reversed()))\(hint)"
    )
    #expect(asked.allSatisfy { $0.count == 2 && Set($0).count == 1 }, "each of the two images has the same timestep")
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
    try #require(found.count == 11, "onStep is called before the first of ten steps and after each")
    let count = Double(16 * 64 * 64)
    for (steps, (found, expected)) in zip(found, expected).enumerated() {
      // Six standard errors: a false alarm in one of 500 million, for each of 22 comparisons.
      #expect(
        abs(found.mean - expected.mean) < 6 * (expected.variance / count).squareRoot()
          && abs(found.variance / expected.variance - 1) < 6 * (2 / count).squareRoot(),
        """
        after \(steps) steps mean and variance are \(found) instead of \(expected): is the network told how noisy the images \
        are, which is what the original timestep says?
        """)
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
      images, Tensor(repeating: 0.75, shape: [2, 3, 3, 1]), "the one image there is, in \(count) steps", tolerance: 2e-4
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
    #expect(
      try found.checked() == expected, "nothing but what the network is told differs from the sampler that is wrapped")
    #expect(first == second, "the generators are the caller's: they move on as they do without respacing")
    #expect(
      remaining == Array((0...20).reversed()), "onStep is passed on; what remains is counted in steps that are done")
  }

  @Test("Timesteps that are not as many as the schedule's are a fault")
  func misfit() throws {
    var generators = drawing(1)
    let predictor = GaussianData(mean: 0, deviation: 1).predictor(for: linear)
    try sampler().sample(imageShape: [2, 2, 1], generators: &generators, predictNoise: predictor).checked()
    let wrong = RespacedSampler(AncestralSampler(schedule: linear), timesteps: timesteps)
    #expect(wrong.sample(imageShape: [2, 2, 1], generators: &generators, predictNoise: predictor).fault != nil)
  }
}

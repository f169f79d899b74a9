import ForwardDiffusion
import Sampling
import Schedules
import Tensors
import TestSupport
import Testing

@testable import Experiments

/// With Gaussian data the best network, the sampler and the distance are known exactly.
@Suite("Gaussian data", .onWrittenChapters)
struct GaussianDataTests {
  private let data = GaussianData(directions: [(0.5, 1), (-0.3, 0.25), (0.2, 0.01)])

  @Test("Data that are one image are drawn exactly, with any T")
  func point() {
    for count in [1, 10, 100] {
      let schedule = NoiseSchedule.linear(timestepCount: count)
      let point = GaussianData(directions: [(0.7, 0)])
      let drawn = point.drawn(by: schedule, trainedOn: schedule)[0]
      #expect(abs(drawn.mean - 0.7) < 1e-12 && drawn.variance < 1e-12, "T = \(count): \(drawn)")
    }
  }

  @Test("Of standard normal data, whose best ε̂ is √(1 − ᾱ) x, each step makes α v + β̃ of the variance v")
  func standardNormal() {
    let schedule = NoiseSchedule.linear(timestepCount: 30)
    var variance = 1.0
    for t in schedule.betas.indices.reversed() {
      variance = schedule.alphas[t] * variance + (t > 0 ? schedule.posteriorVariance(at: t) : 0)
    }
    let drawn = GaussianData(directions: [(0, 1)]).drawn(by: schedule, trainedOn: schedule)[0]
    #expect(abs(drawn.variance - variance) < 1e-12)
    #expect(drawn.mean == 0)
  }

  /// The same recursion in NumPy, which on MNIST's test images gives 86.3 for T = 100, .014 for T = 800 and 31.5 for a rebuilt
  /// T = 1300.
  @Test("It agrees with NumPy")
  func oracle() {
    func distance(_ count: Int, trainedOn trained: Int, _ mean: ReverseMeanVariant = .algorithm) -> Double {
      data.frechetDistance(
        of: data.drawn(
          by: .linear(timestepCount: count), trainedOn: .linear(timestepCount: trained), mean: mean))
    }
    for (number, expected) in [
      (distance(100, trainedOn: 100), 0.03468057754435938), (distance(800, trainedOn: 800), 5.906812662437578e-05),
      (distance(300, trainedOn: 800), 0.1843183775391482), (distance(1300, trainedOn: 800), 0.02965319076460086),
      (distance(500, trainedOn: 500, .code), 0.26940995807461143),
    ] {
      // 1300 steps with a few roundings of 1e-16 each.
      #expect(abs(number - expected) < 1e-10 * max(1, expected), "\(number) instead of \(expected)")
    }
  }

  @Test("A distance is (μ₁ − μ₂)² + (σ₁ − σ₂)² in each direction")
  func distance() {
    let drawn: [GaussianData.Direction] = [(1.5, 4), (-0.3, 0.25), (0.2, 0.04)]
    #expect(abs(data.frechetDistance(of: drawn) - (1 + 1 + 0.01)) < 1e-12)
    #expect(abs(data.varianceShare(of: drawn) - 4.29 / 1.26) < 1e-12)
  }

  /// 4,000 images of three pixels, each a direction, drawn by the chapter's sampler with the optimal predictor. Means and variances
  /// of so many scatter by 1/√n and √(2/n) of the deviation and variance: six of these are passed by chance once in 500 million.
  @Test("The course's sampler draws what the recursion says", arguments: [(20, 20), (30, 20)])
  func sampler(count: Int, trained: Int) throws {
    let (schedule, training) = (
      NoiseSchedule.squaredCosine(timestepCount: count, maximumBeta: 0.5),
      NoiseSchedule.squaredCosine(timestepCount: trained, maximumBeta: 0.5)
    )
    let expected = data.drawn(by: schedule, trainedOn: training)
    let number = 4000
    var generators = (0..<number).map { RandomGenerator(seed: 3, stream: UInt64($0)) }
    let sampler = AncestralSampler(schedule: schedule, clipsPrediction: false)
    let images = try sampler.sample(
      imageShape: [1, 3, 1], generators: &generators,
      predictNoise: { xt, timesteps in
        let alphaBar = training.alphaBars[min(timesteps[0], trained - 1)]
        let slopes = data.directions.map {
          Float((1 - alphaBar).squareRoot() / (alphaBar * $0.variance + 1 - alphaBar))
        }
        let means = data.directions.map { Float(alphaBar.squareRoot() * $0.mean) }
        return (xt - Tensor(means, shape: [1, 1, 3, 1])) * Tensor(slopes, shape: [1, 1, 3, 1])
      }
    ).checked()
    for (direction, expected) in expected.enumerated() {
      let values = (0..<number).map { Double(images.scalars[3 * $0 + direction]) }
      let mean = values.reduce(0, +) / Double(number)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(number - 1)
      let scatter = 6 / Double(number).squareRoot()
      #expect(abs(mean - expected.mean) < scatter * expected.variance.squareRoot(), "direction \(direction)")
      #expect(abs(variance - expected.variance) < 2.0.squareRoot() * scatter * expected.variance)
    }
  }

  @Test("The mean and the eigenvalues are those of the images")
  func moments() throws {
    // Two pixels, along whose sum the variance is 2 · 4/3 and along whose difference it is 0.
    let images = Tensor([0, 1, 2, 3, 2, 3, 0, 1], shape: [4, 1, 2, 1])
    let directions = try GaussianData(of: images).directions
    #expect(abs(directions[0].variance - 8.0 / 3) < 1e-9 && abs(directions[1].variance) < 1e-9)
    #expect(abs(directions.reduce(0) { $0 + $1.mean * $1.mean } - (1 + 4)) < 1e-9, "the mean keeps its length")
  }

  @Test("The loss of standard normal data is the mean of ᾱ")
  func floor() {
    let schedule = NoiseSchedule.squaredCosine(timestepCount: 50)
    let floor = GaussianData(directions: [(3, 1)]).lossFloor(schedule)
    #expect(abs(floor - schedule.alphaBars.reduce(0, +) / 50) < 1e-12)
    // Where all is noise there is nothing to mistake; of a quarter of the variance there is less to mistake.
    #expect(GaussianData(directions: [(3, 0)]).lossFloor(schedule) == 0)
    let quarter = schedule.alphaBars.reduce(0) { $0 + $1 / 4 / ($1 / 4 + 1 - $1) } / 50
    #expect(abs(GaussianData(directions: [(3, 1)]).lossFloor(schedule, contrast: 0.5) - quarter) < 1e-12)
  }

  @Test("A rebuilt schedule costs what retraining does not: the V of report 001")
  func valley() {
    func distances(_ counts: [Int], _ trained: (Int) -> Int) -> [Double] {
      counts.map { count in
        data.frechetDistance(
          of: data.drawn(by: .linear(timestepCount: count), trainedOn: .linear(timestepCount: trained(count))))
      }
    }
    let retrained = distances([100, 300, 800, 1300]) { $0 }
    #expect(zip(retrained, retrained.dropFirst()).allSatisfy { $0 > $1 }, "\(retrained)")
    let rebuilt = distances([300, 700, 800, 900, 1300]) { _ in 800 }
    #expect(rebuilt.min() == rebuilt[2], "\(rebuilt)")
    #expect(rebuilt[2] < rebuilt[3] && rebuilt[3] < rebuilt[4], "\(rebuilt)")
  }
}

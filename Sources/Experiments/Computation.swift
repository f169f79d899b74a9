import Datasets
import ForwardDiffusion
import Learning
import Reports
import Schedules
import Tensors
import Training

/// What a cell computes without a training.
public enum Computation: Codable, Equatable, Sendable {
  /// The Fréchet distance of what is drawn from Gaussian data, for each number of timesteps: with the best network for each, and
  /// with the best one for `trained` timesteps, sampled with a schedule made anew.
  case timestepTable(GaussianSource, timesteps: [Int], trained: Int)
  /// The Fréchet distance of what is drawn with each of CS771's means, and the share of the variance that is left.
  case reverseMeans(GaussianSource, timesteps: Int)
  /// The loss that the best linear network has with each of Assignment 2's settings.
  case lossFloors(GaussianSource)
  /// The largest gradient in each part of the cross-attention of a recipe's network.
  case crossAttentionGradients(Recipe)
  /// How many parameters the networks of recipes have, by name.
  case parameterCounts([String: Recipe])
  /// The Fréchet distance between two halves of the real images, for several numbers of images.
  case realAgainstReal(DataConfiguration, counts: [Int])

  /// The images that it is about; nil where there are none.
  var data: DataConfiguration? {
    switch self {
    case .timestepTable(let source, _, _), .reverseMeans(let source, _), .lossFloors(let source): source.data
    case .crossAttentionGradients, .parameterCounts: nil
    case .realAgainstReal(let data, _): data
    }
  }

  /// Computes it.
  ///
  /// - Parameters:
  ///   - dataPath: The folder of the data, where it needs one.
  ///   - makeScorer: Makes the scorer of some data.
  ///   - shouldStop: Asked from time to time; then a `CancellationError` is thrown.
  /// - Returns: The numbers by name.
  func numbers(
    dataPath: String?, makeScorer: (DataConfiguration) throws -> ImageScorer, shouldStop: () -> Bool
  ) throws -> [String: Double] {
    let record = UnfinishedRecord()
    let numbers = try UnfinishedRecord.$current.withValue(record) {
      switch self {
      case .timestepTable(let source, let counts, let trained):
        let data = try source.gaussianData(dataPath: dataPath)
        return try Self.timestepTable(data, counts, trained: trained, shouldStop)
      case .reverseMeans(let source, let count):
        return Self.reverseMeans(try source.gaussianData(dataPath: dataPath), timesteps: count)
      case .lossFloors(let source): return Self.lossFloors(try source.gaussianData(dataPath: dataPath))
      case .crossAttentionGradients(let recipe): return try recipe.crossAttentionGradients()
      case .parameterCounts(let recipes): return recipes.compactMapValues(\.parameterCount)
      case .realAgainstReal(var data, let counts):
        data.path = dataPath
        return try Self.realAgainstReal(data, counts: counts, scorer: makeScorer(data))
      }
    }
    try record.check()
    return numbers
  }

  private static func timestepTable(
    _ data: GaussianData, _ counts: [Int], trained: Int, _ shouldStop: () -> Bool
  ) throws -> [String: Double] {
    var numbers: [String: Double] = [:]
    for count in counts {
      if shouldStop() { throw CancellationError() }
      let schedule = NoiseSchedule.linear(timestepCount: count)
      let retrained = data.drawn(by: schedule, trainedOn: schedule)
      let rebuilt = data.drawn(by: schedule, trainedOn: .linear(timestepCount: trained))
      numbers["retrained/\(count)"] = data.frechetDistance(of: retrained)
      numbers["rebuilt/\(count)"] = data.frechetDistance(of: rebuilt)
    }
    return numbers
  }

  private static func reverseMeans(_ data: GaussianData, timesteps: Int) -> [String: Double] {
    let schedule = NoiseSchedule.linear(timestepCount: timesteps)
    var numbers: [String: Double] = [:]
    for variant in ReverseMeanVariant.allCases {
      let drawn = data.drawn(by: schedule, trainedOn: schedule, mean: variant)
      // A mean that grows with every step leaves the range of numbers; there is no distance then.
      numbers["\(variant.rawValue)/frechet"] = data.frechetDistance(of: drawn)
      numbers["\(variant.rawValue)/variance"] = data.varianceShare(of: drawn)
    }
    return numbers
  }

  private static func lossFloors(_ data: GaussianData) -> [String: Double] {
    let cosine = NoiseSchedule.squaredCosine(timestepCount: 1000)
    return [
      "least cosine β": cosine.betas.min() ?? .nan, "most cosine β": cosine.betas.max() ?? .nan,
      "linear 1000": data.lossFloor(.linear(timestepCount: 1000)),
      "cosine 1000": data.lossFloor(cosine),
      "cosine 100": data.lossFloor(.squaredCosine(timestepCount: 100)),
      "cosine 10": data.lossFloor(.squaredCosine(timestepCount: 10)),
      "cosine 1000 in [0, 1]": data.lossFloor(cosine, contrast: 0.5),
    ]
  }

  private static func realAgainstReal(_ data: DataConfiguration, counts: [Int], scorer: ImageScorer) throws -> [String:
    Double]
  {
    let source = try data.open(seed: 0)
    var numbers: [String: Double] = [:]
    for count in counts {
      let halves = [0..<count, count..<2 * count].map { source.images(at: Array($0)).images }
      numbers["halves/\(count)"] = try scorer.frechetDistance(of: halves[0], from: halves[1])
      // Rounding may leave a little less than 0.
      numbers["itself/\(count)"] = max(0, try scorer.frechetDistance(of: halves[0], from: halves[0]))
    }
    return numbers
  }
}

extension Recipe {
  /// The number of parameters of its network; nil for a GAN, which has two.
  fileprivate var parameterCount: Double? {
    var generator = RandomStreams(seed: seed).weights
    return objective.denoising.map {
      Double($0.network.configuration.makeNetwork(using: &generator).parameterCount)
    }
  }
}

/// The images whose mean and covariance Gaussian data has.
public struct GaussianSource: Codable, Equatable, Sendable {
  /// Built-in digits, or MNIST's test images; at which size.
  public var data: DataConfiguration
  /// How many of them.
  public var count: Int

  /// The report's own: all test images of MNIST.
  static let mnist = GaussianSource(
    data: DataConfiguration(.mnist, imageSide: 28, imageChannels: 1), count: 10_000)
  /// Built-in digits of a quarter of the size: few enough pixels for seconds.
  static let synthetic = GaussianSource(
    data: DataConfiguration(.synthetic, imageSide: 14, imageChannels: 1), count: 1000)

  func gaussianData(dataPath: String?) throws -> GaussianData {
    var data = self.data
    data.path = dataPath
    // What MNIST's training images are for others is its test images here: the published numbers are theirs.
    var source = try data.open(seed: 1)
    if let dataPath, data.source == .mnist { source = try MNIST(folder: dataPath, split: .test) }
    return try GaussianData(of: data.prepared(source.images(at: Array(0..<count)).images))
  }
}

import Conditioning
import Datasets

// How often images show what their labels say, by the functions of chapter 6.

/// How many of the wanted objects a classifier finds among its surest classes, where images show sets of them.
public struct TopKScores: Codable, Equatable, Sendable {
  /// How many images were looked at.
  public let imageCount: Int
  /// The accuracy with each image counting the same.
  public let mean: Double
  /// The accuracy with each object counting the same.
  public let pooled: Double

  /// Draws or reads all images of a set and looks at them.
  ///
  /// - Parameter onProgress: Told how many images have been seen.
  /// - Throws: A ``ScoringError`` where it is not known which sets the images show; otherwise as ``scores(of:against:using:onProgress:)``.
  public init(of set: ImageSet, using classifier: Classifier, onProgress: (Int) -> Void = { _ in }) throws {
    guard let scores = try Observations(of: set, by: classifier, onProgress: onProgress).topK else {
      throw ScoringError("\(set.name): it is not known which sets of classes they show")
    }
    self = scores
  }

  init(imageCount: Int, mean: Double, pooled: Double) {
    self.imageCount = imageCount
    self.mean = mean
    self.pooled = pooled
  }
}

/// How well a classifier recognizes images, which needs no real ones to be compared with.
public struct Recognition: Equatable, Sendable {
  /// The share of the images of whose class the classifier is more than 90 % sure.
  public let confidentShare: Double
  /// How often its surest class is what the image should show; nil where that is not known.
  public let accuracy: Double?
  /// The mean of all pixels, from 0, black, to 255, white.
  public let meanInk: Double

  /// Draws or reads all images of a set and looks at them.
  ///
  /// - Throws: As ``scores(of:against:using:onProgress:)``.
  public init(of set: ImageSet, using classifier: Classifier) throws {
    let seen = try Observations(of: set, by: classifier)
    (confidentShare, accuracy, meanInk) = (seen.confidentShare, try seen.accuracy, seen.meanInk)
  }
}

extension Observations {
  /// For sets of classes; nil where images show one class each, or nothing is known of them.
  var topK: TopKScores? {
    get throws {
      guard case .sets(let sets) = labels else { return nil }
      let (hits, counts) = (try topKHits(scores: probabilities, labels: sets), sets.map(\.count))
      guard counts.contains(where: { $0 > 0 }) else { return nil }
      return TopKScores(
        imageCount: sets.count, mean: meanAccuracy(hits: hits, labelCounts: counts),
        pooled: pooledAccuracy(hits: hits, labelCounts: counts))
    }
  }

  /// How often the classifier's surest class is the label, for each class; nil where images show no one class each.
  var perClass: [Int: Double]? {
    get throws {
      guard case .classes(let classes) = labels else { return nil }
      let hits = try topKHits(scores: probabilities, labels: classes.map { [$0] })
      return Dictionary(grouping: zip(classes, hits), by: \.0).mapValues { pairs in
        Double(pairs.reduce(0) { $0 + $1.1 }) / Double(pairs.count)
      }
    }
  }

  /// How often the labels are found: with one class an image the accuracy, with sets the top-k accuracy over images.
  var accuracy: Double? {
    get throws {
      switch labels {
      case .none: return nil
      case .sets: return try topK?.mean
      case .classes(let classes):
        let hits = try topKHits(scores: probabilities, labels: classes.map { [$0] })
        return meanAccuracy(hits: hits, labelCounts: classes.map { _ in 1 })
      }
    }
  }
}

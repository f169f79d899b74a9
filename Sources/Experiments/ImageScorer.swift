import Datasets
import Foundation
import Reports
import Scoring
import Tensors
import Training

/// Scores what a network drew by the shipped classifier for its data.
struct ImageScorer {
  private let classifier: Classifier
  private let data: DataConfiguration
  private let dataPath: String?
  private let cache: URL
  private let onProgress: (ScoringStage, Int, Int) -> Void

  /// Reads the classifier.
  ///
  /// - Parameters:
  ///   - data: What the network was trained on.
  ///   - dataPath: The folder of the real images, where they come from one.
  ///   - cache: A folder for the statistics of real images.
  ///   - onProgress: Told how far each stage of a scoring is.
  /// - Throws: One line where there is no classifier for such images.
  init(
    _ data: DataConfiguration, dataPath: String?, cache: URL,
    onProgress: @escaping (_ stage: ScoringStage, _ done: Int, _ total: Int) -> Void
  ) throws {
    let kind = try Self.kind(of: data)
    classifier = try Classifier(contentsOf: kind.classifier.url().path, name: kind.classifier.name)
    (self.data, self.dataPath, self.cache, self.onProgress) = (data, dataPath, cache, onProgress)
  }

  private static func kind(of data: DataConfiguration) throws -> Reference.Kind {
    switch data.source {
    case .mnist: .mnist
    case .synthetic: .synthetic
    case .scenes, .iclevr: .scenes
    case .cifar10: .cifarCats
    case .folder: throw ExperimentError("there is no classifier for pictures in a folder")
    }
  }

  /// How good images are, by name.
  ///
  /// - Parameters:
  ///   - images: More than the classifier has features, from 0 to 1.
  ///   - labels: What they were drawn for.
  ///   - subject: The class of CIFAR-10 that all of them show, which is compared with real images of that class; nil for the cats,
  ///     and for other data.
  func scores(of images: Tensor, showing labels: Labels, subject: String?) throws -> [String: Double] {
    let set = try ImageSet(images, labels: labels, classNames: data.classNames ?? [])
    let scores = try Scoring.scores(of: set, against: try reference(subject), using: classifier, onProgress: onProgress)
    let numbers: [String: Double?] = [
      "frechet": scores.frechetDistance, "floor": scores.floor, "precision": scores.precision,
      "recall": scores.recall, "confident": scores.confidentShare, "real confident": scores.realConfidentShare,
      "ink": scores.meanInk, "real ink": scores.realMeanInk, "accuracy": scores.accuracy,
    ]
    return numbers.compactMapValues { $0 }
  }

  private func reference(_ subject: String?) throws -> Reference {
    guard let subject, subject != "cat", data.source == .cifar10, let dataPath else {
      return try Reference(
        Self.kind(of: data), dataPath: dataPath, imageSide: data.imageSide, for: classifier, cache: cache)
    }
    func set(_ split: CIFAR10.Split) throws -> ImageSet {
      let source = try CIFAR10(folder: dataPath, split: split, classes: [subject])
      return ImageSet(source, at: Array(0..<(source.count ?? 0)), imageSide: data.imageSide, name: "real images")
    }
    return Reference(name: "cifar-\(subject)", images: try set(.train), heldOut: try set(.test), cache: cache)
  }

  /// How many of the objects that were asked for are found in scenes: with each scene counting the same, and with each object.
  func accuracies(of images: Tensor, showing labels: Labels) throws -> [String: Double] {
    let set = try ImageSet(images, labels: labels, classNames: data.classNames ?? [])
    let scores = try TopKScores(of: set, using: classifier)
    return ["meanAccuracy": scores.mean, "pooledAccuracy": scores.pooled]
  }

  /// How sure the classifier is of each image's class, from 0 to 1.
  func confidences(of images: Tensor) throws -> [Double] {
    try classifier.confidences(of: try ImageSet(images))
  }

  /// The Fréchet distance between real images and others of the data, from 0 to 1.
  func frechetDistance(of images: Tensor, from others: Tensor) throws -> Double {
    let others = try ImageSet(others)
    let reference = Reference(name: "others", images: others, heldOut: others)
    return try Scoring.scores(
      of: try ImageSet(images), against: reference, using: classifier, onProgress: onProgress
    ).frechetDistance
  }
}

import Evaluation
import Foundation
import Tensors

/// What is known of a reference as a classifier sees it. Computing it takes a look at many thousands of images, so it is kept in
/// a file.
struct ReferenceStatistics: Equatable {
  /// How many images it is of.
  let count: Int
  /// The mean of their features.
  let mean: [Double]
  /// The rows of the covariance of their features.
  let covariance: [[Double]]
  /// How often the classifier is right about real images that it was not trained with; nil where they show none of its classes.
  let classifierAccuracy: Double?

  /// For the Fréchet distance.
  var features: FeatureStatistics { FeatureStatistics(mean: mean, covariance: SquareMatrix(rows: covariance)) }

  /// Looks at all images.
  init(
    of reference: Reference, by classifier: Classifier, onProgress: (_ done: Int, _ total: Int) -> Void
  ) throws {
    let total = reference.images.count + reference.judged.count
    let seen = try Observations(of: reference.images, by: classifier) { onProgress($0, total) }
    let judged = try Observations(of: reference.judged, by: classifier) {
      onProgress(reference.images.count + $0, total)
    }
    let statistics = try FeatureStatistics(of: seen.features)
    try UnfinishedRecord.current.check()
    count = reference.images.count
    mean = statistics.mean
    let covariance = statistics.covariance
    self.covariance = (0..<covariance.size).map { row in (0..<covariance.size).map { covariance[row, $0] } }
    classifierAccuracy = try judged.accuracy
  }
}

// MARK: - The file

extension ReferenceStatistics: Codable {
  /// The statistics of a reference: from its file where that is there, undamaged and of these images and this classifier;
  /// otherwise computed, and written to the file.
  static func of(
    _ reference: Reference, by classifier: Classifier, onProgress: (_ done: Int, _ total: Int) -> Void
  ) throws -> ReferenceStatistics {
    guard let cache = reference.cache else {
      return try ReferenceStatistics(of: reference, by: classifier, onProgress: onProgress)
    }
    let key = try key(of: reference, by: classifier)
    let file = cache.appendingPathComponent("\(reference.name)-\(key).json")
    if let entry = try? JSONDecoder().decode(Entry.self, from: Data(contentsOf: file)), entry.isSound(key, classifier) {
      return entry.statistics
    }
    let statistics = try ReferenceStatistics(of: reference, by: classifier, onProgress: onProgress)
    let entry = Entry(key: key, checksum: statistics.checksum, statistics: statistics)
    do {
      try FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
      try JSONEncoder().encode(entry).write(to: file, options: .atomic)
    } catch {
      throw ScoringError("\(file.path): cannot be written")
    }
    return statistics
  }

  /// Stands for the classifier's weights, the number of images and, by the first of them, which images they are.
  private static func key(of reference: Reference, by classifier: Classifier) throws -> String {
    var fingerprint = Fingerprint()
    for character in classifier.fingerprint.utf8 { fingerprint.add(UInt64(character)) }
    for set in [reference.images, reference.judged] {
      fingerprint.add(UInt64(set.count))
      fingerprint.add(classifier.fitted(try set.images(at: 0..<min(Classifier.batch, set.count)).images))
    }
    return fingerprint.text
  }

  /// What the file holds.
  private struct Entry: Codable {
    let key: String
    let checksum: String
    let statistics: ReferenceStatistics

    func isSound(_ key: String, _ classifier: Classifier) -> Bool {
      key == self.key && checksum == statistics.checksum && statistics.mean.count == classifier.featureWidth
    }
  }

  private var checksum: String {
    var fingerprint = Fingerprint()
    fingerprint.add(UInt64(bitPattern: Int64(count)))
    for row in [mean] + covariance + [classifierAccuracy.map { [$0] } ?? []] { fingerprint.add(row) }
    return fingerprint.text
  }
}

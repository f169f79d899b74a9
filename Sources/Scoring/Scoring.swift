import Datasets
import Evaluation
import Reports
import Tensors

/// The parts of scoring that take long, for showing how far it is.
public enum ScoringStage: String, Sendable {
  /// Looking at the real images; left out where their statistics are kept.
  case reference = "real images"
  /// Looking at the real images that are held out.
  case heldOut = "held-out real images"
  /// Drawing or reading the images, and looking at them.
  case images = "images"
  /// Laying the lines of the extrapolation.
  case extrapolation = "extrapolations"
}

/// Scores images by what a classifier sees in them.
///
/// - Parameters:
///   - set: The images, more than the classifier has features.
///   - reference: Real images of the same kind and size.
///   - classifier: A classifier for such images.
///   - onProgress: Told how far each stage is.
/// - Throws: A ``ScoringError``, one line, where there are too few images or they are of another kind than the classifier's; the
///   `Fault` of an exercise that is not written yet; what reading or drawing the images throws.
public func scores(
  of set: ImageSet, against reference: Reference, using classifier: Classifier,
  onProgress: (_ stage: ScoringStage, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
) throws -> Scores {
  let width = classifier.featureWidth
  guard set.count > width else {
    throw ScoringError(
      "\(set.name): \(set.count) images are too few; with \(width) features a covariance needs \(width + 1)")
  }
  try classifier.check(set)
  try ScoringRehearsal.run()
  let statistics = try ReferenceStatistics.of(reference, by: classifier) { onProgress(.reference, $0, $1) }
  let heldOut = reference.heldOut.prefix(set.count)
  let real = try Observations(of: heldOut, by: classifier) { onProgress(.heldOut, $0, heldOut.count) }
  let seen = try Observations(of: set, by: classifier) { onProgress(.images, $0, set.count) }.shuffled()
  let extrapolation = try Extrapolation(of: seen.features, to: statistics.features) {
    onProgress(.extrapolation, $0, $1)
  }
  // Finding neighbors takes time with the square of their number.
  let neighborCount = min(1000, seen.features.shape[0], real.features.shape[0])
  let (precision, recall) = try precisionAndRecall(
    generated: seen.features.sliced(axis: 0, 0..<neighborCount),
    real: real.features.sliced(axis: 0, 0..<neighborCount), k: 3)
  let perClass = try seen.perClass?.map { (classifier.classNames[$0], $1) }
  let topK = try seen.topK
  let scores = Scores(
    reference: reference.name, referenceCount: statistics.count, imageCount: set.count, classifier: classifier.name,
    featureLayer: ImageClassifier.featureLayer, featureWidth: width, classifierAccuracy: statistics.classifierAccuracy,
    frechetDistance: frechetDistance(try FeatureStatistics(of: seen.features), statistics.features),
    floor: frechetDistance(try FeatureStatistics(of: real.features), statistics.features),
    floorCount: real.features.shape[0], extrapolatedDistance: extrapolation?.distance,
    extrapolatedStandardError: extrapolation?.standardError, precision: precision, recall: recall,
    precisionRecallCount: neighborCount, confidentShare: seen.confidentShare, realConfidentShare: real.confidentShare,
    meanInk: seen.meanInk, realMeanInk: real.meanInk, accuracy: perClass == nil ? nil : try seen.accuracy,
    perClassAccuracy: perClass.map { Dictionary(uniqueKeysWithValues: $0) }, meanTopK: topK?.mean,
    pooledTopK: topK?.pooled)
  try UnfinishedRecord.current.check()
  return scores
}

import Foundation
import Scoring

extension Scores {
  /// The scores as a person reads them.
  ///
  /// - Parameter subject: What the features are of, in the distance's name.
  func text(subject: String) -> String {
    var lines = [
      ("\(subject)-feature Fréchet distance", number(frechetDistance)),
      ("  real images, the floor", "\(number(floor)) with \(floorCount) that are held out" + (ratio ?? "")),
    ]
    if let extrapolatedDistance, let extrapolatedStandardError {
      lines.append(
        (
          "  with infinitely many images",
          "\(number(extrapolatedDistance)) ± \(number(extrapolatedStandardError)) (one standard error)"
        ))
    }
    lines += [
      ("  images", "\(imageCount) against \(referenceCount) of \(reference)"),
      ("  features", "\(featureWidth), \(featureLayer) of \(classifier)"),
    ]
    if let classifierAccuracy { lines.append(("  the classifier's accuracy", percent(classifierAccuracy))) }
    lines += [
      ("precision", String(format: "%.3f (k = 3, \(precisionRecallCount) images of each)", precision)),
      ("recall", String(format: "%.3f", recall)),
      ("confidence above 0.9", "\(percent(confidentShare)) of the images, \(percent(realConfidentShare)) of real ones"),
      ("mean ink, 0 to 255", String(format: "%.1f, of real images %.1f", meanInk, realMeanInk)),
    ]
    if let accuracy { lines.append(("accuracy", percent(accuracy))) }
    for (name, accuracy) in (perClassAccuracy ?? [:]).sorted(by: { $0.key < $1.key }) {
      lines.append(("  \(name)", percent(accuracy)))
    }
    if let meanTopK, let pooledTopK { lines.append(("top-k accuracy", topK(meanTopK, pooledTopK, imageCount))) }
    for (name, list) in (lists ?? [:]).sorted(by: { $0.key > $1.key }) {
      lines.append(("  \(name).json", topK(list.mean, list.pooled, list.imageCount)))
    }
    let width = (lines.map(\.0.count).max() ?? 0) + 3
    return lines.map { $0 + String(repeating: " ", count: width - $0.count) + $1 + "\n" }.joined()
  }

  private var ratio: String? { floorRatio.map { String(format: "; the distance is %.2f times it", $0) } }

  private func number(_ value: Double) -> String { String(format: "%.4g", value) }

  private func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }

  private func topK(_ mean: Double, _ pooled: Double, _ count: Int) -> String {
    String(format: "%.3f over images, %.3f pooled (\(count) images)", mean, pooled)
  }
}

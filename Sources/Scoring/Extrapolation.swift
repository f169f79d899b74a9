import Evaluation
import Tensors

/// The Fréchet distance that infinitely many images would have, by the line of exercise 8.5.
struct Extrapolation {
  let distance: Double
  /// By how much the distance would change from one set of as many images to another.
  let standardError: Double

  /// How many parts of the images are left out in turn.
  private static let parts = 10

  /// Nil where there are too few images.
  ///
  /// The distance is measured in groups of all images, a half, a third, a quarter and a fifth of them, as far as these groups
  /// have twice as many images as features.
  ///
  /// The residuals of the line say little about its error: its points are of the same images, and what is uncommon about these
  /// moves all points together. So a tenth of the images is left out, each in turn, and the line laid anew. Of these θ₁ … θ₁₀,
  /// with mean θ̄, the jackknife makes the variance 9/10 · Σ (θᵢ − θ̄)². For the mean θ of independent images that is exact: leaving out
  /// the part i changes θ by (θ̄ − mean of part i) / 9. For others it is too large on average, never too small (Efron and Stein
  /// 1981): by a few percent where the distance is mostly a shift, and to a standard error 1.6 times the true one where
  /// there is no distance at all. The error of the reference's own statistics is not in it.
  ///
  /// The images left out are every tenth, so that each group loses a tenth of its own. Were they ten parts one after the other,
  /// every image would come into another group, and that alone would change the line.
  ///
  /// - Parameters:
  ///   - features: `[count, width]`, in no particular order.
  ///   - onProgress: Told how many of the lines have been laid.
  init?(
    of features: Tensor, to reference: FeatureStatistics, onProgress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    let (count, parts) = (features.shape[0], Self.parts)
    guard let all = try Self.line(features, reference) else { return nil }
    onProgress(1, parts + 1)
    var others: [Double] = []
    for part in 0..<parts {
      let kept = features.gathered(rows: (0..<count).filter { $0 % parts != part })
      guard let distance = try Self.line(kept, reference) else { return nil }
      others.append(distance)
      onProgress(part + 2, parts + 1)
    }
    let mean = others.reduce(0, +) / Double(parts)
    let squares = others.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    distance = all
    standardError = (Double(parts - 1) / Double(parts) * squares).squareRoot()
  }

  private static func line(_ features: Tensor, _ reference: FeatureStatistics) throws -> Double? {
    let (count, width) = (features.shape[0], features.shape[1])
    let counts = (1...5).map { count / $0 }.filter { $0 >= 2 * width }
    return counts.count < 2 ? nil : try extrapolatedFrechetDistance(of: features, to: reference, counts: counts)
  }
}

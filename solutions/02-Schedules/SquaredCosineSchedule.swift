import ForwardDiffusion
import RealModule
import Tensors

/// The β of the squared cosine schedule (Nichol and Dhariwal 2021, equation 17).
///
/// It is defined by its ᾱ: after step t, at (t + 1) / T of the way, ᾱ_t = f((t + 1) / T) / f(0), with
/// f(u) = cos²((u + 0.008) / 1.008 · π / 2). From that follows β_t = 1 − ᾱ_t / ᾱ_{t−1}, in which f(0) cancels, and ᾱ before
/// the first step is 1. No β may exceed `maximumBeta`: f(1) is 0, so the last would otherwise be 1, leave α = 0, and the
/// way back divides by √α. Always divide f by f, and not by the product of the α so far, which the limit may have changed. The
/// cosine is `Double.cos`.
///
/// - Parameters:
///   - timestepCount: T, at least 1.
///   - maximumBeta: What no β exceeds; 0.999 in the paper.
/// - Returns: T numbers.
public func squaredCosineBetas(timestepCount: Int, maximumBeta: Double) -> [Double] {
  // BEGIN SOLUTION 2.2
  /// What is left of the variance after t of T steps, but for the factor 1 / f(0).
  func signal(after t: Int) -> Double {
    let cosine = Double.cos((Double(t) / Double(timestepCount) + 0.008) / 1.008 * .pi / 2)
    return cosine * cosine
  }
  return (0..<timestepCount).map { t in
    min(1 - signal(after: t + 1) / signal(after: t), maximumBeta)
  }
  // END SOLUTION
}

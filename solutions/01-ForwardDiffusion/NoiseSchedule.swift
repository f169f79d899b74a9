/// How much noise each timestep adds: β, and what follows from it.
///
/// Timesteps are counted from 0, as in code, where the papers count from 1: what is at index t here is what the papers write
/// with t + 1. The clean image is x_0 in both; the image at index t has been through t + 1 steps of noise.
///
/// Everything is kept in Double: 1 − ᾱ in Float loses three digits where β is small.
public struct NoiseSchedule: Sendable, Equatable {
  /// β_t, the variance of the noise that step t adds; between 0 and 1.
  public let betas: [Double]
  /// α_t = 1 − β_t, the part of the variance that step t keeps.
  public let alphas: [Double]
  /// ᾱ_t = α_0 · α_1 ⋯ α_t, the part of the image's variance that is left after step t.
  public let alphaBars: [Double]

  /// The schedule with the given β.
  public init(betas: [Double]) {
    self.betas = betas
    alphas = betas.map { 1 - $0 }
    alphaBars = cumulativeProduct(alphas)
  }

  /// The number of timesteps, T.
  public var timestepCount: Int { betas.count }

  /// ᾱ_t / (1 − ᾱ_t), the power of the image over the power of the noise in x_t.
  public func signalToNoiseRatio(at t: Int) -> Double { alphaBars[t] / (1 - alphaBars[t]) }
}

extension NoiseSchedule: CustomStringConvertible {
  /// The schedule in a few words; its numbers would fill pages.
  public var description: String {
    guard let first = betas.first, let last = betas.last, let left = alphaBars.last else { return "no timesteps" }
    return "NoiseSchedule(T = \(timestepCount), β from \(first) to \(last), ᾱ down to \(left))"
  }
}

/// The products of the first element, the first two, the first three, ….
public func cumulativeProduct(_ factors: [Double]) -> [Double] {
  var product = 1.0
  return factors.map { factor in
    product *= factor
    return product
  }
}

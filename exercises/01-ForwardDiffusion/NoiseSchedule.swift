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

  /// The schedule with the given β; its ᾱ are an exercise's answer, and no numbers where that has the wrong length.
  public init(betas: [Double]) {
    self.betas = betas
    alphas = betas.map { 1 - $0 }
    let products = alphas.isEmpty ? [] : cumulativeProduct(alphas)
    alphaBars = products.count == betas.count ? products : betas.map { _ in .nan }
  }

  /// The schedule with β that an exercise answers with. Later exercises look them up by t, so an answer of the wrong length,
  /// which must not end the process there, becomes a schedule of the right length without numbers.
  public init(betas: [Double], timestepCount: Int) {
    self.init(betas: betas.count == timestepCount ? betas : [Double](repeating: .nan, count: max(timestepCount, 0)))
  }

  /// The number of timesteps, T.
  public var timestepCount: Int { betas.count }
}

extension NoiseSchedule: CustomStringConvertible {
  /// The schedule in a few words; its numbers would fill pages.
  public var description: String {
    guard let first = betas.first, let last = betas.last, let left = alphaBars.last else { return "no timesteps" }
    return "NoiseSchedule(T = \(timestepCount), β from \(first) to \(last), ᾱ down to \(left))"
  }
}

import ForwardDiffusion
import Schedules

/// What σ_t² is, the variance of the noise that a step back adds. The network does not learn it; these are the two choices
/// of Ho et al. 2020, section 3.2.
public enum ReverseVariance: String, Codable, CaseIterable, Sendable {
  /// β̃_t, optimal if the data are a single image.
  case posterior
  /// β_t, optimal if the pixels are independent standard normal numbers.
  case beta
}

extension NoiseSchedule {
  /// σ_t².
  ///
  /// β̃_0 is 0, and a normal distribution needs a variance: at t = 0 β̃_1 takes its place, as in the code of Ho et al.
  public func reverseVariance(_ choice: ReverseVariance, at t: Int) -> Double {
    switch choice {
    case .posterior: timestepCount > 1 ? posteriorVariance(at: max(t, 1)) : betas[t]
    case .beta: betas[t]
    }
  }
}

import ForwardDiffusion
import Sampling
import Schedules
import Tensors

/// The mean of a step back in CS771's report: its text, its code and its algorithm disagree about the factor before the brackets,
/// and only the algorithm's is right. The wrong ones are here to be measured, and nowhere else.
public enum ReverseMeanVariant: String, Codable, CaseIterable, Sendable {
  /// (x_t − β_t / √(1 − ᾱ_t) · ε̂) / √α_t, which is right.
  case algorithm
  /// Multiplied by √α_t, as in the code: each step shrinks what it should stretch.
  case code
  /// Divided by √ᾱ_t, as in the text: each step undoes the shrinking of all steps.
  case text

  /// The factor by which the mean at t differs from the right one.
  public func factor(_ schedule: NoiseSchedule, at t: Int) -> Double {
    switch self {
    case .algorithm: 1
    case .code: schedule.alphas[t]
    case .text: (schedule.alphas[t] / schedule.alphaBars[t]).squareRoot()
    }
  }
}

/// Ancestral sampling with one of these means, unclipped, and noise of variance β̃_t.
struct ReverseMeanSampler: ReverseSampler {
  let schedule: NoiseSchedule
  private let variant: ReverseMeanVariant

  init(_ variant: ReverseMeanVariant, schedule: NoiseSchedule) {
    self.variant = variant
    self.schedule = schedule
  }

  func step(_ xt: Tensor, predictedNoise: Tensor, at t: Int, noise: Tensor) -> Tensor {
    let mean = schedule.reverseMean(from: xt, noise: predictedNoise, at: t)
    guard mean.fault == nil else { return mean }
    let scaled = mean * Float(variant.factor(schedule, at: t))
    return t > 0 ? scaled + noise * Float(schedule.posteriorVariance(at: t).squareRoot()) : scaled
  }
}

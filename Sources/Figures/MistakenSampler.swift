import ForwardDiffusion
import Sampling
import Schedules
import Tensors

/// Ancestral sampling, unclipped, with one mistake of those that chapter 5 warns of, to show what it looks like.
struct MistakenSampler: ReverseSampler {
  enum Mistake: CaseIterable {
    case none
    /// α_t for ᾱ_t under the root of the mean.
    case alphaUnderRoot
    /// The mean multiplied by √α_t, not divided.
    case multiplied
    /// The noise's variance in the place of its deviation.
    case squaredDeviation
    /// The same noise in every step.
    case sameNoise
    /// x_t clipped to [−1, 1], not the predicted image.
    case clippedState
  }

  let schedule: NoiseSchedule
  let mistake: Mistake

  func step(_ xt: Tensor, predictedNoise: Tensor, at t: Int, noise: Tensor) -> Tensor {
    let (alpha, beta, alphaBar) = (schedule.alphas[t], schedule.betas[t], schedule.alphaBars[t])
    let removed = beta / (1 - (mistake == .alphaUnderRoot ? alpha : alphaBar)).squareRoot()
    let factor = mistake == .multiplied ? alpha.squareRoot() : 1 / alpha.squareRoot()
    let mean = (xt - Float(removed) * predictedNoise) * Float(factor)
    let variance = t > 0 ? schedule.posteriorVariance(at: t) : 0
    let deviation = mistake == .squaredDeviation ? variance : variance.squareRoot()
    var fixed = RandomGenerator(seed: 9)
    let added = mistake == .sameNoise ? Tensor.normal(xt.shape, using: &fixed) : noise
    let x = mean + Float(deviation) * added
    return mistake == .clippedState ? x.clamped(to: -1...1) : x
  }
}

import ForwardDiffusion
import Sampling
import Tensors
import TestSupport

// Schedules, and samplers whose steps are known without any of the chapter's formulas.

let linear = NoiseSchedule(betas: referenceLinearBetas(1000))
let cosine = NoiseSchedule(betas: referenceCosineBetas(1000))

func drawing(_ count: Int, seed: UInt64 = 1) -> [RandomGenerator] {
  (0..<count).map { RandomGenerator(seed: seed, stream: UInt64($0)) }
}

/// x_{t−1} = ½ x_t + ε̂ + ¼ z: a step that needs no schedule.
struct SimpleSampler: ReverseSampler {
  let schedule: NoiseSchedule

  func step(_ xt: Tensor, predictedNoise: Tensor, at t: Int, noise: Tensor) -> Tensor {
    xt * 0.5 + predictedNoise + noise * 0.25
  }
}

extension NoiseSchedule {
  /// Where a check of this schedule at a timestep is, for its message.
  func place(_ t: Int) -> String { "t = \(t), \(name) schedule" }

  /// What the schedule is called, for messages.
  var name: String {
    self == SamplingTests.linear ? "linear" : self == SamplingTests.cosine ? "cosine" : "T = \(timestepCount)"
  }

  /// ᾱ_{t−1}, worked out here.
  func before(_ t: Int) -> Double { t == 0 ? 1 : alphaBars[t - 1] }

  /// β̃_t, worked out here.
  func betaTilde(_ t: Int) -> Double { betas[t] * (1 - before(t)) / (1 - alphaBars[t]) }

  /// The mean of q(x_{t−1} | x_t, x_0) for one pixel, worked out here.
  func posteriorMean(_ x0: Double, _ xt: Double, at t: Int) -> Double {
    (before(t).squareRoot() * betas[t] * x0 + alphas[t].squareRoot() * (1 - before(t)) * xt) / (1 - alphaBars[t])
  }

  /// The schedule that leaps from one of the timesteps to the next: its ᾱ are those of the timesteps, worked out here.
  func leaping(over timesteps: [Int]) -> NoiseSchedule {
    NoiseSchedule(
      betas: timesteps.indices.map { 1 - alphaBars[timesteps[$0]] / ($0 == 0 ? 1 : alphaBars[timesteps[$0 - 1]]) })
  }
}

/// x_t for one timestep of all images, worked out here.
func example(_ schedule: NoiseSchedule, _ x0: Tensor, _ noise: Tensor, at t: Int) -> Tensor {
  x0 * Float(schedule.alphaBars[t].squareRoot()) + noise * Float((1 - schedule.alphaBars[t]).squareRoot())
}

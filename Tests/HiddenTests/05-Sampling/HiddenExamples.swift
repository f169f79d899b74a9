import ForwardDiffusion
import Sampling
import Tensors
import TestSupport

/// A schedule that no student has seen.
func randomSchedule(_ timestepCount: Int, seed: UInt64) -> NoiseSchedule {
  NoiseSchedule(betas: randomBetas(timestepCount, in: 0.01..<0.31, seed: seed))
}

/// One pixel's step back without noise, worked out here.
func mean(_ schedule: NoiseSchedule, _ xt: Double, _ noise: Double, at t: Int, clips: Bool) -> Double {
  let (left, before, beta) = (alphaBar(schedule.betas, t), alphaBar(schedule.betas, t - 1), schedule.betas[t])
  var x0 = (xt - (1 - left).squareRoot() * noise) / left.squareRoot()
  if clips { x0 = max(-1, min(1, x0)) }
  return (before.squareRoot() * beta * x0 + (1 - beta).squareRoot() * (1 - before) * xt) / (1 - left)
}

func drawing(_ count: Int, seed: UInt64) -> [RandomGenerator] {
  (0..<count).map { RandomGenerator(seed: seed, stream: 100 + UInt64($0)) }
}

/// x_{t−1} = 0.9 x_t − 0.2 ε̂ + (t + 1) / 10 · z.
struct OtherSampler: ReverseSampler {
  let schedule: NoiseSchedule

  func step(_ xt: Tensor, predictedNoise: Tensor, at t: Int, noise: Tensor) -> Tensor {
    let mean = xt * 0.9 - predictedNoise * 0.2
    return t > 0 ? mean + noise * (Float(t + 1) / 10) : mean
  }
}

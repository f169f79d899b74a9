import ForwardDiffusion
import Tensors

/// A schedule that no student has seen.
func randomSchedule(_ timestepCount: Int, seed: UInt64) -> NoiseSchedule {
  var generator = RandomGenerator(seed: seed, stream: 40)
  return NoiseSchedule(betas: (0..<timestepCount).map { _ in 0.002 + 0.2 * Double(generator.uniform()) })
}

/// ᾱ_t, multiplied up here.
func alphaBar(_ schedule: NoiseSchedule, _ t: Int) -> Double {
  schedule.betas.prefix(t + 1).reduce(1) { $0 * (1 - $1) }
}

/// β̃_t, worked out here.
func betaTilde(_ schedule: NoiseSchedule, _ t: Int) -> Double {
  schedule.betas[t] * (1 - alphaBar(schedule, t - 1)) / (1 - alphaBar(schedule, t))
}

import ForwardDiffusion
import TestSupport

/// A schedule that no student has seen.
func randomSchedule(_ timestepCount: Int, seed: UInt64) -> NoiseSchedule {
  NoiseSchedule(betas: randomBetas(timestepCount, in: 0.002..<0.202, seed: seed))
}

import ForwardDiffusion
import Loss
import Tensors

/// Images whose pixels are normal numbers: the one kind of data for which the best network is known, and with it what a
/// sampler must draw.
///
/// x_t is normal as well, with mean √ᾱ·m and variance D = ᾱ·s² + 1 − ᾱ, and the noise in it correlates with it:
/// E[ε | x_t] = √(1 − ᾱ) (x_t − √ᾱ·m) / D.
struct GaussianData: Sendable {
  /// m.
  let mean: Double
  /// s.
  let deviation: Double

  /// √(1 − ᾱ) / D, by which the best prediction grows with x_t.
  private func slope(_ schedule: NoiseSchedule, at t: Int) -> Double {
    let alphaBar = schedule.alphaBars[t]
    return (1 - alphaBar).squareRoot() / (alphaBar * deviation * deviation + 1 - alphaBar)
  }

  /// The best network: E[ε | x_t]; NaN at a timestep that the schedule has not.
  func predictor(for schedule: NoiseSchedule) -> NoisePredictor {
    { xt, timesteps in
      let coefficients = { (f: (Int) -> Double) in
        Tensor(
          timesteps.map { schedule.betas.indices.contains($0) ? Float(f($0)) : .nan },
          shape: [timesteps.count, 1, 1, 1])
      }
      return (xt - coefficients { schedule.alphaBars[$0].squareRoot() * mean })
        * coefficients { slope(schedule, at: $0) }
    }
  }

  /// Mean and variance of x, first with no step done, then after each: the step is linear in x, so both follow exactly.
  ///
  /// x ← √ᾱ_{t−1} · x̂_0 + √(1 − ᾱ_{t−1} − σ²) · ε̂ + σ·z with σ² = η² β̃, where x̂_0 and ε̂ are linear in x. With η = 1 it is the
  /// ancestral step.
  func moments(sampledWith schedule: NoiseSchedule, eta: Double = 1) -> [(mean: Double, variance: Double)] {
    var moments = [(mean: 0.0, variance: 1.0)]
    for done in 1...schedule.timestepCount {
      let t = schedule.timestepCount - done
      let (before, alphaBar) = (moments[moments.count - 1], schedule.alphaBars[t])
      let previous = t == 0 ? 1 : schedule.alphaBars[t - 1]
      let variance = eta * eta * schedule.betas[t] * (1 - previous) / (1 - alphaBar)
      // What ε̂ does to x: through x̂_0, and for itself.
      let pull =
        (1 - previous - variance).squareRoot() - (previous / alphaBar).squareRoot() * (1 - alphaBar).squareRoot()
      let factor = (previous / alphaBar).squareRoot() + pull * slope(schedule, at: t)
      moments.append(
        (
          mean: factor * before.mean - pull * slope(schedule, at: t) * alphaBar.squareRoot() * mean,
          variance: factor * factor * before.variance + variance
        ))
    }
    return moments
  }
}

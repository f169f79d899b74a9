import ForwardDiffusion
import Loss
import Schedules
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

  /// The best network: E[ε | x_t].
  func predictor(for schedule: NoiseSchedule) -> NoisePredictor {
    { xt, timesteps in
      let coefficients = { (f: (Int) -> Double) in
        Tensor(timesteps.map { Float(f($0)) }, shape: [timesteps.count, 1, 1, 1])
      }
      return (xt - coefficients { schedule.alphaBars[$0].squareRoot() * mean })
        * coefficients { slope(schedule, at: $0) }
    }
  }

  /// Mean and variance of x, first with no step done, then after each: the step is linear in x, so both follow exactly.
  ///
  /// x ← A·x + B + √β̃·z, with A = (1 − β / √(1 − ᾱ) · slope) / √α; and no noise at t = 0.
  func moments(sampledWith schedule: NoiseSchedule) -> [(mean: Double, variance: Double)] {
    var moments = [(mean: 0.0, variance: 1.0)]
    for t in schedule.betas.indices.reversed() {
      let (before, beta, alphaBar) = (moments[moments.count - 1], schedule.betas[t], schedule.alphaBars[t])
      let pull = beta / (1 - alphaBar).squareRoot() * slope(schedule, at: t)
      let root = (1 - beta).squareRoot()
      let previous = t == 0 ? 1 : schedule.alphaBars[t - 1]
      moments.append(
        (
          mean: ((1 - pull) * before.mean + pull * alphaBar.squareRoot() * mean) / root,
          variance: (1 - pull) * (1 - pull) / (1 - beta) * before.variance
            + beta * (1 - previous) / (1 - alphaBar)
        ))
    }
    return moments
  }
}

import ForwardDiffusion

// The posterior q(x_{t−1} | x_t, x_0): where x_t came from, for one who knows x_0. It is a normal distribution, and its mean
// mixes the two. (Ho et al. 2020, equations 6 and 7.)

extension NoiseSchedule {
  /// ᾱ_{t−1}; before the first timestep nothing is lost, so ᾱ_{−1} = 1.
  public func alphaBarBefore(_ t: Int) -> Double { t == 0 ? 1 : alphaBars[t - 1] }

  /// The weights of x_0 and x_t in the posterior's mean: √ᾱ_{t−1} β_t / (1 − ᾱ_t) and √α_t (1 − ᾱ_{t−1}) / (1 − ᾱ_t).
  public func posteriorMeanCoefficients(at t: Int) -> (x0: Double, xt: Double) {
    let lost = 1 - alphaBars[t]
    return (
      x0: alphaBarBefore(t).squareRoot() * betas[t] / lost,
      xt: alphas[t].squareRoot() * (1 - alphaBarBefore(t)) / lost
    )
  }

  /// β̃_t = β_t (1 − ᾱ_{t−1}) / (1 − ᾱ_t), the posterior's variance; 0 at t = 0.
  public func posteriorVariance(at t: Int) -> Double {
    betas[t] * (1 - alphaBarBefore(t)) / (1 - alphaBars[t])
  }
}

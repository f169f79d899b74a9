import ForwardDiffusion
import Tensors

extension NoiseSchedule {
  /// The weights of x_0 and x_t in the mean of the posterior q(x_{t−1} | x_t, x_0): where x_t came from, for one who knows x_0
  /// (Ho et al. 2020, equation 7).
  ///
  /// The mean is a mixture, c_0 · x_0 + c_t · x_t, with
  ///
  ///     c_0 = √ᾱ_{t−1} · β_t / (1 − ᾱ_t)          c_t = √α_t · (1 − ᾱ_{t−1}) / (1 − ᾱ_t)
  ///
  /// - Parameter t: The timestep, from 0. Before it ᾱ is ``alphaBarBefore(_:)``, which is 1 at t = 0.
  /// - Returns: c_0 and c_t.
  public func posteriorMeanCoefficients(at t: Int) -> (x0: Double, xt: Double) {
    return unfinished("2.3")
  }
}

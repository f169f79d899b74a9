import ForwardDiffusion
import Tensors

extension NoiseSchedule {
  /// The variance of the posterior q(x_{t−1} | x_t, x_0): β̃_t = β_t · (1 − ᾱ_{t−1}) / (1 − ᾱ_t) (Ho et al. 2020, equation 7).
  ///
  /// It is less than β_t. At t = 0 it is 0, since what lies before is x_0 itself. (β_t is the variance of the step back for
  /// standard normal data where x_0 is not known.)
  ///
  /// - Parameter t: The timestep, from 0. Before it ᾱ is ``alphaBarBefore(_:)``, which is 1 at t = 0.
  public func posteriorVariance(at t: Int) -> Double {
    return unfinished("2.4")
  }
}

import RealModule
import Tensors

extension NoiseSchedule {
  /// ᾱ_t / (1 − ᾱ_t), the power of the image over the power of the noise in x_t.
  ///
  /// - Parameter t: A timestep of the schedule, in 0..<T.
  public func signalToNoiseRatio(at t: Int) -> Double {
    // BEGIN SOLUTION 1.6
    alphaBars[t] / (1 - alphaBars[t])
    // END SOLUTION
  }

  /// How far x_T is from the pure noise that sampling begins with: L_T = KL(q(x_T | x_0) ‖ N(0, 1)), the first term of the
  /// bound, in nats for one number, a channel of a pixel (Ho et al. 2020, equation 5).
  ///
  /// From mean √ᾱ_T · x_0 and variance 1 − ᾱ_T it is ½ (ᾱ_T · x_0² − ᾱ_T − ln(1 − ᾱ_T)). Where ᾱ_T is small, 1 − ᾱ_T rounds
  /// its digits away; the logarithm `Double.log(onePlus:)` keeps them.
  ///
  /// ᾱ_T stands at the last index, T − 1.
  ///
  /// - Parameter meanSquare: The mean of x_0² over each channel of each pixel; at most 1 for pixels in [−1, 1].
  public func priorDivergence(meanSquare: Double) -> Double {
    guard !alphaBars.isEmpty else { return 0 }
    // BEGIN SOLUTION 1.6
    let left = alphaBars[timestepCount - 1]
    return (left * meanSquare - left - .log(onePlus: -left)) / 2
    // END SOLUTION
  }
}

import ForwardDiffusion
import Tensors

// Every step of the unclipped way back divides x_t by √α_t, and with it every mistake that x_t holds.

extension NoiseSchedule {
  /// How much larger an error in x_T has become when the steps T − 1, T − 2, …, t are done, if ε̂ does not notice it: the
  /// product of 1 / √α_s over s = t … T − 1. Nothing of chapter 2 is needed.
  ///
  /// Of 1000 linear steps it is 157 in the end. Of 1000 squared cosine steps it is 20,291, and 95 after three of
  /// them: the last β are 0.999, 0.75 and 0.56.
  ///
  /// - Parameter t: The last step done, 0 … T; with T none is done, and the gain is 1.
  public func noiseGain(downTo t: Int) -> Double {
    // BEGIN SOLUTION 5.5
    alphas[t...].reduce(1) { $0 / $1.squareRoot() }
    // END SOLUTION
  }

  /// How much of an error of 1 in ε̂ at one timestep arrives in the image, if all later predictions stay as they are.
  ///
  /// The step at t subtracts β_t / √(1 − ᾱ_t) · ε̂ and divides by √α_t; each step after it, at t − 1 … 0, divides by its own
  /// √α.
  ///
  /// - Parameter t: The timestep of the error, 0 ..< T.
  public func predictionErrorGain(at t: Int) -> Double {
    // BEGIN SOLUTION 5.5
    // The product of all √α up to t is √ᾱ_t.
    betas[t] / (1 - alphaBars[t]).squareRoot() / alphaBars[t].squareRoot()
    // END SOLUTION
  }
}

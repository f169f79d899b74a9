import ForwardDiffusion
import RealModule
import Schedules
import Tensors

extension NoiseSchedule {
  /// The terms of the variational bound on −log p(x_0), each in bits for one number, a channel of a pixel (Ho et al. 2020,
  /// equation 5):
  ///
  /// - L_0, from the step at t = 0: minus the log-likelihood of x_0 by the decoder (exercise 4.4), whose mean is the
  ///   predicted x̂_0, unclipped, and whose variance is σ_0².
  /// - L_t, from the steps at t = 1 … T − 1: KL(q(x_{t−1} | x_t, x_0) ‖ p(x_{t−1} | x_t)). The first has the variance β̃_t, the
  ///   second σ_t²; between the means lies the error of the noise, which counts by `stepWeight` (exercise 4.3).
  /// - L_T: how far x_T is from pure noise, `priorDivergence(meanSquare:)` of exercise 1.6.
  ///
  /// The steps are taken from t = T − 1 down to 0. For each, fresh noise ε of the images' shape is drawn by
  /// `Tensor.normal(_:using:)`, x_t is made with it, and the network is asked once, with t for every image.
  ///
  /// A term is the mean over all numbers: each channel of each pixel of each image. Nats divided by ln 2 are bits. `x.item` is
  /// the number of a scalar tensor; the function `meanSquaredError(prediction, target)` and `x.squared().mean()` make such.
  ///
  /// `noised(_:with:at:)` of exercise 1.4 makes x_t, `predictedX0(from:noise:at:)` of 4.1 x̂_0. The likelihood of the images is
  /// `decoderLogLikelihood(of:mean:variance:)` of 4.4, and β̃_t is `posteriorVariance(at:)` of 2.4. What is
  /// faulty makes its term NaN; nothing else need be checked.
  ///
  /// - Parameters:
  ///   - x0: Images of 8-bit pixels in [−1, 1], `[count, height, width, channels]`.
  ///   - variance: What σ_t² is.
  ///   - generator: Draws the noise.
  ///   - predictNoise: The network.
  /// - Returns: The T + 1 terms L_0, L_1, …, L_T; NaN where `x0` is no images.
  public func boundTerms(
    of x0: Tensor, variance: ReverseVariance, using generator: inout RandomGenerator, predictNoise: NoisePredictor
  ) -> [Double] {
    guard x0.shape.rank == 4 else { return [Double](repeating: .nan, count: timestepCount + 1) }
    return unfinished("4.5")
  }

  /// The whole bound, in bits for one number (“bits per dimension”): with this many bits for each channel of each pixel the
  /// images could be stored without loss. A color pixel takes three times as many.
  ///
  /// - Returns: The sum of the terms; NaN where `boundTerms` is not written yet.
  public func variationalBound(
    of x0: Tensor, variance: ReverseVariance, using generator: inout RandomGenerator, predictNoise: NoisePredictor
  ) -> Double {
    let terms = boundTerms(of: x0, variance: variance, using: &generator, predictNoise: predictNoise)
    return terms.count == timestepCount + 1 ? terms.reduce(0, +) : .nan
  }
}

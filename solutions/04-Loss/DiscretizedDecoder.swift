import RealModule
import Tensors

/// The log-likelihood of an 8-bit pixel, or of one channel of a color pixel, for one who expects a normal number: the decoder
/// of the bound's last term L_0 (Ho et al. 2020, equation 13).
///
/// The 256 levels lie 2/255 apart from −1 to 1, so each stands for the numbers at most 1/255 from it. The darkest level
/// stands for all that is darker as well, down to −∞, and the brightest for all that is brighter. The levels' probabilities
/// add up to 1.
///
/// `standardNormalMass(from:to:)` gives the probability between two bounds in units of the deviation from the mean. Where it
/// is less than `Double.leastNormalMagnitude` count it as that much: the logarithm, `Double.log`, stays finite.
///
/// - Parameters:
///   - pixel: One of the 256 levels, −1 to 1. It went through Float: what is within 0.001 of ±1 is ±1.
///   - mean: The mean of the number that is expected.
///   - deviation: Its standard deviation, positive.
/// - Returns: The logarithm of the probability, in nats.
public func pixelLogLikelihood(_ pixel: Double, mean: Double, deviation: Double) -> Double {
  // BEGIN SOLUTION 4.4
  let lower = pixel < -0.999 ? -.infinity : (pixel - 1 / 255 - mean) / deviation
  let upper = pixel > 0.999 ? .infinity : (pixel + 1 / 255 - mean) / deviation
  return .log(max(standardNormalMass(from: lower, to: upper), .leastNormalMagnitude))
  // END SOLUTION
}

/// The log-likelihood of images in nats for one number: the mean of `pixelLogLikelihood` over each channel of each pixel.
///
/// - Parameters:
///   - x0: Images of 8-bit pixels, in [−1, 1].
///   - mean: The mean of each pixel, of the images' shape.
///   - variance: The variance, the same for all pixels.
/// - Returns: NaN where a tensor is faulty or the shapes differ.
public func decoderLogLikelihood(of x0: Tensor, mean: Tensor, variance: Double) -> Double {
  guard x0.fault == nil, mean.fault == nil, x0.shape == mean.shape else { return .nan }
  let deviation = variance.squareRoot()
  let sum = zip(x0.scalars, mean.scalars).reduce(0) {
    $0 + pixelLogLikelihood(Double($1.0), mean: Double($1.1), deviation: deviation)
  }
  return sum / Double(x0.shape.elementCount)
}

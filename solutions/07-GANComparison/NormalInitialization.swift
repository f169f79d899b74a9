import Learning
import Tensors

extension Parameter {
  /// Draws new numbers from a normal distribution: DCGAN starts with a deviation of 0.02 everywhere, convolutions
  /// around 0 and the scales of batch normalizations around 1 (Radford et al. 2016).
  func drawNormal(around mean: Float, deviation: Float = 0.02, using generator: inout RandomGenerator) {
    value = mean + deviation * Tensor.normal(value.shape, using: &generator)
  }
}

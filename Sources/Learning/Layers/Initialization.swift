import Tensors

/// The distributions from which PyTorch draws the first values of its layers.
extension Tensor {
  /// Uniform in ±1/√`fanIn`, where `fanIn` counts the inputs that one output sums up: PyTorch's default for the weights
  /// and biases of linear layers and convolutions (`kaiming_uniform_` with a = √5).
  static func uniform(_ shape: Shape, fanIn: Int, using generator: inout RandomGenerator) -> Tensor {
    uniform(shape, bound: fanIn > 0 ? (1 / Float(fanIn)).squareRoot() : 0, using: &generator)
  }

  /// Uniform in ±√(6 / (`fanIn` + `fanOut`)), which keeps the variance about the same forwards and backwards (Glorot and
  /// Bengio 2010).
  static func xavierUniform(
    _ shape: Shape, fanIn: Int, fanOut: Int, using generator: inout RandomGenerator
  ) -> Tensor {
    let sum = fanIn + fanOut
    return uniform(shape, bound: sum > 0 ? (6 / Float(sum)).squareRoot() : 0, using: &generator)
  }

  private static func uniform(_ shape: Shape, bound: Float, using generator: inout RandomGenerator) -> Tensor {
    uniform(shape, in: -bound..<bound, using: &generator)
  }
}

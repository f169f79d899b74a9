import Tensors

/// A fully connected layer: y = x W + b over the last axis.
public final class Linear: Layer {
  /// W, of shape `[inputs, outputs]`.
  public let weight: Parameter
  /// b, of shape `[outputs]`; nil for a layer without it.
  public let bias: Parameter?

  /// Makes a layer from its first values.
  public init(weight: Tensor, bias: Tensor? = nil) {
    self.weight = Parameter(weight)
    self.bias = bias.map(Parameter.init)
  }

  /// Makes a layer with weights and biases uniform in ±1/√`inputs`, as PyTorch does.
  public convenience init(
    from inputs: Int, to outputs: Int, hasBias: Bool = true, using generator: inout RandomGenerator
  ) {
    let weight = Tensor.uniform([inputs, outputs], fanIn: inputs, using: &generator)
    self.init(weight: weight, bias: hasBias ? .uniform([outputs], fanIn: inputs, using: &generator) : nil)
  }

  /// Maps `[…, inputs]` to `[…, outputs]`.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    let product = input.matmul(weight.value)
    return traced(bias.map { product + $0.value } ?? product)
  }
}

/// A table of vectors, one for each class or time step.
public final class Embedding: Layer {
  /// The table, of shape `[count, width]`.
  public let weight: Parameter

  /// Makes a table of `count` vectors with normally distributed elements of variance 1, as PyTorch does.
  public init(count: Int, width: Int, using generator: inout RandomGenerator) {
    weight = Parameter(.normal([count, width], using: &generator))
  }

  /// Looks up one vector for each index below the count of the table: a tensor `[indices.count, width]`.
  public func callAsFunction(_ indices: [Int]) -> Tensor { traced(weight.value.gathered(rows: indices)) }
}

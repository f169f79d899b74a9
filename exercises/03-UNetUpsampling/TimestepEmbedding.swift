import Learning
import Tensors

/// What the network knows of the time: the timestep's waves, through two linear layers.
public final class TimestepEmbedding: Layer {
  let first: Linear
  let second: Linear
  private let width: Int

  /// Makes an embedding of `width` numbers with random weights.
  public init(width: Int, using generator: inout RandomGenerator) {
    self.width = width
    first = Linear(from: width, to: width, using: &generator)
    second = Linear(from: width, to: width, using: &generator)
  }

  /// The embedding of one timestep for each image, `[count, width]`.
  public func callAsFunction(_ timesteps: [Int]) -> Tensor {
    second(first(sinusoidalEmbedding(timesteps, width: width)).silu())
  }
}

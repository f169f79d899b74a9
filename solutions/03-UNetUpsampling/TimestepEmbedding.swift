import Learning
import RealModule
import Tensors

/// Numbers as waves: [sin(t·f_0), sin(t·f_1), …, cos(t·f_0), cos(t·f_1), …] with frequencies f_i = 10000^(−i / half) that fall
/// from 1 to nearly 1/10000, half as many as there are numbers (Vaswani et al. 2017).
///
/// - Parameters:
///   - timesteps: One for each image.
///   - width: How many numbers each becomes; even.
/// - Returns: `[count, width]`.
public func sinusoidalEmbedding(_ timesteps: [Int], width: Int) -> Tensor {
  let half = width / 2
  let frequencies = (0..<half).map { Double.pow(10_000, -Double($0) / Double(half)) }
  let rows = timesteps.map { t in
    let angles = frequencies.map { Double(t) * $0 }
    return angles.map { Float(.sin($0)) } + angles.map { Float(.cos($0)) }
  }
  return Tensor(rows.flatMap { $0 }, shape: [timesteps.count, 2 * half])
}

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

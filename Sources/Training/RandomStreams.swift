import Tensors

/// The random numbers of a training, by what they are for.
///
/// Each purpose has a stream of its own, so that a step's numbers do not depend on the steps before it: a training that is
/// resumed computes the same bits as one that was never stopped. The streams of images begin at 2⁶³, where no step's reach.
public struct RandomStreams: Sendable {
  private let seed: UInt64

  /// The streams of a seed.
  public init(seed: UInt64) { self.seed = seed }

  /// For the first weights.
  public var weights: RandomGenerator { RandomGenerator(seed: seed, stream: 0) }

  /// For the timesteps, the noise and all else that is random in one step of training, counted from 0.
  public func step(_ step: Int) -> RandomGenerator { RandomGenerator(seed: seed, stream: UInt64(step) + 1) }

  /// For the noise that one image is drawn from, counted from 0: an image must not begin with noise that the network was
  /// trained on.
  public func image(_ number: Int) -> RandomGenerator { RandomGenerator(seed: seed, stream: 1 << 63 | UInt64(number)) }
}

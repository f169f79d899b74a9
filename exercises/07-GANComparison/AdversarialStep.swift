import Learning
import Tensors

/// One round of the game: the discriminator takes a step against the generator, then the generator one against the
/// discriminator.
public struct AdversarialStep {
  /// Makes images of latent vectors.
  public var generate: (_ latents: Tensor) -> Tensor
  /// Gives logits for images.
  public var discriminate: (_ images: Tensor) -> Tensor
  /// Changes the generator's parameters, and no others.
  public var generatorOptimizer: any Optimizer
  /// Changes the discriminator's parameters, and no others.
  public var discriminatorOptimizer: any Optimizer
  /// The discriminator's target for real images.
  public var realTarget: Float = 1
  /// The discriminator's target for generated images.
  public var fakeTarget: Float = 0
  /// The answer that the generator wants for its images.
  public var generatorTarget: Float = 1

  /// Puts two networks and their optimizers together; without smoothing.
  public init(
    generate: @escaping (_ latents: Tensor) -> Tensor, discriminate: @escaping (_ images: Tensor) -> Tensor,
    generatorOptimizer: any Optimizer, discriminatorOptimizer: any Optimizer
  ) {
    self.generate = generate
    self.discriminate = discriminate
    self.generatorOptimizer = generatorOptimizer
    self.discriminatorOptimizer = discriminatorOptimizer
  }

  /// Plays one round.
  ///
  /// 1. The images are made, once.
  /// 2. The discriminator is asked about the real images, then about the generated ones, which are *detached*: in its half
  ///    of the round they are just images, and no gradient is computed for the generator. Its optimizer takes a step
  ///    along the gradients of `discriminatorLoss` with the two targets.
  /// 3. The discriminator, now a little better, is asked about the generated images again, this time not detached, so that
  ///    the gradient passes through it into the generator. The generator's optimizer takes a step along the gradients
  ///    of `generatorLoss` with the generator's target.
  ///
  /// A loss that is faulty, infinite or NaN has no gradients worth following, and an optimizer that took them would keep them
  /// in its running means. If the discriminator's is not finite the round ends there, with no step of either and NaN for the
  /// generator's loss; if the generator's is not, the discriminator has taken its step, and the generator takes none.
  ///
  /// Useful: `x.detached` has the numbers of x and nothing of how they were made; `loss.gradients()` computes the
  /// gradients, an optimizer's `step(_:)` takes them, `loss.item` is a loss's number, a Float, and `loss.isFinite` says whether
  /// that number is finite; of a faulty loss it is not.
  ///
  /// - Parameters:
  ///   - real: A batch of real images.
  ///   - latents: Random vectors for as many generated ones.
  /// - Returns: Both losses, each as it was before its own step.
  public func callAsFunction(real: Tensor, latents: Tensor) -> (discriminator: Double, generator: Double) {
    return unfinished("7.8")
  }
}

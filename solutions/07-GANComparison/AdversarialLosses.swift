import Tensors

/// What the discriminator minimizes: the binary cross-entropy of its answers for real images, with the target `real`,
/// plus that for generated ones, with the target `fake`. Each is a mean over its own images; the two are added.
///
/// For targets 1 and 0 this is −mean log D(x) − mean log(1 − D(G(z))) (Goodfellow et al. 2014, equation 1, with the
/// sign turned). The engine's `binaryCrossEntropy(logits:targets:)` is exercise 7.4 again.
///
/// - Parameters:
///   - realLogits: The discriminator's logits for real images.
///   - fakeLogits: Its logits for generated images; how many may differ.
///   - real: The target for real images: 1, or less where labels are smoothed.
///   - fake: The target for generated images: 0, or more where these are smoothed too.
/// - Returns: A scalar. Gradients reach all logits.
public func discriminatorLoss(
  realLogits: Tensor, fakeLogits: Tensor, real: Float = 1, fake: Float = 0
) -> Tensor {
  // BEGIN SOLUTION 7.5
  binaryCrossEntropy(logits: realLogits, targets: Tensor(repeating: real, shape: realLogits.shape))
    + binaryCrossEntropy(logits: fakeLogits, targets: Tensor(repeating: fake, shape: fakeLogits.shape))
  // END SOLUTION
}

/// What the generator minimizes: the binary cross-entropy of the discriminator's answers for generated images, with the
/// target that the generator *wants*.
///
/// For a target of 1 this is −mean log D(G(z)). It is not the discriminator's loss with the sign turned, mean log(1 −
/// D(G(z))): that one is flat where the discriminator is sure of its fakes, in the beginning, when the generator has
/// most to learn. It *saturates*.
///
/// - Parameters:
///   - fakeLogits: The discriminator's logits for generated images.
///   - target: The answer the generator wants: 1, or less where labels are smoothed.
/// - Returns: A scalar. Gradients reach the logits.
public func generatorLoss(fakeLogits: Tensor, target: Float = 1) -> Tensor {
  // BEGIN SOLUTION 7.5
  binaryCrossEntropy(logits: fakeLogits, targets: Tensor(repeating: target, shape: fakeLogits.shape))
  // END SOLUTION
}

import Tensors

/// What the discriminator minimises: binary cross-entropy with the answer `real` for real images and `fake` for made ones.
///
/// - Parameters:
///   - realLogits: The discriminator's logits for real images.
///   - fakeLogits: Its logits for made images, which must be detached from the generator.
///   - real: The target for real images: 1, or less where labels are smoothed.
///   - fake: The target for made images: 0, or more where labels are smoothed.
public func discriminatorLoss(
  realLogits: Tensor, fakeLogits: Tensor, real: Float = 1, fake: Float = 0
) -> Tensor {
  binaryCrossEntropy(logits: realLogits, targets: Tensor(repeating: real, shape: realLogits.shape))
    + binaryCrossEntropy(logits: fakeLogits, targets: Tensor(repeating: fake, shape: fakeLogits.shape))
}

/// What the generator minimises, in the form that does not saturate: −log D(G(z)) rather than log(1 − D(G(z))).
///
/// - Parameters:
///   - fakeLogits: The discriminator's logits for made images.
///   - target: The answer the generator wants: 1, or less where labels are smoothed.
public func generatorLoss(fakeLogits: Tensor, target: Float = 1) -> Tensor {
  binaryCrossEntropy(logits: fakeLogits, targets: Tensor(repeating: target, shape: fakeLogits.shape))
}

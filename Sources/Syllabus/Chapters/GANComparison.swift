extension Chapter {
  static let ganComparison = Chapter(
    7, module: "GANComparison", title: "GAN comparison", text: "07-gan-comparison.md",
    exercises: [
      Entry(
        title: "The sizes in a generator", file: "GeneratorSizes.swift", points: 2,
        hints: [
          "How many pixels do `input` kernels cover, if each is laid `stride` pixels after the one before?",
          "The first covers `kernel` pixels, each further one adds `stride`. Cut the padding off on both sides. For "
            + "the chain, keep the last size and append what the next layer makes of it.",
          "max((input − 1) · stride − 2 · padding + kernel, 0), and a loop over the layers that begins with [input].",
        ]),
      Entry(
        title: "The generator", file: "Generator.swift", points: 4,
        hints: [
          "The layers are there. Make an image of the latent vectors, and lead it through them in order.",
          "`z.reshaped([count, 1, 1, width])` is an image of one pixel. `zip(convolutions, normalizations)` gives each "
            + "convolution with its normalisation; a layer is called like a function.",
          "for (convolution, normalization) in zip(…) { x = normalization(convolution(x)).relu() }, then "
            + "output(x).tanh().",
        ]),
      Entry(
        title: "The discriminator", file: "Discriminator.swift", points: 4,
        hints: [
          "It is the generator's mirror image: the first layer has no normalisation, the last has nothing after it.",
          "`leakyReLU(slope: 0.2)` after the first convolution, and after each normalisation. What remains is `[count, "
            + "1, 1, 1]`.",
          "input(images).leakyReLU(slope: 0.2), then for each pair x = normalization(convolution(x)).leakyReLU(slope: "
            + "0.2), then output(x).reshaped([images.shape[0]]).",
        ]),
      Entry(
        title: "Stable binary cross-entropy", file: "StableBinaryCrossEntropy.swift", points: 4,
        hints: [
          "Tensors know abs(), exp(), log() and mean(); the formula is written down as it stands.",
          "For the maximum use (x + |x|) / 2: it is the same number, and at 0 its derivative is ½.",
          "((logits + logits.abs()) / 2 - logits * targets + (1 + (-logits.abs()).exp()).log()).mean()",
        ]),
      Entry(
        title: "Adversarial losses", file: "AdversarialLosses.swift", points: 3,
        hints: [
          "Both players minimise a binary cross-entropy. Which images are judged, and which answer does each player "
            + "want for them?",
          "A target is a tensor of the logits' shape: `Tensor(repeating: real, shape: realLogits.shape)`.",
          "binaryCrossEntropy(logits: realLogits, targets: …real…) + binaryCrossEntropy(logits: fakeLogits, targets: "
            + "…fake…); for the generator binaryCrossEntropy(logits: fakeLogits, targets: …target…).",
        ]),
      Entry(
        title: "The optimal discriminator", file: "OptimalDiscriminator.swift", points: 3,
        hints: [
          "Differentiate the loss by D: −(p a + q b) / D + (p (1 − a) + q (1 − b)) / (1 − D).",
          "Where that is 0, D is the mean of a and b with the weights p and q. For the ratio, write r for p / q in "
            + "that and solve for r.",
          "(a p + b q) / (p + q), and (D − b) / (a − D).",
        ]),
      Entry(
        title: "Noise on the discriminator's images", file: "InputNoise.swift", points: 3,
        hints: [
          "Which part of the training is over? Mind that the quotient of two whole numbers is a whole number.",
          "`Double(epoch) / Double(epochs)`, and `max(…, 0)`. `Tensor.normal(shape, using: &generator)` has a "
            + "deviation of 1; what changes it?",
          "max(initial * (1 - Double(epoch) / Double(epochs)), 0), and for each kind of images: images + "
            + "Float(deviation) * Tensor.normal(images.shape, using: &generator).",
        ]),
      Entry(
        title: "One round of the game", file: "AdversarialStep.swift", points: 6,
        hints: [
          "Write the three steps of the comment one after the other. A loss has `gradients()`, and an optimiser takes "
            + "a `step` along them.",
          "`fakes.detached` are the same images without a record of how they were made. The second time, ask about "
            + "`fakes` themselves. `loss.item` is the number in a loss.",
          "fakes = generate(latents); the loss of discriminate(real) and discriminate(fakes.detached); "
            + "discriminatorOptimizer.step(loss.gradients()); the loss of discriminate(fakes); "
            + "generatorOptimizer.step(loss.gradients()).",
        ]),
      Entry(
        title: "Labels for both players", file: "TiledLabels.swift", points: 3,
        hints: [
          "Look up the labels' rows in the table. Then lay them beside what is there, along the last axis.",
          "For images a row must first become `[count, 1, 1, width]`, then `[count, height, image width, width]`, with "
            + "`reshaped` and `broadcast(to:)`.",
          ".concatenated([latents, table(labels)], axis: 1), and .concatenated([images, table(labels).reshaped([count, "
            + "1, 1, width]).broadcast(to: [count, height, imageWidth, width])], axis: -1).",
        ]),
    ])
}

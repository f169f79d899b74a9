extension Chapter {
  static let ganComparison = Chapter(
    7, module: "GANComparison", title: "GAN comparison", text: "07-gan-comparison.md",
    exercises: [
      Entry(
        title: "The sizes in a generator", file: "GeneratorSizes.swift", points: 2,
        hints: [
          "Draw it: three pixels, a kernel of 4, a stride of 2. Where does the first kernel begin, and where the last one? How "
            + "many strides lie between the two beginnings?",
          "The first covers `kernel` pixels, each further one adds `stride`. Cut the padding off on both sides. For "
            + "the chain, keep the last size and append what the next layer makes of it.",
          "max((input − 1) · stride − 2 · padding + kernel, 0), and a loop over the layers that begins with [input].",
        ]),
      Entry(
        title: "The generator", file: "Generator.swift", points: 4,
        hints: [
          "Keep one tensor in a `var` and let each layer replace it. What can go wrong is the beginning, where the vectors "
            + "are no images yet, and the order within a round: a normalization's mean is 0, so that half of it is for the ReLU "
            + "to cut.",
          "`z.reshaped([count, 1, 1, width])` is an image of one pixel. `zip(convolutions, normalizations)` gives each "
            + "convolution with its normalization; a layer is called like a function.",
          "for (convolution, normalization) in zip(…) { x = normalization(convolution(x)).relu() }, then "
            + "output(x).tanh().",
        ]),
      Entry(
        title: "The discriminator", file: "Discriminator.swift", points: 4,
        hints: [
          "Go through the generator backwards, and write down the shape after each layer: 32 → 16 → 8 → 4 → 1 pixel. The "
            + "number of images must come through all of it, so say it where the shape changes in the end.",
          "`leakyReLU(slope: 0.2)` after the first convolution, and after each normalization. What remains is `[count, "
            + "1, 1, 1]`.",
          "input(images).leakyReLU(slope: 0.2), then for each pair x = normalization(convolution(x)).leakyReLU(slope: "
            + "0.2), then output(x).reshaped([images.shape[0]]).",
        ]),
      Entry(
        title: "Stable binary cross-entropy", file: "StableBinaryCrossEntropy.swift", points: 4,
        hints: [
          "Each of the three terms is a tensor of the logits' shape; work them out one by one with abs(), exp() and log(), "
            + "and take mean() of the sum. Test each by hand at x = −200, 0 and 200.",
          "For the maximum use (x + |x|) / 2: it is the same number, and at 0 its derivative is ½.",
          "((logits + logits.abs()) / 2 - logits * targets + (1 + (-logits.abs()).exp()).log()).mean()",
        ]),
      Entry(
        title: "Adversarial losses", file: "AdversarialLosses.swift", points: 3,
        hints: [
          "Make a table of three rows: the discriminator before real images, the discriminator before generated ones, the "
            + "generator before generated ones. Which answer does each want? Each row is one binary cross-entropy, from 7.4.",
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
          "Ask of every line when it is run, and what it reaches: logits are those of the discriminator at the time when they "
            + "are asked for, and gradients go from a loss to whatever has had a part in it, the generator included.",
          "The loss of the generator's half must be worked out after the discriminator's optimizer has stepped, from "
            + "`discriminate(fakes)` asked once more. `Double(loss.item)` is the number in a loss.",
          "fakes = generate(latents); the loss of discriminate(real) and discriminate(fakes.detached); "
            + "discriminatorOptimizer.step(loss.gradients()); the loss of discriminate(fakes); "
            + "generatorOptimizer.step(loss.gradients()).",
        ]),
      Entry(
        title: "Labels for both players", file: "TiledLabels.swift", points: 3,
        hints: [
          "Which axis may get longer, if the number of images must not change? And what shape must the rows have, so that in "
            + "all other axes they are as long as what is there?",
          "`Tensor.concatenated(_:axis:)` lays one behind the other. For images a row must first become `[count, 1, 1, "
            + "width]`, then `[count, height, image width, width]`, with `reshaped` and `broadcast(to:)`.",
          ".concatenated([latents, table(labels)], axis: 1), and .concatenated([images, table(labels).reshaped([count, "
            + "1, 1, width]).broadcast(to: [count, height, imageWidth, width])], axis: -1).",
        ]),
    ])
}

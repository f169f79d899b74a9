/// Report 004 (Northwestern CS449 2023), the GANs: a DCGAN on the cats of CIFAR-10, a modified one, and one on cats and frogs by
/// label.
///
/// Differences from the report, and what it does not say:
/// - Widths, optimizer, learning rate and batch size are those of its authors' notebook. It trains for 512 or 1024 epochs; the
///   recipe has 1024.
/// - Its "smoothed" GAN differs from the default in three things at a time: smoothed targets, noise on the discriminator's input,
///   and a wider generator. `smoothed`, `noised` and `wide` each change one of them, `modified` all three.
/// - It smooths the generator's target as well, which is 0.9 instead of 1.
/// - Its conditional "cat" figure, 231.707, was measured on frogs: the cell that says cat asks for label 6. Labels here are by
///   name.
/// - It says that both conditional networks tile the label's vector over the image. Its generator concatenates the vector to the
///   latent one, at a single pixel; so it is here. The code of its discriminator is not known.
/// - Its tables of labels have ten rows; here they have as many as there are classes.
public enum CIFARGAN {
  static let report = Report(
    "cifar-gan", source: "004, Northwestern CS449 2023 project",
    summary: "DCGAN on the cats of CIFAR-10 (--label-conditional: and frogs)",
    variants: ["default", "modified", "smoothed", "noised", "wide"], hasConditionalForm: true
  ) { recipe($0) }

  static func recipe(_ options: ReportOptions) -> Recipe {
    let isSmall = options.scale == .small
    // The report trained its conditional pair with all three changes.
    let variant = options.variant ?? (options.isConditional ? "modified" : "default")
    let isModified = variant == "modified"
    var network = DCGAN.Configuration(
      generatorWidths: isModified || variant == "wide" ? [256, 256, 64] : [256, 128, 64],
      classCount: options.isConditional ? 2 : nil)
    if isSmall {
      network.latentWidth = 64
      network.generatorWidths = network.generatorWidths.dropLast().map { $0 / 2 }
      network.discriminatorWidths = [32, 64]
    }
    let isSmoothed = isModified || variant == "smoothed"
    let count = options.isConditional ? 10_000 : 5_000
    return Recipe(
      data: DataConfiguration(
        .cifar10, classes: options.isConditional ? ["cat", "frog"] : ["cat"], imageSide: isSmall ? 16 : 32,
        imageChannels: 3),
      objective: .adversarial(
        AdversarialConfiguration(
          network: network, realTarget: isSmoothed ? 0.9 : 1, fakeTarget: isSmoothed ? 0.1 : 0,
          generatorTarget: isSmoothed ? 0.9 : 1, inputNoise: isModified || variant == "noised" ? 0.1 : 0)),
      optimizer: OptimizerConfiguration(.adam, learningRate: 2e-4, beta1: 0.5), batch: isSmall ? 64 : 128,
      steps: isSmall ? 14_000 : 1024 * stepsPerEpoch(of: count, batch: 128))
  }
}

import Schedules

/// Report 004 (Northwestern CS449 2023), the diffusion models: cats of CIFAR-10 by U-Nets of several sizes, by a plain chain of
/// convolutions, and cats and frogs by label.
///
/// Differences from the report, and what it does not say:
/// - Optimizer, learning rate, batch size and the 1024 epochs are those of its authors' notebooks.
/// - It prints 23,332,729 parameters for its largest network; the layers add up to 23,332,739.
/// - It speaks of six U-Nets; here are the four whose widths differ. It gives no result for the plain network.
/// - It compares T = 500, 1000 and 1500 after 500 epochs, on frogs: `--timesteps 500 --epochs 500 --classes frog`.
/// - Its code draws timesteps from 1 to T − 1 and stops sampling at 1; here t = 0 takes part as well, which changes the picture by
///   noise of standard deviation 0.01 at most.
/// - Its sampler adds noise of variance β_t and clips only the result, as the full scale does here. The small scale takes 100
///   longer steps, after which noise of β's variance would stay visible: it adds the posterior's, and clips the predicted image
///   at every step. Its pictures are truncated to bytes, ours are rounded.
/// - It does not say that its cosine schedule clips β at 0.02, so that √ᾱ_T is 0.057 and not 0; so does `cosine` here.
/// - It calls one timestep for a whole batch a conceptual flaw. The gradient's mean is the same; it varies more (exercise 4.6).
///   Here each image has its own.
/// - Its table of labels has ten rows and uses two; here it has two.
public enum CIFARCats {
  static let report = Report(
    "cifar-cats", source: "004, Northwestern CS449 2023 project",
    summary: "cats of CIFAR-10 (--label-conditional: and frogs), U-Nets and a plain network, T = 1000",
    variants: ["3xblocks", "2xUD", "half-channels", "small-unet", "conv"], hasConditionalForm: true
  ) { try recipe($0) }

  static func recipe(_ options: ReportOptions) throws -> Recipe {
    let isSmall = options.scale == .small
    let dropout = options.labelDropout ?? 0
    let kind = options.schedule ?? (options.isConditional ? .cosine : .linear)
    let isSmallUNet = options.variant == "small-unet"
    let batch = isSmallUNet ? 128 : 16
    // The two largest networks take twice as long for a step.
    let smallSteps = [nil, "3xblocks", "2xUD"].contains(options.variant) ? 2400 : 4000
    let count = options.isConditional ? 10_000 : 5_000
    let schedule = ScheduleConfiguration(
      kind, timesteps: options.timesteps ?? 1000, maximumBeta: kind == .cosine ? 0.02 : nil)
    return Recipe(
      data: DataConfiguration(
        .cifar10, classes: options.isConditional ? ["cat", "frog"] : ["cat"], imageSide: isSmall ? 16 : 32,
        imageChannels: 3),
      objective: .denoising(
        DenoisingConfiguration(
          network: try network(options), schedule: schedule, labelDropout: dropout,
          sampler: SamplerConfiguration(
            .ancestral, steps: isSmall ? min(100, schedule.timesteps) : nil, clips: isSmall,
            variance: isSmall ? .posterior : .beta))),
      optimizer: OptimizerConfiguration(isSmallUNet ? .adam : .adamW, learningRate: isSmall ? 1e-3 : 3e-4),
      learningRates: isSmall ? .warmupCosine(warmupSteps: 100) : .constant,
      average: isSmall ? AverageConfiguration(decay: 0.99) : nil, batch: isSmall ? 32 : batch,
      steps: isSmall ? smallSteps : 1024 * stepsPerEpoch(of: count, batch: batch))
  }

  private static func network(_ options: ReportOptions) throws -> Architecture {
    let isSmall = options.scale == .small
    if options.variant == "conv" {
      guard !options.isConditional else { throw RecipeError("--label-conditional: the variant conv has no such form") }
      return Architecture(ConvolutionalDenoiser.Configuration(baseWidth: isSmall ? 32 : 64))
    }
    var network: CIFARUNet.Configuration =
      switch options.variant {
      case "2xUD": .twoBlocks
      case "half-channels": .halfChannels
      case "small-unet": .small
      default: .threeBlocks
      }
    // Two classes, and a row for no label where guidance needs one.
    if options.isConditional { network.classCount = 2 + ((options.labelDropout ?? 0) > 0 ? 1 : 0) }
    if isSmall {
      network.inputWidth /= 2
      network.downWidths = network.downWidths.map { $0 / 2 }
      network.bottleneckWidths = network.bottleneckWidths.map { $0 / 2 }
      network.upWidths = network.upWidths.map { $0 / 2 }
    }
    return Architecture(network)
  }
}

import Schedules

/// Report 000, "Assignment 2" (HKU DASC7606): digits by a U-Net of ShuffleNet's blocks; what the schedule, clipping, the range
/// of the pixels and the number of timesteps change; and digits by label.
///
/// Differences from the report, and what it does not say:
/// - It gives T, the widths and the number of epochs. AdamW, batch size, learning rates and average are those of bot66's
///   MNISTDiffusion, from which the assignment was made; the assignment's own batch size is not known.
/// - It says that the cosine schedule's β range over [0, 1]; for T = 1000 they are from 4.1e-5 to 0.999.
/// - Its "sampling steps" are the timesteps of the training as well: for each number of them another network was trained.
/// - Without normalization the pixels are from 0 to 1, while each step still clips the predicted image to ±1. The template
///   shows (x + 1) / 2, which turns black to gray; here the picture has the range of the data.
/// - The network with labels was trained for 50 epochs, all others for 30. The average's decay depends on the epochs.
/// - `t += label_embedding` in its code changes a tensor in place that nothing else reads; a sum computes the same.
/// - A network without labels has no table of labels here; the report's has one that is not used.
/// - It has no label for "no label". With `--label-dropout` the table gets an eleventh row, which guidance needs.
public enum Assignment2 {
  static let report = Report(
    "assignment2", source: "000, HKU DASC7606 assignment 2", summary: "MNIST, ShuffleNet-like U-Net, OneCycle, EMA",
    variants: ["baseline", "linear", "no-clip", "no-normalization", "100-steps", "10-steps"], hasConditionalForm: true
  ) { options in
    var options = options
    var clips = true
    var pixelRange = DataConfiguration.PixelRange.symmetric
    switch options.variant {
    case "linear":
      if options.schedule != nil { throw RecipeError("--schedule: the variant linear has its own") }
      options.schedule = .linear
    case "no-clip": clips = false
    case "no-normalization": pixelRange = .unit
    case "100-steps", "10-steps":
      if options.timesteps != nil { throw RecipeError("--timesteps: the variant \(options.variant ?? "") has its own") }
      options.timesteps = options.variant == "100-steps" ? 100 : 10
    default: break
    }
    return recipe(options, clips: clips, pixelRange: pixelRange)
  }

  /// The recipe of a variant.
  ///
  /// - Parameters:
  ///   - options: Scale, T, schedule, labels.
  ///   - clips: Whether each sampling step clips the predicted image to ±1.
  ///   - pixelRange: Whether pixels are moved to [−1, 1] or left in [0, 1].
  static func recipe(_ options: ReportOptions, clips: Bool, pixelRange: DataConfiguration.PixelRange) -> Recipe {
    let (epochs, batch) = (options.isConditional ? 50 : 30, 128)
    let isSmall = options.scale == .small
    let schedule = ScheduleConfiguration(
      options.schedule ?? .cosine, timesteps: options.timesteps ?? (isSmall ? 200 : 1000))
    let dropout = options.labelDropout ?? 0
    // The row for no label, which guidance needs, comes after the ten digits.
    let classCount: Int? = options.isConditional ? 10 + (dropout > 0 ? 1 : 0) : nil
    let network = ShuffleUNet.Configuration(
      baseWidth: isSmall ? 32 : 64, timesteps: schedule.timesteps, classCount: classCount)
    return Recipe(
      data: DataConfiguration(
        isSmall ? .synthetic : .mnist, imageSide: isSmall ? 16 : 28, imageChannels: 1, pixelRange: pixelRange),
      objective: .denoising(
        DenoisingConfiguration(
          network: Architecture(network), schedule: schedule, labelDropout: dropout,
          sampler: SamplerConfiguration(.ancestral, clips: clips))),
      optimizer: OptimizerConfiguration(.adamW, learningRate: isSmall ? 3e-3 : 1e-3), learningRates: .oneCycle,
      // As in MNISTDiffusion: 1 − min(1, (1 − 0.995) · batch · 10 / epochs), an update every tenth step. The
      // epochs and the batch are the report's: `--epochs`, `--batch` and the small scale do not change the decay.
      average: AverageConfiguration(
        decay: 1 - min(1, 0.005 * Double(batch) * 10 / Double(epochs)), every: 10, firstUpdateCopies: true),
      batch: isSmall ? 32 : batch, steps: isSmall ? 4000 : epochs * stepsPerEpoch(of: 60_000, batch: batch))
  }
}

/// The number of batches in an epoch of `count` images; the last batch may be smaller.
func stepsPerEpoch(of count: Int, batch: Int) -> Int { (count + batch - 1) / batch }

import Schedules

/// Report 002, "DLP lab 6" (NYCU 2025): scenes of up to three objects by their set of labels, with the network and the scheduler
/// of diffusers.
///
/// Differences from the report, and what it does not say:
/// - Its equation 5 adds √β_t z and clips nothing; its code, with diffusers' defaults, adds √β̃_t z, clips x̂_0 to ±1 and adds
///   nothing at t = 0, as here.
/// - Its loss is written as a squared norm, with ε ~ N(0, 1); its code takes the mean, and ε ~ N(0, I).
/// - Groups of 32, attention heads of 8 channels, no dropout and the scheduler's clipping are diffusers' defaults.
/// - It names no optimizer; Adam is assumed. It mentions no average of the weights, and the full scale keeps none.
/// - "The output of each block is added with the embedding e": e is projected and added between a residual block's two
///   convolutions.
/// - It gives no number of images; the full scale counts the epochs of i-CLEVR's 18,009.
/// - The images of i-CLEVR are not part of this course: the full scale reads its files. The small scale trains on
///   `--data scenes`, which the course draws itself, with the same labels.
public enum DLPLab6 {
  static let report = Report(
    "lab6", source: "002, NYCU DLP 2025 lab 6",
    summary: "i-CLEVR scenes by sets of labels, UNet2DModel of diffusers, T = 100"
  ) { recipe($0) }

  static func recipe(_ options: ReportOptions) -> Recipe {
    let isSmall = options.scale == .small
    let network =
      isSmall
      ? DiffusersUNet.Configuration(
        widths: [32, 64, 64], attentionLevels: [2], blocksPerLevel: 1, groups: 8, classCount: 24)
      : DiffusersUNet.Configuration()
    return Recipe(
      data: DataConfiguration(isSmall ? .scenes : .iclevr, imageSide: isSmall ? 32 : 64, imageChannels: 3),
      objective: .denoising(
        DenoisingConfiguration(
          network: Architecture(network),
          schedule: ScheduleConfiguration(options.schedule ?? .cosine, timesteps: options.timesteps ?? 100),
          labelDropout: options.labelDropout ?? 0)),
      optimizer: OptimizerConfiguration(.adam, learningRate: isSmall ? 2e-3 : 1e-5),
      learningRates: isSmall ? .warmupCosine(warmupSteps: 100) : .constant,
      average: isSmall ? AverageConfiguration(decay: 0.99) : nil, batch: 32,
      steps: isSmall ? 1300 : 200 * stepsPerEpoch(of: 18_009, batch: 32))
  }
}

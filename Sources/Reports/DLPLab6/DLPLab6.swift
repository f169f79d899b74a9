import Schedules

/// Report 002, "DLP lab 6" (NYCU 2025): scenes of up to three objects by their set of labels, with the network and the scheduler
/// of diffusers.
///
/// Said otherwise in the report, or not said:
/// - Its equation 5 adds √β_t z and clips nothing; its code, diffusers' default, adds √β̃_t z, holds x̂_0 to ±1 and adds
///   nothing at t = 0.
/// - Its loss is written as a squared norm; its code takes the mean.
/// - It names no optimizer; Adam is assumed.
/// - "The output of each block is added with e": the embedding is projected and added between a residual block's two
///   convolutions.
/// - The photographs of i-CLEVR are not part of this course. `--data scenes`, the renderer's own scenes under the same labels, is
///   what the small scale uses; the full scale reads i-CLEVR's files.
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

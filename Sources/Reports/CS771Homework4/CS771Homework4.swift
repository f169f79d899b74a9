import Schedules

/// Report 003, "CS771 homework 4" (Wisconsin 2023): digits by label, which reaches the network through cross-attention.
///
/// Said otherwise in the report, or not said:
/// - Its text divides the mean by √ᾱ_t and its code multiplies by √α_t; right is to divide by √α_t, which is done here.
/// - Its σ_t appears under a root, as if it were a variance; it is the deviation √β̃_t.
/// - Its "multi-task loss" is the mean squared error.
/// - The time reaches only the residual blocks, the label only the transformers.
/// - The label is one token: its cross-attention adds the same vector at every pixel, and 241,408 parameters of queries, keys
///   and norms learn nothing.
public enum CS771Homework4 {
  static let report = Report(
    "cs771", source: "003, CS771 2023 homework 4", summary: "MNIST by label, transformers with cross-attention, T = 500"
  ) { recipe($0) }

  static func recipe(_ options: ReportOptions) -> Recipe {
    let isSmall = options.scale == .small
    let dropout = options.labelDropout ?? 0
    let classCount = 10 + (dropout > 0 ? 1 : 0)
    let network =
      isSmall
      ? TransformerUNet.Configuration(baseWidth: 32, contextWidth: 32, classCount: classCount)
      : TransformerUNet.Configuration(classCount: classCount)
    return Recipe(
      data: DataConfiguration(isSmall ? .synthetic : .mnist, imageSide: 28, imageChannels: 1),
      objective: .denoising(
        DenoisingConfiguration(
          network: Architecture(network),
          schedule: ScheduleConfiguration(options.schedule ?? .linear, timesteps: options.timesteps ?? 500),
          labelDropout: dropout, sampler: SamplerConfiguration(.ancestral, clips: false))),
      optimizer: OptimizerConfiguration(.adamW, learningRate: isSmall ? 1e-3 : 2e-4),
      // Every step, from the first weights on: after an epoch of the full size 39 % of the average is still the beginning.
      average: AverageConfiguration(decay: isSmall ? 0.99 : 0.999), batch: isSmall ? 32 : 64,
      steps: isSmall ? 700 : 30 * stepsPerEpoch(of: 60_000, batch: 64))
  }
}

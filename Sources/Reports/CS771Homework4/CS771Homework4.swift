import Schedules

/// Report 003, "CS771 homework 4" (Wisconsin 2023): digits by label, which reaches the network through cross-attention.
///
/// Differences from the report, and what it does not say:
/// - It gives one number, the 30 epochs. T, widths, batch size, AdamW, its learning rate and the average are those of its authors'
///   code.
/// - Its text divides the mean by √ᾱ_t and its code multiplies by √α_t; right is to divide by √α_t, as its algorithm 2 and this
///   recipe do.
/// - Its algorithm 2 reads √(1 − α_t) under the predicted noise; right is √(1 − ᾱ_t).
/// - It calls √σ_t the standard deviation of the noise; that is σ_t = √β̃_t.
/// - Its "multi-task loss" is the mean squared error.
/// - The time reaches only the residual blocks, the label only the transformers.
/// - The label is one token: its cross-attention adds the same vector at every pixel. The 241,408 parameters of the queries, the
///   keys and the norms before the queries have a gradient of 0.
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
    let schedule = ScheduleConfiguration(options.schedule ?? .linear, timesteps: options.timesteps ?? 500)
    return Recipe(
      data: DataConfiguration(isSmall ? .synthetic : .mnist, imageSide: isSmall ? 16 : 28, imageChannels: 1),
      objective: .denoising(
        DenoisingConfiguration(
          network: Architecture(network), schedule: schedule, labelDropout: dropout,
          sampler: SamplerConfiguration(
            .ancestral, steps: isSmall ? min(100, schedule.timesteps) : nil, clips: isSmall))),
      optimizer: OptimizerConfiguration(.adamW, learningRate: isSmall ? 2e-3 : 2e-4),
      learningRates: isSmall ? .warmupCosine(warmupSteps: 100) : .constant,
      // It starts from the first weights: after one epoch at full scale they still make up 39 % of it, 0.999^938.
      average: AverageConfiguration(decay: isSmall ? 0.99 : 0.999), batch: isSmall ? 32 : 64,
      steps: isSmall ? 2400 : 30 * stepsPerEpoch(of: 60_000, batch: 64))
  }
}

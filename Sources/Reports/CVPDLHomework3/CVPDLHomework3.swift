import Schedules
import UNetUpsampling

/// Report 001, "CVPDL homework 3" (NTU 2025): digits in three equal channels by the U-Net of chapter 3.
///
/// Said otherwise in the report, or not said:
/// - It writes ε without saying that ε is standard normal, as x_T is.
/// - It gives no widths around the upsampling, no width of the time's layers, no order of the waves and no shortcuts: the network
///   is the completion of chapter 3, with 17,951,747 parameters.
/// - It averages no weights, nor does this.
/// - In three equal channels two of three directions hold no image: the loss is lower than with one channel for that reason
///   alone.
/// - Pictures show the mean of the three channels.
public enum CVPDLHomework3 {
  static let report = Report(
    "cvpdl", source: "001, NTU CVPDL 2025 homework 3",
    summary: "MNIST in three channels, the U-Net of chapter 3, T = 800"
  ) { recipe($0) }

  static func recipe(_ options: ReportOptions) -> Recipe {
    let isSmall = options.scale == .small
    let schedule = ScheduleConfiguration(options.schedule ?? .linear, timesteps: options.timesteps ?? 800)
    return Recipe(
      data: DataConfiguration(isSmall ? .synthetic : .mnist, imageSide: 28, imageChannels: 3),
      objective: .denoising(
        DenoisingConfiguration(
          network: Architecture(UNet.Configuration(baseWidth: isSmall ? 16 : 128, imageChannels: 3)),
          schedule: schedule,
          sampler: SamplerConfiguration(.ancestral, clips: false))),
      optimizer: OptimizerConfiguration(.adam, learningRate: isSmall ? 1e-3 : 1e-4),
      // A training of five minutes has no time for the noise of the last steps' weights to settle.
      average: isSmall ? AverageConfiguration(decay: 0.99) : nil, batch: isSmall ? 64 : 256,
      steps: isSmall ? 2000 : 150 * stepsPerEpoch(of: 60_000, batch: 256))
  }
}

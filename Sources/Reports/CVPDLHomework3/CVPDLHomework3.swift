import Schedules
import UNetUpsampling

/// Report 001, "CVPDL homework 3" (NTU 2025): digits in three equal channels by the U-Net of chapter 3.
///
/// Differences from the report, and what it does not say:
/// - It writes ε ~ N(0, 1), and x_T likewise; meant is N(0, I), an independent number for each pixel and channel.
/// - It writes the loss as a squared norm and says that it is the mean squared error, as here.
/// - It gives no widths around the upsampling, no width of the time embedding's hidden layer, no order of sines and cosines,
///   and no shortcuts: the network is the completion of chapter 3, with 17,951,747 parameters.
/// - It mentions no average of the weights, and the full scale keeps none.
/// - Three equal channels have no variance in two of their three directions: for that reason alone the loss is lower than with
///   one channel.
/// - It saves pictures of three channels; here they show the mean of the three, in gray.
/// - Its table of FIDs for other numbers of timesteps leaves open whether a network was trained for each. `--timesteps`
///   trains one.
public enum CVPDLHomework3 {
  static let report = Report(
    "cvpdl", source: "001, NTU CVPDL 2025 homework 3",
    summary: "MNIST in three channels, the U-Net of chapter 3, T = 800"
  ) { recipe($0) }

  static func recipe(_ options: ReportOptions) -> Recipe {
    let isSmall = options.scale == .small
    let schedule = ScheduleConfiguration(options.schedule ?? .linear, timesteps: options.timesteps ?? 800)
    return Recipe(
      data: DataConfiguration(isSmall ? .synthetic : .mnist, imageSide: isSmall ? 16 : 28, imageChannels: 3),
      objective: .denoising(
        DenoisingConfiguration(
          network: Architecture(UNet.Configuration(baseWidth: isSmall ? 16 : 128, imageChannels: 3)),
          schedule: schedule,
          sampler: SamplerConfiguration(
            .ancestral, steps: isSmall ? min(100, schedule.timesteps) : nil, clips: isSmall))),
      optimizer: OptimizerConfiguration(.adam, learningRate: isSmall ? 2e-3 : 1e-4),
      learningRates: isSmall ? .warmupCosine(warmupSteps: 100) : .constant,
      // A training of five minutes has no time for the noise of the last steps' weights to settle.
      average: isSmall ? AverageConfiguration(decay: 0.99) : nil, batch: isSmall ? 64 : 256,
      steps: isSmall ? 5000 : 150 * stepsPerEpoch(of: 60_000, batch: 256))
  }
}

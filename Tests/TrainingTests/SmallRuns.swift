import Foundation
import Reports
import TestSupport
import UNetUpsampling

@testable import Training

extension TemporaryFolder {
  func run(_ name: String) -> RunFolder { RunFolder(file(name).path) }
}

extension Recipe {
  /// A training of the smallest network on batches of two digits, a hundredth of a second a step.
  static func small(steps: Int, seed: UInt64 = 7) -> Recipe {
    Recipe(
      data: DataConfiguration(.synthetic, imageSide: 28, imageChannels: 1),
      objective: .denoising(
        DenoisingConfiguration(
          network: Architecture(UNet.Configuration(baseWidth: 8, imageChannels: 1, timeWidth: 16)),
          schedule: ScheduleConfiguration(.cosine, timesteps: 10))),
      optimizer: OptimizerConfiguration(.adam, learningRate: 2e-3),
      learningRates: .warmupCosine(warmupSteps: steps / 10),
      average: AverageConfiguration(decay: max(1 - 20 / Double(steps), 0)), batch: 2, steps: steps, seed: seed)
  }

  /// The settings of the network, for tests to spoil.
  var unet: UNet.Configuration {
    get { objective.denoising?.network.configuration as? UNet.Configuration ?? UNet.Configuration() }
    set { objective.denoising?.network = Architecture(newValue) }
  }
}

extension RunFolder {
  /// Begins a run, or resumes the one that is there, and trains that many steps, or to the end.
  @discardableResult
  func train(_ recipe: Recipe? = nil, steps: Int = .max) throws -> Bool {
    var run = try recipe.map { try TrainingRun(beginning: $0, in: self) } ?? TrainingRun(resuming: self)
    let end = run.trainer.step.addingReportingOverflow(steps)
    let trainer = run.trainer
    return try run.run(until: { !end.overflow && trainer.step >= end.partialValue })
  }

  var logEntries: [LogEntry] {
    get throws {
      try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map {
        try JSONDecoder().decode(LogEntry.self, from: Data($0.utf8))
      }
    }
  }
}

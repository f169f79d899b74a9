import ArgumentParser
import Datasets
import ForwardDiffusion
import Foundation
import Schedules
import UNetUpsampling

/// Where training images come from.
enum DataSource: String, Codable, CaseIterable, ExpressibleByArgument {
  case synthetic, mnist
}

/// The shape of the noise over time.
enum ScheduleKind: String, Codable, CaseIterable, ExpressibleByArgument {
  case linear, cosine

  func schedule(timestepCount: Int) -> NoiseSchedule {
    switch self {
    case .linear: .linear(timestepCount: timestepCount)
    case .cosine: .squaredCosine(timestepCount: timestepCount)
    }
  }
}

/// All that decides what a training computes. It is kept in `config.json`, and in the metadata of the weights.
struct RunConfiguration: Codable, Equatable {
  var data: DataSource
  /// The folder of the data, for those that come from one.
  var dataPath: String?
  var model: UNet.Configuration
  var imageSide: Int
  var schedule: ScheduleKind
  var timesteps: Int
  var batch: Int
  /// The highest learning rate, reached after the warm-up; from there it falls to 0 like a cosine.
  var learningRate: Double
  var warmupSteps: Int
  var steps: Int
  /// How much of the averaged weights an update keeps.
  var averageDecay: Double
  var seed: UInt64

  var noiseSchedule: NoiseSchedule { schedule.schedule(timestepCount: timesteps) }

  /// The same training over another number of steps.
  func training(steps: Int) -> RunConfiguration {
    RunConfiguration(
      data: data, dataPath: dataPath, model: model, schedule: schedule, timesteps: timesteps, batch: batch,
      learningRate: learningRate, steps: steps, seed: seed)
  }

  /// Opens the training images.
  func openData() throws -> any LabeledImages {
    switch data {
    case .synthetic: return SyntheticDigits(seed: seed)
    case .mnist:
      guard let dataPath else {
        throw CommandError("--data mnist needs --data-path, the folder with the four files of MNIST")
      }
      return try MNIST(folder: dataPath, split: .train)
    }
  }

  /// This configuration as JSON, the same text every time.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// Reads back what ``json`` wrote, and makes sure that a network can be built from it.
  ///
  /// - Parameter origin: The file, for the error to name.
  init(json: String, origin: String) throws {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    } catch {
      throw CommandError("\(origin): this is not the configuration of a run (\(Self.flaw(error)))")
    }
    if let problem { throw CommandError("\(origin): \(problem)") }
  }

  init(
    data: DataSource, dataPath: String?, model: UNet.Configuration, schedule: ScheduleKind, timesteps: Int, batch: Int,
    learningRate: Double, steps: Int, seed: UInt64
  ) {
    self.data = data
    self.dataPath = dataPath
    self.model = model
    imageSide = 28
    self.schedule = schedule
    self.timesteps = timesteps
    self.batch = batch
    self.learningRate = learningRate
    self.steps = steps
    self.seed = seed
    warmupSteps = min(100, steps / 10)
    // The average looks back over a twentieth of the training, so that little is left in it of the first weights.
    averageDecay = min(max(1 - 20 / Double(steps), 0), 0.9999)
  }
}

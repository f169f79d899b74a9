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
  func openData() throws -> any LabelledImages {
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
      throw CommandError("\(origin): this is not the configuration of a run")
    }
    if let problem { throw CommandError("\(origin): \(problem)") }
  }

  /// What makes this configuration impossible, if anything does.
  var problem: String? {
    let limits: [(String, Int, ClosedRange<Int>)] = [
      ("base", model.baseWidth, 1...4096), ("imageChannels", model.imageChannels, 1...64),
      ("timeWidth", model.timeWidth, 2...65536), ("groups", model.groups, 1...4096), ("imageSide", imageSide, 4...4096),
      ("timesteps", timesteps, 1...1_000_000), ("batch", batch, 1...65536), ("steps", steps, 1...1_000_000_000),
    ]
    for (name, value, range) in limits where !range.contains(value) {
      return "\(name) is \(value), but must be from \(range.lowerBound) to \(range.upperBound)"
    }
    if model.baseWidth % model.groups != 0 {
      return "base is \(model.baseWidth), but must be a multiple of \(model.groups), the groups of the normalisation"
    }
    if model.timeWidth % 2 != 0 { return "timeWidth is \(model.timeWidth), but must be even" }
    if !(learningRate > 0 && learningRate < 10) {
      return "learningRate is \(learningRate), but must lie between 0 and 10"
    }
    return nil
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

import Foundation
import UNetUpsampling

extension Recipe {
  /// This recipe as JSON, the same text every time.
  public var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// Reads back what ``json`` wrote, or what the first version of this program wrote, and makes sure that it can be trained.
  ///
  /// - Parameter origin: The file, for the error to name.
  /// - Throws: ``RecipeError`` that names the file and the setting.
  public init(json: String, origin: String) throws {
    let (data, decoder) = (Data(json.utf8), JSONDecoder())
    do {
      if let version = try decoder.decode(Version.self, from: data).formatVersion {
        guard version <= Self.currentFormatVersion else {
          throw RecipeError("it has the format version \(version), which a later version of this program wrote")
        }
        self = try decoder.decode(Recipe.self, from: data)
      } else {
        self = Recipe(try decoder.decode(FirstFormat.self, from: data))
      }
    } catch let error as RecipeError {
      throw RecipeError("\(origin): \(error)")
    } catch {
      throw RecipeError("\(origin): this is not the configuration of a run (\(Self.description(of: error)))")
    }
    if let problem { throw RecipeError("\(origin): \(problem)") }
  }

  private struct Version: Decodable {
    var formatVersion: Int?
  }

  /// What is wrong with a file, in a few words, from the decoder's error.
  private static func description(of error: any Error) -> String {
    func name(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
    switch error as? DecodingError {
    case .keyNotFound(let key, let context)?: return "\(name(context.codingPath + [key])) is missing"
    case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?, .dataCorrupted(let context)?:
      return context.codingPath.isEmpty
        ? "damaged, or a number is out of range" : "\(name(context.codingPath)) has an impossible value"
    default: return "damaged"
    }
  }
}

/// What the first version of this program wrote: one network, ancestral sampling, Adam. Folders of that time are still read.
private struct FirstFormat: Decodable {
  var data: DataSource
  var dataPath: String?
  var model: UNet.Configuration
  var imageSide: Int
  var schedule: ScheduleKind
  var timesteps: Int
  var batch: Int
  var learningRate: Double
  var warmupSteps: Int
  var steps: Int
  var averageDecay: Double
  var seed: UInt64
}

extension Recipe {
  fileprivate init(_ first: FirstFormat) {
    self.init(
      data: DataConfiguration(
        first.data, path: first.dataPath, imageSide: first.imageSide, imageChannels: first.model.imageChannels),
      objective: .denoising(
        DenoisingConfiguration(
          network: Architecture(first.model),
          schedule: ScheduleConfiguration(first.schedule, timesteps: first.timesteps))),
      optimizer: OptimizerConfiguration(.adam, learningRate: first.learningRate),
      learningRates: .warmupCosine(warmupSteps: first.warmupSteps),
      average: AverageConfiguration(decay: first.averageDecay),
      batch: first.batch, steps: first.steps, seed: first.seed)
  }
}

import Foundation

/// Everything that decides what a training computes.
///
/// `config.json` holds it, a report's file declares it, `ddpm train` builds it from its flags, and a model file carries it.
public struct Recipe: Codable, Equatable, Sendable {
  /// The version of the file's format; a program does not read a later version than its own.
  public private(set) var formatVersion = Recipe.currentFormatVersion
  /// Which report's recipe it is, such as `cs771 at small scale`; nil for a recipe of the reader's own.
  public var name: String?
  /// The images and what is done to them before the network sees them.
  public var data: DataConfiguration
  /// What is trained, and how: a network that predicts noise, the two networks of a GAN, or a classifier.
  public var objective: ObjectiveConfiguration
  /// The optimizer and its settings.
  public var optimizer: OptimizerConfiguration
  /// How the learning rate changes from step to step.
  public var learningRates: LearningRateConfiguration
  /// The average of the weights that images are drawn with; nil where they are drawn with the last step's.
  public var average: AverageConfiguration?
  /// Images in a batch.
  public var batch: Int
  /// How many steps the training has.
  public var steps: Int
  /// Decides the first weights, the order of the images and all noise.
  public var seed: UInt64

  /// The version that ``json`` writes.
  public static let currentFormatVersion = 3

  /// Puts the parts together.
  public init(
    name: String? = nil, data: DataConfiguration, objective: ObjectiveConfiguration, optimizer: OptimizerConfiguration,
    learningRates: LearningRateConfiguration = .constant, average: AverageConfiguration? = nil, batch: Int, steps: Int,
    seed: UInt64 = 0
  ) {
    self.name = name
    self.data = data
    self.objective = objective
    self.optimizer = optimizer
    self.learningRates = learningRates
    self.average = average
    self.batch = batch
    self.steps = steps
    self.seed = seed
  }

  /// About how many parameters its networks have; known before they are made.
  public var approximateParameterCount: Double {
    switch objective {
    case .denoising(let denoising): denoising.network.configuration.approximateParameterCount
    case .adversarial(let adversarial): adversarial.network.approximateParameterCount
    case .classification(let classifier): classifier.approximateParameterCount
    }
  }

  /// The extents of the images that the network sees, height × width × channels, for messages.
  public var imageDescription: String { "\(data.imageSide) × \(data.imageSide) × \(data.imageChannels)" }
}

/// What is wrong with a recipe, in one sentence.
public struct RecipeError: Error, CustomStringConvertible, Equatable {
  public let description: String

  /// Makes an error with its sentence.
  public init(_ description: String) { self.description = description }
}

import Foundation
import Learning
import Reports
import Tensors
import Training

/// A trained classifier, whose eyes all scores see with.
public struct Classifier {
  /// What it is called in messages and results, such as `digit-classifier`.
  public let name: String
  /// Its layers, and the images that it is for.
  public let configuration: ImageClassifier.Configuration
  /// What its classes are called, in the order of its answers.
  public let classNames: [String]
  /// Tells its weights apart from others.
  let fingerprint: String

  private let network: ImageClassifier

  /// How many images it looks at together, which bounds the memory.
  static let batch = 250

  /// Reads a model: a network's file, or the folder of the run that trained it.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - name: What to call it in results; nil for the last part of the path.
  /// - Throws: As `TrainedModel.read`, and a ``ScoringError`` where the model is no classifier.
  public init(contentsOf path: String, name: String? = nil) throws {
    let (model, recipe) = try TrainedModel.read(path)
    guard case .classifier(let network) = model, case .classification(let configuration) = recipe.objective else {
      throw ScoringError("\(path): this model draws images; a classifier is needed to score them")
    }
    self.init(
      network, configuration, classNames: recipe.classNames,
      name: name ?? URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent)
  }

  init(
    _ network: ImageClassifier, _ configuration: ImageClassifier.Configuration, classNames: [String], name: String
  ) {
    network.setTraining(false)
    var fingerprint = Fingerprint()
    for (_, tensor) in network.state.sorted(by: { $0.key < $1.key }) { fingerprint.add(tensor) }
    self.name = name
    self.configuration = configuration
    self.classNames = classNames
    self.fingerprint = fingerprint.text
    self.network = network
  }

  /// The width of its features.
  public var featureWidth: Int { configuration.featureWidth }

  /// What it sees in images, and how sure it is of each class.
  ///
  /// - Parameter images: `[count, side, side, channels]` in [−1, 1], of its own side and channels.
  /// - Returns: The features, `[count, featureWidth]`, and the probabilities, `[count, classCount]`: of a softmax, or of a sigmoid
  ///   each where images show sets of classes.
  func looked(at images: Tensor) -> (features: Tensor, probabilities: Tensor) {
    withoutGradients {
      let features = network.features(of: images)
      let logits = network.logits(ofFeatures: features)
      return (features, configuration.showsSets ? logits.sigmoid() : logits.softmax())
    }
  }
}

import Datasets
import Foundation
import Learning
import Reports
import Tensors

/// A network that has been trained.
public enum TrainedModel {
  /// One that predicts noise.
  case denoiser(any Denoiser)
  /// A GAN, of which the generator draws.
  case generator(DCGAN)
  /// One that says what images show.
  case classifier(ImageClassifier)

  /// The network with random weights, to be replaced.
  init(_ recipe: Recipe) {
    var generator = RandomGenerator(seed: 0)
    switch recipe.objective {
    case .denoising(let denoising):
      self = .denoiser(denoising.network.configuration.makeNetwork(using: &generator))
    case .adversarial(let adversarial): self = .generator(DCGAN(adversarial.network, using: &generator))
    case .classification(let classifier): self = .classifier(ImageClassifier(classifier, using: &generator))
    }
  }

  /// The network as a layer.
  public var network: any Layer {
    switch self {
    case .denoiser(let denoiser): denoiser
    case .generator(let gan): gan
    case .classifier(let classifier): classifier
    }
  }
}

extension TrainedModel {
  /// Reads a model: a network's file, or the folder of the run that trained it.
  ///
  /// - Throws: One line that names the file, where it is no model, is damaged, or does not fit the network that it names; the
  ///   `Fault` of an exercise that the network needs.
  public static func read(_ path: String) throws -> (model: TrainedModel, recipe: Recipe) {
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let file = isThere && isFolder.boolValue ? RunFolder(path).model : URL(fileURLWithPath: path)
    if isFolder.boolValue, !FileManager.default.fileExists(atPath: file.path) {
      throw TrainingError("\(path): there is no \(file.lastPathComponent) in this folder")
    }
    let checkpoint = try Checkpoint(contentsOf: file)
    guard let json = checkpoint.metadata["config"] else {
      throw TrainingError("\(file.path): these weights do not say which network they are for")
    }
    let recipe = try Recipe(json: json, origin: file.path)
    guard checkpoint.tensors.values.allSatisfy(\.isFinite) else {
      throw TrainingError("\(file.path): not all weights are finite numbers")
    }
    // Before a network is made, which would take long if the file claimed a huge one.
    let count = checkpoint.tensors.values.reduce(0) { $0 + $1.shape.elementCount }
    guard recipe.approximateParameterCount < 2 * Double(count) + 1e6 else {
      throw TrainingError("\(file.path): \(count) weights are too few for the network that the file says they are for")
    }
    try Rehearsal(recipe).run()
    let model = TrainedModel(recipe)
    try checkpoint.restore(model.network)
    model.network.setTraining(false)
    return (model, recipe)
  }
}

extension ImageSampler {
  /// Reads a model that draws: a network's file, or the folder of the run that trained it.
  ///
  /// - Throws: As ``TrainedModel/read(_:)``, and where the model is a classifier.
  public init(contentsOf path: String) throws {
    let (model, recipe) = try TrainedModel.read(path)
    if case .classifier = model { throw TrainingError("\(path): this model is a classifier, which draws nothing") }
    self.init(recipe: recipe, model: model)
  }
}

import Datasets
import Foundation
import Reports
import Tensors
import TestSupport
import Testing

@testable import Training

/// The networks that scores rest on, as narrow as they can be.
@Suite("Classifiers", .serialized, .onWrittenReports)
struct ClassifierTrainingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func recipe(_ source: DataSource, steps: Int) -> Recipe {
    let isGray = source == .synthetic
    let side = isGray ? 28 : 16
    let classifier = ImageClassifier.Configuration(
      widths: [8, 8], featureWidth: 16, imageSide: side, imageChannels: isGray ? 1 : 3, classCount: isGray ? 10 : 24,
      showsSets: !isGray)
    return Recipe(
      data: DataConfiguration(source, imageSide: side, imageChannels: isGray ? 1 : 3),
      objective: .classification(classifier), optimizer: OptimizerConfiguration(.adam, learningRate: 1e-2), batch: 16,
      steps: steps)
  }

  @Test("A resumed training is the unbroken one, bit for bit", arguments: [DataSource.synthetic, .scenes])
  func resuming(source: DataSource) throws {
    let (unbroken, broken) = (folder.run("unbroken"), folder.run("broken"))
    #expect(try unbroken.train(recipe(source, steps: 6)))
    #expect(try !broken.train(recipe(source, steps: 6), steps: 3))
    #expect(try broken.train())
    #expect(try Data(contentsOf: broken.checkpoint) == Data(contentsOf: unbroken.checkpoint))
    #expect(try broken.logEntries.map(\.loss) == unbroken.logEntries.map(\.loss))
  }

  @Test("It learns to tell the built-in digits apart")
  func learning() throws {
    let run = folder.run("digits")
    try run.train(recipe(.synthetic, steps: 120))
    guard case .classifier(let classifier) = try TrainedModel.read(run.url.path).model else {
      Issue.record("the file holds no classifier")
      return
    }
    let digits = SyntheticDigits(seed: 99)
    let (images, labels) = digits.images(at: Array(0..<200))
    guard case .classes(let classes) = labels else { return }
    let found = classifier(images.scaledToSymmetricRange()).argmax(axis: 1)
    let right = zip(found, classes).count { $0 == $1 }
    // Chance is right in 20 of 200; this network was right in 170 and more with other seeds.
    #expect(right > 120, "\(right) of 200 digits are recognized")
  }

  @Test("Every parameter has a gradient, and images of another size are a fault")
  func gradients() throws {
    var generator = RandomGenerator(seed: 1)
    let configuration = ImageClassifier.Configuration(
      widths: [3, 4], featureWidth: 5, imageSide: 8, imageChannels: 3, classCount: 2)
    let classifier = ImageClassifier(configuration, using: &generator)
    let images = Tensor.normal([6, 8, 8, 3], using: &generator)
    let logits = try classifier(images).checked()
    #expect(logits.shape == [6, 2] && classifier.features(of: images).shape == [6, 5])
    let gradients = logits.gradients(from: .normal([6, 2], using: &generator))
    for (path, parameter) in classifier.parameters { #expect(gradients[parameter] != nil, "\(path) takes no part") }
    #expect(
      classifier(.zeros([1, 28, 28, 1])).fault?.reason
        == "ImageClassifier: images [1, 28, 28, 1], but it is for 8 × 8 × 3")
  }

  @Test("A classifier draws nothing, and says so")
  func drawing() throws {
    let run = folder.run("run")
    try run.train(recipe(.synthetic, steps: 1))
    #expect(
      errorMessage { try ImageSampler(contentsOf: run.url.path) }
        == "\(run.url.path): this model is a classifier, which draws nothing")
  }

  @Test("A recipe whose labels are of another kind than the classifier's is impossible")
  func wrongKind() throws {
    var recipe = recipe(.scenes, steps: 1)
    recipe.data = DataConfiguration(.cifar10, imageSide: 16, imageChannels: 3)
    #expect(recipe.problem == "the classifier is for sets of classes an image, unlike the data")
  }
}

import Conditioning
import Datasets
import Learning
import Loss
import Reports
import Tensors

/// A network learns to say what images show: cross-entropy for one class an image, binary cross-entropy for sets of classes.
final class ClassificationObjective: Objective {
  private let configuration: ImageClassifier.Configuration
  private let classifier: ImageClassifier
  private let optimizer: Adam
  private let rates: any LearningRateSchedule

  var network: any Layer { classifier }

  var parts: [(name: String, part: any Stateful)] { [("model", classifier), ("optimizer", optimizer)] }

  var samplingWeights: any Stateful { classifier }

  init(_ recipe: Recipe, _ configuration: ImageClassifier.Configuration) {
    self.configuration = configuration
    var generator = RandomStreams(seed: recipe.seed).weights
    classifier = ImageClassifier(configuration, using: &generator)
    optimizer = recipe.optimizer.makeOptimizer(of: classifier.parameters)
    rates = recipe.learningRates.makeSchedule(peak: recipe.optimizer.learningRate, steps: recipe.steps)
  }

  func step(
    _ images: Tensor, _ labels: Labels, at step: Int, epoch: (number: Int, count: Int),
    using generator: inout RandomGenerator
  ) throws -> StepReport {
    optimizer.follow(rates, at: step)
    let statistics = classifier.runningStatistics
    let moved = shifted(images, using: &generator)
    let loss = trainingStep(optimizer) { self.loss(moved, labels) }
    let value = try loss.checked().item
    guard value.isFinite else {
      // The forward pass has changed them already.
      statistics.restore()
      throw TrainingDiverged(step: step, loss: value)
    }
    return StepReport(loss: value, learningRate: optimizer.learningRate)
  }

  func tryGradients(_ images: Tensor, _ labels: Labels, using generator: inout RandomGenerator) {
    let statistics = classifier.runningStatistics
    _ = loss(images, labels).gradients()
    statistics.restore()
  }

  private func loss(_ images: Tensor, _ labels: Labels) -> Tensor {
    let logits = classifier(images)
    return switch labels {
    case .classes(let classes) where !configuration.showsSets: crossEntropy(logits: logits, labels: classes)
    case .sets(let sets) where configuration.showsSets:
      binaryCrossEntropy(logits: logits, targets: multiHot(sets, classCount: configuration.classCount))
    default:
      Tensor(fault: Fault("a classifier needs \(configuration.showsSets ? "a set of classes" : "a class") an image"))
    }
  }

  /// The images moved by up to two pixels, all of a batch alike; what comes in from outside repeats the edge.
  private func shifted(_ images: Tensor, using generator: inout RandomGenerator) -> Tensor {
    guard images.fault == nil else { return images }
    return (1...2).reduce(images) { moved, axis in
      let shift = Int(generator.uniform() * 5) - 2
      let side = moved.shape[axis]
      guard shift != 0, side > 4 else { return moved }
      let edge = moved.sliced(axis: axis, shift > 0 ? 0..<1 : side - 1..<side)
      let edges = [Tensor](repeating: edge, count: abs(shift))
      let kept = moved.sliced(axis: axis, shift > 0 ? 0..<side - shift : -shift..<side)
      return .concatenated(shift > 0 ? edges + [kept] : [kept] + edges, axis: axis)
    }
  }
}

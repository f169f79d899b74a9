import Datasets
import Learning
import Reports
import Tensors

/// The result of one training step.
public struct StepReport: Sendable {
  /// The loss before the step; of a GAN, the discriminator's.
  public var loss: Float
  /// The generator's loss; nil for a network that predicts noise.
  public var generatorLoss: Float?
  /// The learning rate of the step.
  public var learningRate: Double
}

/// One kind of training: it owns the networks and everything that a checkpoint saves, and does one step at a time. The run
/// around it, with its folder, log and checkpoints, does not know which kind it is.
protocol Objective: AnyObject {
  /// What is trained.
  var network: any Layer { get }

  /// All that a checkpoint holds, by name.
  var parts: [(name: String, part: any Stateful)] { get }

  /// The weights that images are drawn with.
  var samplingWeights: any Stateful { get }

  /// Does one step.
  ///
  /// - Parameters:
  ///   - images: As the network is to see them, `[count, height, width, channels]`.
  ///   - labels: What the images show.
  ///   - step: Counted from 0.
  ///   - epoch: The epoch of the step, from 0, and the number of epochs.
  ///   - generator: Draws everything random in the step.
  /// - Throws: The fault of an exercise that is not written yet, or ``TrainingDiverged`` where the loss is not a finite
  ///   number; then nothing has been changed.
  func step(
    _ images: Tensor, _ labels: Labels, at step: Int, epoch: (number: Int, count: Int),
    using generator: inout RandomGenerator
  ) throws -> StepReport

  /// Computes the gradients for a batch and changes nothing, to see how much memory that takes.
  func tryGradients(_ images: Tensor, _ labels: Labels, using generator: inout RandomGenerator)
}

extension Recipe {
  /// Whether what is trained draws images: everything but a classifier.
  public var drawsImages: Bool {
    if case .classification = objective { false } else { true }
  }

  /// The networks and their optimizers as they are before the first step.
  func makeObjective() -> any Objective {
    switch objective {
    case .denoising(let configuration): DenoisingObjective(self, configuration)
    case .adversarial(let configuration): AdversarialObjective(self, configuration)
    case .classification(let configuration): ClassificationObjective(self, configuration)
    }
  }
}

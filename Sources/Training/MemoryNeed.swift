import Datasets
import Foundation
import Reports
import Tensors

/// How many bytes a training takes.
struct MemoryNeed {
  private let bytes: Double

  /// The weights alone, and what an optimizer and an average keep beside them: known before a network is made.
  static func ofWeights(_ recipe: Recipe) -> MemoryNeed {
    // Weights, gradients and Adam's two moments; and the average.
    let copies = recipe.average == nil ? 4.0 : 5.0
    return MemoryNeed(bytes: 4 * copies * recipe.approximateParameterCount)
  }

  /// Weights and all that the gradients of a batch need: measured on a step of one image.
  static func ofTraining(_ recipe: Recipe, _ objective: any Objective) -> MemoryNeed {
    let data = recipe.data
    let labels = LabelChoice(recipe)?.labels(for: 0..<1) ?? .none
    var generator = RandomStreams(seed: 0).step(0)
    let image = Tensor.zeros([1, data.imageSide, data.imageSide, data.imageChannels])
    let perImage = MemoryUse.peak { objective.tryGradients(image, labels, using: &generator) }
    let weights = Double(objective.network.parameterCount)
    let kept = 4 * weights * (recipe.average == nil ? 3 : 4)
    // The gradients of the weights are there once, however many images there are.
    let once = min(4 * weights, Double(perImage))
    return MemoryNeed(bytes: kept + once + Double(recipe.batch) * (Double(perImage) - once))
  }

  /// - Throws: ``TrainingError`` where this machine does not have that much.
  func check(_ recipe: Recipe) throws {
    let present = Double(ProcessInfo.processInfo.physicalMemory)
    guard bytes > present else { return }
    let gigabytes = { (bytes: Double) in String(format: "%.0f GB", (bytes / 1e9).rounded(.up)) }
    throw TrainingError(
      "this network with \(recipe.batch) images of \(recipe.imageDescription) at a time takes about \(gigabytes(bytes)) of "
        + "memory, but this machine has \(gigabytes(present)); choose a smaller network or batch")
  }
}

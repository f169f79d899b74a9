import Datasets
import Reports
import Tensors

/// The images of a training, batch by batch, as the network is to see them.
struct TrainingData {
  private let source: any LabeledImages
  private let batches: Batches
  private let configuration: DataConfiguration

  init(_ source: any LabeledImages, for recipe: Recipe) {
    self.source = source
    batches = Batches(of: source.count, size: recipe.batch, seed: recipe.seed)
    configuration = recipe.data
  }

  /// The images of a step, counted from 0, and what they show.
  func batch(step: Int) -> (images: Tensor, labels: Labels) {
    let (images, labels) = source.images(at: batches.indices(step: step))
    return (configuration.prepared(images), labels)
  }

  /// The epoch of a step, from 0, and the number of epochs. For a source without end every step is an epoch.
  func epoch(step: Int, steps: Int) -> (number: Int, count: Int) {
    let length = max(batches.batchesPerEpoch ?? 1, 1)
    return (step / length, (steps + length - 1) / length)
  }
}

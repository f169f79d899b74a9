import Datasets
import Reports
import Tensors
import Training

/// What figures are drawn from besides seeds: the trained models that come with the course, and the digits of MNIST, which do not.
public struct FigureModels: Sendable {
  private let mnistPath: String?

  /// Makes it; nothing is read yet.
  ///
  /// - Parameter mnistPath: The folder of MNIST; nil where figures that show real digits are not drawn.
  public init(mnistPath: String? = nil) { self.mnistPath = mnistPath }

  /// A sampler with a shipped model.
  ///
  /// - Throws: `RecipeError` or what reading the file throws.
  func sampler(_ model: ShippedModel) throws -> ImageSampler { try ImageSampler(contentsOf: model.url().path) }

  /// A shipped model's network.
  func trained(_ model: ShippedModel) throws -> TrainedModel { try TrainedModel.read(model.url().path).model }

  /// The model of digits, and the labels of ten columns.
  func digits() throws -> (sampler: ImageSampler, labels: LabelChoice?) {
    let sampler = try sampler(.digits)
    return (sampler, LabelChoice(sampler.recipe))
  }

  /// The first digits that the model draws, `[count, 28, 28, 1]` from 0 to 1.
  func drawnDigits(_ count: Int) throws -> Tensor {
    let (sampler, labels) = try digits()
    let batches = try stride(from: 0, to: count, by: ImageSampler.batch).map {
      try sampler.images($0..<min($0 + ImageSampler.batch, count), seed: 0, labels: labels)
    }
    return try ((Tensor.concatenated(batches, axis: 0) + 1) / 2).checked()
  }

  /// The first images of MNIST, `[count, 28, 28, 1]` from 0 to 1.
  func realDigits(_ count: Int, split: MNIST.Split = .test) throws -> Tensor {
    guard let mnistPath else {
      throw RecipeError("this figure shows digits of MNIST; name their folder with --data-path")
    }
    return try MNIST(folder: mnistPath, split: split).images(at: Array(0..<count)).images.checked()
  }
}

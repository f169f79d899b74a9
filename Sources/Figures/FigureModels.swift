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

  /// The first test images of MNIST, `[count, 28, 28, 1]` from 0 to 1.
  func realDigits(_ count: Int) throws -> Tensor {
    guard let mnistPath else {
      throw RecipeError("this figure shows digits of MNIST; name their folder with --data-path")
    }
    return try MNIST(folder: mnistPath, split: .test).images(at: Array(0..<count)).images.checked()
  }
}

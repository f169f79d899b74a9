import Reports
import Training

/// The trained models that figures are drawn with, each read when it is first needed.
public struct FigureModels: Sendable {
  /// Makes it; nothing is read yet.
  public init() {}

  /// A sampler with a shipped model.
  ///
  /// - Throws: `RecipeError` or what reading the file throws.
  func sampler(_ model: ShippedModel) throws -> ImageSampler { try ImageSampler(contentsOf: model.url().path) }

  /// The model of digits, and the labels of ten columns.
  func digits() throws -> (sampler: ImageSampler, labels: LabelChoice?) {
    let sampler = try sampler(.digits)
    return (sampler, LabelChoice(sampler.recipe))
  }
}

import Datasets
import Learning
import Tensors

/// A small convolutional network that says what images show. Scores of generated images rest on what it sees in them.
///
/// Two convolutions at full size, two at half and two at a quarter, each with batch normalization and ReLU; then one vector
/// of features for the whole image, and of those a number for each class.
public final class ImageClassifier: Layer {
  /// What decides the network's shape.
  public struct Configuration: Codable, Equatable, Sendable {
    /// The channels at full, half and quarter size.
    public var widths: [Int]
    /// The numbers that describe an image.
    public var featureWidth: Int
    /// Height and width of the images, a multiple of 4.
    public var imageSide: Int
    public var imageChannels: Int
    public var classCount: Int
    /// Whether an image shows a set of classes, each of which is there or not; otherwise it shows one.
    public var showsSets: Bool

    /// Puts the parts together.
    public init(
      widths: [Int] = [16, 32, 64], featureWidth: Int = 64, imageSide: Int, imageChannels: Int, classCount: Int,
      showsSets: Bool = false
    ) {
      self.widths = widths
      self.featureWidth = featureWidth
      self.imageSide = imageSide
      self.imageChannels = imageChannels
      self.classCount = classCount
      self.showsSets = showsSets
    }
  }

  /// The name of the layer that gives the features, for reports of scores.
  public static let featureLayer = "ReLU of the last hidden layer"

  private let configuration: Configuration
  private let stages: [ClassifierStage]
  private let hidden: Linear
  private let output: Linear

  /// Makes a network with random weights.
  public init(_ configuration: Configuration, using generator: inout RandomGenerator) {
    self.configuration = configuration
    stages = zip([configuration.imageChannels] + configuration.widths, configuration.widths).map {
      ClassifierStage(from: $0, to: $1, using: &generator)
    }
    // Each stage but the first begins by halving.
    let side = configuration.imageSide >> (configuration.widths.count - 1)
    hidden = Linear(
      from: side * side * (configuration.widths.last ?? 0), to: configuration.featureWidth, using: &generator)
    output = Linear(from: configuration.featureWidth, to: configuration.classCount, using: &generator)
  }

  /// What the network sees in images: the numbers before its last layer.
  ///
  /// - Parameter images: `[count, side, side, channels]` in [−1, 1].
  /// - Returns: `[count, featureWidth]`, none of them negative; faulty where the images have another shape.
  public func features(of images: Tensor) -> Tensor {
    guard images.fault == nil else { return images }
    let (side, channels) = (configuration.imageSide, configuration.imageChannels)
    guard images.shape.rank == 4, images.shape == [images.shape[0], side, side, channels] else {
      return Tensor(
        fault: Fault("ImageClassifier: images \(images.shape), but it is for \(side) × \(side) × \(channels)"))
    }
    var x = images
    for (place, stage) in stages.enumerated() { x = stage(place == 0 ? x : x.maxPooled2d(window: 2)) }
    return hidden(x.reshaped([x.shape[0], -1])).relu()
  }

  /// The scores of all classes, `[count, classCount]`, from ``features(of:)``.
  public func logits(ofFeatures features: Tensor) -> Tensor { output(features) }

  /// The scores of all classes, `[count, classCount]`: logits of a softmax or, where images show sets, of a sigmoid each.
  public func callAsFunction(_ images: Tensor) -> Tensor { logits(ofFeatures: features(of: images)) }
}

/// Two convolutions with batch normalization and ReLU.
private final class ClassifierStage: Layer {
  private let conv1: Conv2d
  private let norm1: BatchNorm2d
  private let conv2: Conv2d
  private let norm2: BatchNorm2d

  init(from inputs: Int, to outputs: Int, using generator: inout RandomGenerator) {
    conv1 = Conv2d(from: inputs, to: outputs, kernelSize: 3, padding: 1, using: &generator)
    norm1 = BatchNorm2d(channels: outputs)
    conv2 = Conv2d(from: outputs, to: outputs, kernelSize: 3, padding: 1, using: &generator)
    norm2 = BatchNorm2d(channels: outputs)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { norm2(conv2(norm1(conv1(x)).relu())).relu() }
}

extension ImageClassifier.Configuration {
  /// The same kind of network as narrow as it can be, for images of that side.
  public func miniature(imageSide: Int) -> Self {
    Self(
      widths: widths.map { _ in 2 }, featureWidth: 2, imageSide: imageSide, imageChannels: imageChannels,
      classCount: classCount, showsSets: showsSets)
  }

  var approximateParameterCount: Double {
    let side = Double(imageSide) / Double(1 << max(widths.count - 1, 0))
    let convolutions = zip([imageChannels] + widths, widths).reduce(0.0) {
      $0 + 9 * Double($1.1) * Double($1.0 + $1.1)
    }
    return convolutions + side * side * Double(widths.last ?? 0) * Double(featureWidth)
      + Double(featureWidth) * Double(classCount)
  }

  func problem(imageSide: Int) -> String? {
    let limits =
      [
        ("the number of widths", widths.count, 1...8), ("featureWidth", featureWidth, 1...65536),
        ("classCount", classCount, 1...1_000_000),
      ] + widths.map { ("a width", $0, 1...8192) }
    if let problem = Recipe.outside(limits) { return problem }
    guard imageSide == self.imageSide else {
      return "the classifier is for images of side \(self.imageSide), but those of the data have \(imageSide)"
    }
    return Recipe.sideProblem(imageSide, halvings: widths.count - 1)
  }
}

import Conditioning
import Datasets
import GANComparison
import Learning
import Tensors

/// The two networks of report 004's GAN: the generator and the discriminator of chapter 7 and, where images have labels, a table
/// of label embeddings for each of them.
public final class DCGAN: Layer {
  /// What decides the shape of both networks. Without other numbers, the report's.
  public struct Configuration: Codable, Equatable, Sendable {
    /// The length of a latent vector.
    public var latentWidth: Int
    /// The channels after each of the generator's layers except the last; each but the first doubles the image, from 4×4.
    public var generatorWidths: [Int]
    /// The channels after each of the discriminator's layers except the last; each halves the image, down to 4×4.
    public var discriminatorWidths: [Int]
    public var imageChannels: Int
    /// How many classes both networks know; nil for networks without labels.
    public var classCount: Int?
    /// The width of the label embeddings.
    public var labelWidth: Int

    /// The report's configuration, except for what is given.
    public init(
      latentWidth: Int = 128, generatorWidths: [Int] = [256, 128, 64], discriminatorWidths: [Int] = [64, 128, 256],
      imageChannels: Int = 3, classCount: Int? = nil, labelWidth: Int = 10
    ) {
      self.latentWidth = latentWidth
      self.generatorWidths = generatorWidths
      self.discriminatorWidths = discriminatorWidths
      self.imageChannels = imageChannels
      self.classCount = classCount
      self.labelWidth = labelWidth
    }
  }

  /// Makes images of latent vectors.
  public let generator: Generator
  /// Judges whether images are real.
  public let discriminator: Discriminator
  private let generatorLabels: LatentLabels?
  private let discriminatorLabels: TiledLabels?

  /// Makes both networks with the random weights of DCGAN.
  public init(_ configuration: Configuration, using generator: inout RandomGenerator) {
    let labelWidth = configuration.classCount == nil ? 0 : configuration.labelWidth
    self.generator = Generator(
      latentWidth: configuration.latentWidth + labelWidth, widths: configuration.generatorWidths,
      imageChannels: configuration.imageChannels, using: &generator)
    discriminator = Discriminator(
      imageChannels: configuration.imageChannels + labelWidth, widths: configuration.discriminatorWidths,
      using: &generator)
    generatorLabels = configuration.classCount.map {
      LatentLabels(classCount: $0, labelWidth: configuration.labelWidth, using: &generator)
    }
    discriminatorLabels = configuration.classCount.map {
      TiledLabels(classCount: $0, labelWidth: configuration.labelWidth, using: &generator)
    }
  }

  /// The images that belong to latent vectors.
  ///
  /// - Parameters:
  ///   - latents: Standard normal numbers, `[count, latentWidth]`.
  ///   - labels: What the images are to show.
  /// - Returns: `[count, side, side, imageChannels]`, from −1 to 1; faulty where the labels do not fit.
  public func generate(_ latents: Tensor, given labels: Labels) -> Tensor {
    switch (generatorLabels, labels) {
    case (nil, .none): generator(latents)
    case (let tables?, .classes(let classes)): generator(tables(latents, labels: classes))
    default: Tensor(fault: labelFault(needsClasses: generatorLabels != nil))
    }
  }

  /// How real the images look, as logits.
  ///
  /// - Parameters:
  ///   - images: `[count, side, side, imageChannels]`.
  ///   - labels: What the images claim to show.
  /// - Returns: `[count]`; faulty where the labels do not fit.
  public func discriminate(_ images: Tensor, given labels: Labels) -> Tensor {
    switch (discriminatorLabels, labels) {
    case (nil, .none): discriminator(images)
    case (let tables?, .classes(let classes)): discriminator(tables(images, labels: classes))
    default: Tensor(fault: labelFault(needsClasses: discriminatorLabels != nil))
    }
  }

  /// The parameters that the generator's optimizer changes, its label embeddings included.
  public var generatorParameters: [(path: String, parameter: Parameter)] {
    parameters(of: [generator, generatorLabels])
  }

  /// The parameters that the discriminator's optimizer changes, its label embeddings included.
  public var discriminatorParameters: [(path: String, parameter: Parameter)] {
    parameters(of: [discriminator, discriminatorLabels])
  }

  /// The parameters of some of the layers, with their paths in both networks together.
  private func parameters(of layers: [(any Layer)?]) -> [(path: String, parameter: Parameter)] {
    let own = Set(layers.compactMap(\.self).flatMap(\.parameters).map { ObjectIdentifier($0.parameter) })
    return parameters.filter { own.contains(ObjectIdentifier($0.parameter)) }
  }
}

extension DCGAN.Configuration {
  /// The height and width of the images.
  public var imageSide: Int { 4 << generatorWidths.count }

  /// About how many parameters both networks have.
  public var approximateParameterCount: Double {
    func weights(_ widths: [Int]) -> Double {
      zip(widths, widths.dropFirst()).reduce(0) { $0 + 16 * Double($1.0) * Double($1.1) }
    }
    return weights([latentWidth] + generatorWidths) + weights([imageChannels] + discriminatorWidths)
  }

  /// The same networks, as narrow as they can be.
  public var miniature: Self {
    Self(
      latentWidth: 2, generatorWidths: generatorWidths.map { _ in 2 },
      discriminatorWidths: discriminatorWidths.map { _ in 2 },
      imageChannels: imageChannels, classCount: classCount, labelWidth: 1)
  }

  /// Why there can be no such networks for images of this height and width; nil where there can.
  public func problem(imageSide: Int) -> String? {
    let limits = [
      ("latentWidth", latentWidth, 1...65536), ("labelWidth", labelWidth, 1...4096),
      ("the number of generatorWidths", generatorWidths.count, 1...8),
      ("the number of discriminatorWidths", discriminatorWidths.count, 1...8),
      ("classCount", classCount ?? 1, 1...1_000_000),
    ]
    let widths = (generatorWidths + discriminatorWidths).map { ("a width", $0, 1...8192) }
    if let problem = Recipe.outside(limits + widths) { return problem }
    guard imageSide == self.imageSide, discriminatorWidths.count == generatorWidths.count else {
      return
        "\(generatorWidths.count) generatorWidths and \(discriminatorWidths.count) discriminatorWidths are for images of "
        + "\(self.imageSide) and \(4 << discriminatorWidths.count) pixels, but imageSide is \(imageSide)"
    }
    return nil
  }
}

import Datasets
import ForwardDiffusion
import Foundation
import Images
import Tensors

/// Where training images come from: digits or scenes that the program draws, a published dataset, or a folder of pictures.
public enum DataSource: String, Codable, CaseIterable, Sendable {
  case synthetic, mnist, cifar10, scenes, iclevr, folder

  /// Whether its images are read from a folder.
  public var needsPath: Bool { ![.synthetic, .scenes].contains(self) }

  /// Whether `ddpm data fetch` brings its images.
  public var canBeFetched: Bool { [.mnist, .cifar10].contains(self) }

  /// Whether its images are gray; the others are in color.
  public var isGray: Bool { [.synthetic, .mnist].contains(self) }

  /// Height and width of its images where no other size is asked for.
  public var imageSide: Int {
    switch self {
    case .synthetic, .mnist: 28
    case .cifar10: 32
    case .scenes, .iclevr, .folder: 64
    }
  }

  /// Whether an image shows a set of classes, not one.
  public var hasLabelSets: Bool { [.scenes, .iclevr].contains(self) }
}

/// The images of a training and what is done to them before the network sees them.
public struct DataConfiguration: Codable, Equatable, Sendable {
  /// The range of the pixels that the network sees.
  public enum PixelRange: String, Codable, Sendable {
    /// [−1, 1], as everywhere except in one experiment of report 000.
    case symmetric
    /// [0, 1].
    case unit
  }

  /// Where the images come from.
  public var source: DataSource
  /// The folder, for images that come from one.
  public var path: String?
  /// The classes to keep, by their names; nil for all.
  public var classes: [String]?
  /// What the labels are called; known when the images have been opened.
  public var classNames: [String]?
  /// Height and width of what the network sees: larger images are averaged down to it where they are a multiple of it, and
  /// resized otherwise; gray ones that are a little smaller get a black border.
  public var imageSide: Int
  /// 1 for gray, 3 for color; gray images are repeated in three channels.
  public var imageChannels: Int
  /// The range of the pixels that the network sees.
  public var pixelRange: PixelRange

  /// Puts the parts together.
  public init(
    _ source: DataSource, path: String? = nil, classes: [String]? = nil, imageSide: Int, imageChannels: Int,
    pixelRange: PixelRange = .symmetric
  ) {
    self.source = source
    self.path = path
    self.classes = classes
    self.imageSide = imageSide
    self.imageChannels = imageChannels
    self.pixelRange = pixelRange
  }

  /// Whether the images are gray and the network sees them in three equal channels.
  public var isGrayRepeated: Bool { imageChannels == 3 && source.isGray }

  /// Opens the images, as they are before ``prepared(_:)``.
  ///
  /// - Parameter seed: Decides images that the program draws; others do not depend on it.
  /// - Throws: ``RecipeError`` or `DatasetError`, one line each, where they cannot be had or do not suit this configuration.
  public func open(seed: UInt64) throws -> any LabeledImages {
    let source = try openSource(seed: seed)
    let (height, channels) = (source.imageShape[0], source.imageShape[2])
    let largest = self.source.isGray ? height + Self.border : height
    guard source.imageShape[1] == height, imageSide <= largest, channels == imageChannels || channels == 1 else {
      throw RecipeError(
        "the images of \(self.source.rawValue) are \(source.imageShape), which cannot become [\(imageSide), \(imageSide), "
          + "\(imageChannels)]")
    }
    return source
  }

  /// By how much the network may see larger images than gray ones are: a border of black is laid around them. Networks that halve
  /// images again and again want digits of 32 × 32.
  private static let border = 4

  private func fetchCommand(_ folder: String) -> String { "ddpm data fetch \(source.rawValue) --to \(folder)" }

  private func openSource(seed: UInt64) throws -> any LabeledImages {
    func folder() throws -> String {
      guard let path else {
        let hint = source.canBeFetched ? " (\(fetchCommand("FOLDER")) brings it)" : ""
        throw RecipeError("--data \(source.rawValue) needs --data-path, the folder that holds it\(hint)")
      }
      if source.canBeFetched, !FileManager.default.fileExists(atPath: path) {
        throw RecipeError("\(path): there is no such folder (\(fetchCommand(path)) brings it)")
      }
      return path
    }
    switch source {
    case .synthetic: return SyntheticDigits(seed: seed)
    case .mnist: return try MNIST(folder: folder(), split: .train)
    case .cifar10: return try CIFAR10(folder: folder(), split: .train, classes: classes)
    case .scenes: return SyntheticScenes(seed: seed, side: imageSide)
    case .iclevr: return try ICLEVR(folder: folder(), side: imageSide)
    case .folder: return try ImageFolder(folder(), imageSide: imageSide, channels: imageChannels)
    }
  }

  /// Images as the network sees them: of its size, its channels and its range.
  ///
  /// - Parameter images: `[count, height, width, channels]` from 0 to 1.
  public func prepared(_ images: Tensor) -> Tensor {
    guard images.fault == nil else { return images }
    var images = images
    let (height, side) = (images.shape[1], max(imageSide, 1))
    if height < side {
      images = images.withBorder(side: side)
    } else if height > side {
      images =
        height % side == 0
        ? images.averagePooled2d(window: height / side) : images.resized(width: side, height: side)
    }
    if images.shape[3] < imageChannels {
      images = .concatenated([Tensor](repeating: images, count: imageChannels), axis: 3)
    }
    return pixelRange == .symmetric ? images.scaledToSymmetricRange() : images
  }
}

extension Tensor {
  /// Images in the middle of larger ones, black around them; what is odd goes to the right and below.
  fileprivate func withBorder(side: Int) -> Tensor {
    [1, 2].reduce(self) { images, axis in
      let missing = side - images.shape[axis]
      func black(_ extent: Int) -> Tensor {
        var shape = images.shape.dimensions
        shape[axis] = extent
        return .zeros(Shape(shape))
      }
      return .concatenated([black(missing / 2), images, black(missing - missing / 2)], axis: axis)
    }
  }
}

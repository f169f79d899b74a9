import Datasets
import Foundation
import Reports

/// The real images that others are compared with.
public struct Reference {
  /// The kinds of images that there are references for.
  public enum Kind: String, CaseIterable, Sendable {
    /// The digits of MNIST: its 60,000 training images; held out are its 10,000 test images.
    case mnist
    /// Digits that the program draws: 20,000, and 10,000 held out, of a seed that no training has by itself.
    case synthetic
    /// Scenes that the program draws: 10,000, and 5,000 held out, of such a seed.
    case scenes
    /// The cats of CIFAR-10: its 5,000 training images; held out are its 1,000 test images. What the classifier is worth is
    /// measured on these and on the 1,000 frogs to test.
    case cifarCats = "cifar-cats"

    /// The classifier that sees the features.
    public var classifier: ShippedModel {
      switch self {
      case .mnist, .synthetic: .digitClassifier
      case .scenes: .sceneClassifier
      case .cifarCats: .catClassifier
      }
    }

    /// What the features are of, in the name of the distance.
    public var subject: String {
      switch self {
      case .mnist, .synthetic: "digit"
      case .scenes: "scene"
      case .cifarCats: "cat"
      }
    }

    /// How many images to score where nobody says how many: as many as there are held-out ones, or enough.
    public var usualCount: Int { self == .cifarCats ? 1000 : 2000 }

    /// Of images that the program draws: trainings have small seeds.
    static let seed: UInt64 = 0x5ED_0F_5C03E5

    /// What its images are fetched as, where they are read from a folder.
    private var fetched: DataSource? {
      switch self {
      case .mnist: .mnist
      case .cifarCats: .cifar10
      case .synthetic, .scenes: nil
      }
    }

    /// Whether its images are read from a folder.
    public var needsPath: Bool { fetched != nil }

    /// The folder that they are read from.
    ///
    /// - Throws: A ``ScoringError`` where none is named.
    func folder(_ dataPath: String?) throws -> String {
      guard let dataPath else {
        throw ScoringError(
          "\(rawValue) needs --data-path, the folder that holds it (ddpm data fetch \(fetched?.rawValue ?? rawValue) --to "
            + "FOLDER brings it)")
      }
      return dataPath
    }
  }

  /// What it is called in results.
  public let name: String
  /// The images whose statistics count.
  public let images: ImageSet
  /// Other real images, which no classifier or generator has been trained with, in no particular order: the first of them give
  /// the floor of the distance.
  public let heldOut: ImageSet
  /// Real images with labels by which the classifier is judged.
  public let judged: ImageSet
  /// The folder for the statistics of ``images``, which take long to compute; nil to keep none.
  public let cache: URL?

  /// Puts the parts together.
  ///
  /// - Parameter judged: Images with labels; nil for those held out.
  public init(name: String, images: ImageSet, heldOut: ImageSet, judged: ImageSet? = nil, cache: URL? = nil) {
    self.name = name
    self.images = images
    self.heldOut = heldOut
    self.judged = judged ?? heldOut
    self.cache = cache
  }

  /// Opens real images.
  ///
  /// - Parameters:
  ///   - kind: Which.
  ///   - dataPath: The folder that holds them, for those that are read from one.
  ///   - imageSide: The side of the images to be scored: real ones go through the same size.
  ///   - classifier: What they are for.
  ///   - cache: The folder for their statistics; nil to keep none.
  /// - Throws: A ``ScoringError`` or `DatasetError`, one line, where they cannot be had.
  public init(_ kind: Kind, dataPath: String?, imageSide: Int, for classifier: Classifier, cache: URL?) throws {
    let side = classifier.realSide(for: imageSide)
    func set(_ source: any LabeledImages, _ indices: Range<Int>? = nil) throws -> ImageSet {
      let own = source.imageShape[0]
      guard side <= own else {
        throw ScoringError("images of \(imageSide) × \(imageSide) pixels, but those of \(kind.rawValue) have \(own)")
      }
      let indices = indices ?? 0..<(source.count ?? 0)
      // MNIST's test images begin with those that are easier to read.
      let order = Batches(of: indices.count, size: indices.count, seed: 0).indices(step: 0)
      return ImageSet(
        source, at: order.map { indices[indices.startIndex + $0] }, imageSide: side,
        name: "the images of \(kind.rawValue)")
    }
    switch kind {
    case .mnist:
      let folder = try kind.folder(dataPath)
      self.init(
        name: kind.rawValue, images: try set(MNIST(folder: folder, split: .train)),
        heldOut: try set(MNIST(folder: folder, split: .test)), cache: cache)
    case .synthetic:
      let digits = SyntheticDigits(seed: Kind.seed)
      self.init(
        name: kind.rawValue, images: try set(digits, 0..<20_000), heldOut: try set(digits, 20_000..<30_000),
        cache: cache)
    case .scenes:
      let scenes = SyntheticScenes(seed: Kind.seed, side: side)
      self.init(
        name: kind.rawValue, images: try set(scenes, 0..<10_000), heldOut: try set(scenes, 10_000..<15_000),
        cache: cache)
    case .cifarCats:
      let folder = try kind.folder(dataPath)
      self.init(
        name: kind.rawValue, images: try set(CIFAR10(folder: folder, split: .train, classes: ["cat"])),
        heldOut: try set(CIFAR10(folder: folder, split: .test, classes: ["cat"])),
        judged: try set(CIFAR10(folder: folder, split: .test, classes: ["cat", "frog"])), cache: cache)
    }
  }
}

import Datasets
import Images
import Reports
import Tensors
import Training

/// Images to be scored, wherever they come from. They are read or drawn batch by batch, so that only a batch is in memory.
public struct ImageSet {
  /// What they are called in messages.
  public let name: String
  /// How many there are.
  public let count: Int
  /// Their height and width.
  public let imageSide: Int
  /// 1 for gray, 3 for color.
  public let channels: Int
  /// What the classes in their labels are called.
  public let classNames: [String]

  /// `[count, side, side, channels]` from 0 to 1, and what they show.
  private let read: (_ places: Range<Int>) throws -> (images: Tensor, labels: Labels)

  /// The images at some places, counted from 0.
  ///
  /// - Returns: `[count, side, side, channels]` from 0 to 1, and what they show.
  func images(at places: Range<Int>) throws -> (images: Tensor, labels: Labels) {
    let (images, labels) = try read(places)
    return (try images.checked(), labels)
  }

  /// The first images, or all where there are fewer.
  func prefix(_ count: Int) -> ImageSet {
    ImageSet(
      name: name, count: min(count, self.count), imageSide: imageSide, channels: channels, classNames: classNames,
      read: read)
  }
}

extension ImageSet {
  /// Images that are in memory.
  ///
  /// - Parameters:
  ///   - images: `[count, side, side, channels]` from 0 to 1.
  ///   - labels: What they show; ``Labels/none`` where that is not known.
  ///   - classNames: What the classes are called.
  /// - Throws: The fault of a faulty tensor, or a ``ScoringError`` where it has another shape.
  public init(_ images: Tensor, labels: Labels = .none, classNames: [String] = [], name: String = "images") throws {
    let shape = try images.checked().shape
    guard shape.rank == 4, shape[1] == shape[2], shape[3] == 1 || shape[3] == 3 else {
      throw ScoringError("\(name): images of shape \(shape); square ones in gray or color are needed")
    }
    self.init(name: name, count: shape[0], imageSide: shape[1], channels: shape[3], classNames: classNames) {
      (images.sliced(axis: 0, $0), labels.chosen(Array($0)))
    }
  }

  /// The images that a model draws, as they are in picture files: rounded to bytes. So a model and a folder of what it drew have the
  /// same scores.
  ///
  /// - Parameters:
  ///   - sampler: Draws them.
  ///   - seed: Decides all noise.
  ///   - labels: What they show; nil for a model that was made without labels.
  ///   - count: How many to draw.
  public init(drawnBy sampler: ImageSampler, seed: UInt64, labels: LabelChoice?, count: Int) {
    let data = sampler.recipe.data
    self.init(
      name: "the model's images", count: count, imageSide: data.imageSide,
      channels: data.isGrayRepeated ? 1 : data.imageChannels, classNames: sampler.recipe.classNames
    ) { places in
      var pictures: [Picture] = []
      for first in stride(from: places.lowerBound, to: places.upperBound, by: ImageSampler.batch) {
        pictures += try sampler.pictures(
          first..<min(first + ImageSampler.batch, places.upperBound), seed: seed, labels: labels)
      }
      return (Tensor(pictures, values: .unit), labels?.labels(for: places) ?? .none)
    }
  }

  /// Images of a dataset.
  ///
  /// - Parameters:
  ///   - source: The dataset.
  ///   - indices: Which of its images, in this order.
  ///   - imageSide: Height and width to bring them to, as `DataConfiguration.prepared(_:)` does for a training; nil for their own.
  public init(_ source: any LabeledImages, at indices: [Int], imageSide: Int? = nil, name: String) {
    let (side, channels) = (imageSide ?? source.imageShape[0], source.imageShape[2])
    let data = DataConfiguration(.folder, imageSide: side, imageChannels: channels, pixelRange: .unit)
    self.init(name: name, count: indices.count, imageSide: side, channels: channels, classNames: source.classNames) {
      let (images, labels) = source.images(at: Array(indices[$0]))
      return (data.prepared(images), labels)
    }
  }

  /// The pictures in a folder, or some of them by chance, with the names of subfolders as their classes.
  ///
  /// - Parameters:
  ///   - path: The folder with PNG files, or with a subfolder of them for each class.
  ///   - classifier: What they are for: in gray or color as it needs, square, of one size.
  ///   - count: How many of them at most.
  /// - Throws: `DatasetError` where the folder cannot be read or has no pictures; ``ScoringError`` where they are not of one size,
  ///   or not square.
  public init(folder path: String, for classifier: Classifier, count: Int) throws {
    let channels = classifier.configuration.imageChannels
    let sizes = try ImageFolder.pictureSizes(path)
    guard sizes.count == 1, let size = sizes.first, size.width == size.height else {
      let found = sizes.prefix(2).map { "\($0.width) × \($0.height)" }.joined(separator: " and ")
      throw ScoringError("\(path): pictures of \(found); square ones, all of one size, are needed")
    }
    let folder = try ImageFolder(path, imageSide: size.width, channels: channels)
    let all = folder.count ?? 0
    // The files are sorted by class: the first ones would not be like all.
    let indices = Batches(of: all, size: min(count, all), seed: 0).indices(step: 0)
    self.init(folder, at: indices, name: path)
  }
}

extension Labels {
  /// The labels of the images at some places.
  func chosen(_ places: [Int]) -> Labels {
    switch self {
    case .none: .none
    case .classes(let classes): .classes(places.map { classes[$0] })
    case .sets(let sets): .sets(places.map { sets[$0] })
    }
  }
}

import Images
import Reports
import Tensors

// How a recipe's images become pictures.

extension ImageSampler {
  /// Draws a grid of the first `count` images of a seed, each pixel `scale` times as large.
  ///
  /// - Throws: As ``images(_:seed:labels:)``, and an `ImageError` where the grid would be too large.
  public func grid(count: Int, seed: UInt64, labels: LabelChoice?, scale: Int = 1) throws -> Picture {
    var pictures: [Picture] = []
    for first in stride(from: 0, to: count, by: Self.batch) {
      let indices = first..<min(first + Self.batch, count)
      pictures += try self.pictures(indices, seed: seed, labels: labels)
    }
    return try Picture.grid(of: pictures, columns: columns(for: count, labels: labels), scale: scale)
  }

  /// Draws how images emerge from noise: a row for each image, its states from left to right.
  ///
  /// - Throws: As ``process(indices:seed:states:labels:)``, and an `ImageError` where the picture would be too large.
  public func processPicture(
    indices: Range<Int>, seed: UInt64, states: Int, labels: LabelChoice?, scale: Int = 1
  ) throws -> Picture {
    let shown = try process(indices: indices, seed: seed, states: states, labels: labels).map { recipe.data.shown($0) }
    return try Picture.strip(of: shown, values: recipe.data.values, scale: scale)
  }

  /// Draws the images with the given indices, as pictures.
  ///
  /// - Throws: As ``images(_:seed:labels:)``.
  public func pictures(_ indices: Range<Int>, seed: UInt64, labels: LabelChoice?) throws -> [Picture] {
    try Picture.pictures(of: recipe.data.shown(images(indices, seed: seed, labels: labels)), values: recipe.data.values)
  }
}

extension DataConfiguration {
  /// Which numbers are black and white.
  public var values: ValueRange { pixelRange == .symmetric ? .signed : .unit }

  /// Images as they are shown: of gray data that was repeated in three channels, the mean of the three.
  public func shown(_ images: Tensor) -> Tensor {
    isGrayRepeated && images.fault == nil ? images.mean(axes: [3], keepingAxes: true) : images
  }
}

/// The columns of a grid of `count` images that is about as wide as it is high.
public func columnCount(for count: Int) -> Int { max(1, Int(Double(count).squareRoot().rounded(.up))) }

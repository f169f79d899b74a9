import Images
import Reports
import Tensors

extension Classifier {
  /// Images as this classifier needs them: of its side, in [−1, 1].
  ///
  /// - Gray ones that are up to 4 pixels larger have a border, as digits of 32 × 32 for a GAN: their middle is cut out.
  /// - Other larger ones are reduced as for a training, smaller ones enlarged by linear interpolation. Real images to compare with
  ///   have to go the same way, through the same size.
  ///
  /// - Parameter images: `[count, side, side, channels]` from 0 to 1.
  func fitted(_ images: Tensor) -> Tensor {
    guard images.fault == nil else { return images }
    let (side, wanted, channels) = (images.shape[1], configuration.imageSide, configuration.imageChannels)
    var images = images
    if side < wanted {
      images = images.resized(width: wanted, height: wanted)
    } else if channels == 1, Self.borders.contains(side - wanted) {
      let first = (side - wanted) / 2
      images = images.sliced(axis: 1, first..<first + wanted).sliced(axis: 2, first..<first + wanted)
    }
    return DataConfiguration(.folder, imageSide: wanted, imageChannels: channels).prepared(images)
  }

  /// - Throws: A ``ScoringError`` where images are of another kind than this classifier's, or there are none.
  func check(_ set: ImageSet) throws {
    guard set.channels == configuration.imageChannels else {
      func kind(_ channels: Int) -> String { channels == 1 ? "gray" : "in color" }
      throw ScoringError(
        "\(set.name) are \(kind(set.channels)), but \(name) is for images that are "
          + kind(configuration.imageChannels))
    }
    guard set.count > 0 else { throw ScoringError("\(set.name): there are none") }
  }

  /// The side of real images that go the same way as images of that side.
  func realSide(for side: Int) -> Int {
    configuration.imageChannels == 1 && Self.borders.contains(side - configuration.imageSide)
      ? configuration.imageSide : side
  }

  private static let borders = 1...4
}

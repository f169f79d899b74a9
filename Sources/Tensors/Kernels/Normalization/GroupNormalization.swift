/// A group normalization that is worked out but not carried out: the normalized x is x · factor + offset, with one of each
/// for each channel of each image.
struct GroupNormalization: Sendable {
  let images: Int
  let pixels: Int
  let channels: Int
  let groups: Int
  // Of each channel of each image.
  /// The mean of the channel's group.
  let mean: Buffer
  /// 1 / √(variance + ε), of the channel's group.
  let inverseDeviation: Buffer
  /// scale / √(variance + ε).
  let factor: Buffer
  /// shift − mean · factor.
  let offset: Buffer

  init(images: Int, pixels: Int, channels: Int, groups: Int) {
    (self.images, self.pixels, self.channels, self.groups) = (images, pixels, channels, groups)
    mean = Buffer(uninitialized: images * channels)
    inverseDeviation = Buffer(uninitialized: images * channels)
    factor = Buffer(uninitialized: images * channels)
    offset = Buffer(uninitialized: images * channels)
  }

  /// What is done with the normalized numbers in the same pass.
  enum Activation { case identity, silu }
}

extension GroupNormalization {
  /// Some channels of one image: whole groups and, but for the last part, whole vectors.
  struct Part {
    let image: Int
    let channels: Range<Int>
    let pixels: Int
    /// How far it is from a pixel to the next: all channels of the image.
    let step: Int
    /// The channels in a group.
    let width: Int

    /// Where the image begins among all images' numbers.
    var firstElement: Int { image * pixels * step }

    /// Where the image begins among the numbers that each channel of each image has one of.
    var firstStatistic: Int { image * step }

    /// Calls `body` with each group's channels and how many numbers the group has.
    func forEachGroup(_ body: (_ channels: Range<Int>, _ count: Double) -> Void) {
      for first in stride(from: channels.lowerBound, to: channels.upperBound, by: width) {
        body(first..<(first + width), Double(max(pixels * width, 1)))
      }
    }
  }

  /// Calls `body` for each image or, where there are fewer images than threads, for the parts of each. What is computed of
  /// a channel does not depend on the part that it is in.
  func forEachPart(_ body: @escaping @Sendable (Part) -> Void) {
    guard channels > 0 else { return }
    let width = channels / groups
    var size = channels
    if images < ThreadPool.shared.activeCount {
      size = width
      while size % lanes != 0 { size += width }
    }
    let parts = (channels + size - 1) / size
    parallel(images * parts) { [size] item in
      let first = item % parts * size
      body(
        Part(
          image: item / parts, channels: first..<min(first + size, channels), pixels: pixels, step: channels,
          width: width))
    }
  }
}

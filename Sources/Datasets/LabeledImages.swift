import Tensors

/// A source of small images, each showing one of a few classes, or several of them.
///
/// Access is by index and repeatable: the same index of the same source gives the same image and label, bit for bit, in
/// whatever batch and order it is asked for. A training can therefore be resumed exactly from its step number, with
/// ``Batches`` choosing the indices.
public protocol LabeledImages: Sendable {
  /// How many images there are, with indices from 0; nil for an unlimited source, which has one for every integer.
  var count: Int? { get }

  /// Height, width and channels of every image.
  var imageShape: Shape { get }

  /// What the classes are called, in the order of the numbers that stand for them in ``Labels``.
  var classNames: [String] { get }

  /// The images at `indices`, in that order, and their labels.
  ///
  /// - Returns: The images as a tensor `[count, height, width, channels]` with values from 0 (background) to 1 (ink),
  ///   and one label, or set of labels, for each. Where an index lies outside the source the tensor is faulty.
  func images(at indices: [Int]) -> (images: Tensor, labels: Labels)

  /// The labels alone of the images at `indices`, which takes no image to be read or drawn; ``Labels/none`` where an index
  /// lies outside the source.
  func labels(at indices: [Int]) -> Labels
}

extension LabeledImages {
  /// What is wrong with `indices`; nil where there is an image for each of them.
  func fault(at indices: [Int]) -> Fault? {
    guard let count, let outside = indices.first(where: { !(0..<count).contains($0) }) else { return nil }
    return Fault("there is no image \(outside) among \(count)")
  }

  /// Puts 8-bit images, one after the other, into one tensor with values from 0 to 1.
  func tensor(of pixels: [UInt8], count: Int) -> Tensor {
    Tensor(pixels.map { Float($0) / 255 }, shape: Shape([count] + imageShape.dimensions))
  }
}

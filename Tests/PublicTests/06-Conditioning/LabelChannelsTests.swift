import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.3 Labels as channels", .exercise("6.3"))
struct Exercise6_3 {
  /// Images that are as wide as there are classes, so that a label spread along the wrong axis fits all the same.
  private let images: Tensor
  private let labels: Tensor

  init() {
    var generator = RandomGenerator(seed: 1)
    images = .normal([2, 3, 4, 2], using: &generator)
    labels = .normal([2, 4], using: &generator)
  }

  /// The answer for the images and labels above, once its shape is right.
  private func answer(_ images: Tensor, _ labels: Tensor) throws -> Tensor {
    let result = try withLabelChannels(images, labels: labels).checked()
    try #require(
      result.shape == [2, 3, 4, 6],
      """
      2 channels and 4 classes make 6 channels, the last axis, of images [2, 3, 4, 2]: yours is \(result.shape) instead of \
      [2, 3, 4, 6]
      """)
    return result
  }

  /// The rows of labels at every pixel.
  private var tiles: Tensor { labels.reshaped([2, 1, 1, 4]).broadcast(to: [2, 3, 4, 4]) }

  @Test("Behind the image's own channels there is one channel for each class")
  func shape() throws {
    let shape = try withLabelChannels(images, labels: labels).checked().shape
    #expect(
      shape == [2, 3, 4, 6],
      shape == [2, 3, 4, 4]
        ? "the image's own channels are gone; the labels' stand behind them: yours is \(shape) instead of [2, 3, 4, 6]"
        : "2 channels and 4 classes make 6 channels, and all other axes stay: yours is \(shape) instead of [2, 3, 4, 6]"
    )
  }

  @Test("The image's own channels come first, and stay as they are")
  func own() throws {
    expectClose(
      try answer(images, labels).sliced(axis: -1, 0..<2), images, "the first 2 channels, which are the image's",
      tolerance: 0,
      mistakes: [
        "the labels stand before the image's channels; they belong behind: [image, labels]":
          tiles.sliced(axis: -1, 0..<2)
      ])
  }

  @Test("Every pixel has its image's row of labels")
  func everyPixel() throws {
    let stretched = Shape([2, 3, 4, 4])
    expectClose(
      try answer(images, labels).sliced(axis: -1, 2..<6), tiles, "the label channels, which are the last 4",
      tolerance: 0,
      mistakes: [
        "the labels stand before the image's channels; they belong behind: [image, labels]":
          .concatenated([tiles, images], axis: -1).sliced(axis: -1, 2..<6),
        "the labels run along the width: pixel x got the number of class x, in all channels":
          labels.reshaped([2, 1, 4, 1]).broadcast(to: stretched),
        "reshape does not move axes: a row becomes [count, 1, 1, classes], not [count, classes, 1, 1] to be reshaped again":
          labels.reshaped([2, 4, 1, 1]).broadcast(to: [2, 4, 3, 4]).reshaped(stretched),
        "the rows are repeated as a whole, so that pixels have the labels of other images; each row belongs to one image":
          Tensor.concatenated([Tensor](repeating: labels, count: 12), axis: 0).reshaped(stretched),
        "all images got the labels of the first": labels.sliced(axis: 0, 0..<1).reshaped([1, 1, 1, 4])
          .broadcast(to: stretched),
        "all images got the labels of the last": labels.sliced(axis: 0, 1..<2).reshaped([1, 1, 1, 4])
          .broadcast(to: stretched),
        "the labels stand at one pixel only; a convolution sees them nowhere else":
          labels.reshaped([2, 1, 1, 4]) * corner,
      ])
  }

  /// 1 at the first pixel, 0 at the others.
  private var corner: Tensor {
    var mask = Tensor.zeros([1, 3, 4, 1])
    mask[0, 0, 0, 0] = 1
    return mask
  }

  @Test("Seen by a 1×1 convolution, label channels are a shift of its result: an embedding of the label")
  func convolution() throws {
    var generator = RandomGenerator(seed: 2)
    let weight = Tensor.normal([1, 1, 6, 5], using: &generator)
    let all = try answer(images, labels).conv2d(weight)
    let ofImages = images.conv2d(weight.sliced(axis: 2, 0..<2))
    let shift = labels.matmul(weight.sliced(axis: 2, 2..<6).reshaped([4, 5]))
    // Six products of numbers around 1, in Float.
    expectClose(
      all, ofImages + shift.reshaped([2, 1, 1, 5]),
      "the convolution of images with labels, which moves all pixels of an image alike", tolerance: 2e-6)
  }

  @Test("Gradients: a label's is the sum over the pixels, an image's passes through")
  func gradients() throws {
    var generator = RandomGenerator(seed: 3)
    let (images, labels) = (images.variable, labels.variable)
    let upstream = Tensor.normal([2, 3, 4, 6], using: &generator)
    let gradients = try answer(images, labels).gradients(from: upstream)
    // Writing element by element makes new numbers, of which nothing is recorded.
    let advice =
      "numbers that are written one by one do not know where they came from; reshape, broadcast and concatenate"
    let ofImages = try #require(
      gradients[images], "no gradient reaches the images, so a generator could not learn: \(advice)")
    expectClose(
      ofImages, upstream.sliced(axis: -1, 0..<2), "the gradient with respect to the images, which passes through",
      tolerance: 0)
    let ofLabels = try #require(
      gradients[labels], "no gradient reaches the labels, which may be learned vectors: \(advice)")
    // Twelve numbers of about 1.
    expectClose(
      ofLabels, upstream.sliced(axis: -1, 2..<6).sum(axes: [1, 2]),
      "the gradient with respect to the labels, a sum over all pixels", tolerance: 2e-6)
  }

  @Test("Labels of another number of images are a fault", arguments: [1, 3])
  func misfit(count: Int) {
    #expect(
      withLabelChannels(images, labels: .zeros([count, 4])).fault != nil,
      "\(count) rows of labels for 2 images must be faulty")
    #expect(
      withLabelChannels(images, labels: labels).fault == nil,
      "2 rows of labels fit 2 images: yours is faulty, “\(withLabelChannels(images, labels: labels).fault?.reason ?? "")”"
    )
  }

  @Test("A label stays what it is, whatever the pixels are")
  func strangePixels() throws {
    var images = images
    images[1, 2, 0, 1] = .infinity
    images[0, 0, 0, 0] = .nan
    let found = try answer(images, labels).sliced(axis: -1, 2..<6)
    #expect(
      found == tiles,
      "a label's numbers must not be computed with the pixels: beside an infinite pixel and a NaN yours are no longer the labels"
    )
  }
}

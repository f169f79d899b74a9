import Tensors

/// Images with their labels laid behind them as further channels: each pixel gets its image's whole row of labels.
///
/// A convolution sees a small window only. With the label in every pixel, every window knows it.
///
/// Useful: `reshaped` gives a row further axes of extent 1, `broadcast(to:)` repeats what an axis of extent 1 holds, and
/// `Tensor.concatenated(_:axis:)` lays tensors behind one another.
///
/// - Parameters:
///   - images: `[count, height, width, channels]`.
///   - labels: A row for each image, one-hot or multi-hot, `[count, classCount]`.
/// - Returns: `[count, height, width, channels + classCount]`: at each pixel first the image's own channels, then the
///   label's numbers, the same ones at all pixels of an image. Gradients reach both images and labels.
public func withLabelChannels(_ images: Tensor, labels: Tensor) -> Tensor {
  if images.fault != nil { return images }
  if labels.fault != nil { return labels }
  guard images.shape.rank == 4, labels.shape.rank == 2, images.shape[0] == labels.shape[0] else {
    return Tensor(fault: Fault("labels \(labels.shape) for images \(images.shape): a row for each image is needed"))
  }
  return unfinished("6.3")
}

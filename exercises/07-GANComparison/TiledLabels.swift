import Conditioning
import Learning
import Tensors

// A conditional GAN (Mirza and Osindero 2014) tells both players the label: the generator what to make, the
// discriminator what the image claims to be. Each player has a table of its own with a vector for each class, and each
// network gets its input widened.

/// Tells a generator the label: the label's vector is laid behind the latent one.
public final class LatentLabels: Layer {
  /// One row for each class, `[classCount, labelWidth]`.
  public let table: Embedding

  /// Makes a table with random rows.
  public init(classCount: Int, labelWidth: Int, using generator: inout RandomGenerator) {
    table = Embedding(count: classCount, width: labelWidth, using: &generator)
  }

  /// The latent vectors, each with its label's row of the table behind it. `table(labels)` looks the rows up.
  ///
  /// - Parameters:
  ///   - latents: `[count, latentWidth]`.
  ///   - labels: One for each, counted from 0.
  /// - Returns: `[count, latentWidth + labelWidth]`: the input of a generator whose latent width is that sum. Faulty
  ///   where a label is not in the table, or there are not as many labels; gradients reach the latent vectors and the table.
  public func callAsFunction(_ latents: Tensor, labels: [Int]) -> Tensor {
    return unfinished("7.9")
  }
}

/// Tells a discriminator the label: the label's vector is tiled over the image, as further channels.
public final class TiledLabels: Layer {
  /// One row for each class, `[classCount, labelWidth]`.
  public let table: Embedding

  /// Makes a table with random rows.
  public init(classCount: Int, labelWidth: Int, using generator: inout RandomGenerator) {
    table = Embedding(count: classCount, width: labelWidth, using: &generator)
  }

  /// The images, each with its label's row of the table behind the channels of each of its pixels.
  ///
  /// These are the label channels of 6.3 once more. There the row that is tiled was ones and zeros; here it is learned, so
  /// gradients must reach the table. `withLabelChannels` may be used here.
  ///
  /// - Parameters:
  ///   - images: `[count, height, width, channels]`.
  ///   - labels: One for each, counted from 0.
  /// - Returns: `[count, height, width, channels + labelWidth]`: the input of a discriminator that was made for images
  ///   with as many channels.
  public func callAsFunction(_ images: Tensor, labels: [Int]) -> Tensor {
    if images.fault != nil { return images }
    guard images.shape.rank == 4, images.shape[0] == labels.count else {
      return Tensor(fault: Fault("\(labels.count) labels for images \(images.shape): one for each is needed"))
    }
    return unfinished("7.9")
  }
}

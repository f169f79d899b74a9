import Learning
import Tensors

/// Tells a network one label for each image, along the way that the time takes already: a learned vector for each class
/// is added to the time's embedding (the reports on MNIST and on CIFAR-10 do so).
///
/// No other layer changes. Wherever a block used what it was told about the time, it now hears about the label as well.
public final class LabelEmbedding: Layer {
  /// One row for each class, `[classCount, width]`.
  public let table: Embedding

  /// Makes a table with random rows.
  ///
  /// - Parameters:
  ///   - classCount: How many classes there are; one more where the network shall also learn to do without a label.
  ///   - width: As wide as the time's embedding.
  ///   - generator: Where the random numbers come from.
  public init(classCount: Int, width: Int, using generator: inout RandomGenerator) {
    table = Embedding(count: classCount, width: width, using: &generator)
  }

  /// The time's embedding plus the label's row of the table, image by image. `table(labels)` looks the rows up.
  ///
  /// - Parameters:
  ///   - time: `[count, width]`.
  ///   - labels: One for each image, counted from 0.
  /// - Returns: `[count, width]`; faulty where a label is not in the table. Gradients reach the time and the table.
  public func callAsFunction(_ time: Tensor, labels: [Int]) -> Tensor {
    // One row would be stretched over all images, which no error would show.
    guard time.fault != nil || time.shape.first == labels.count else {
      return Tensor(
        fault: Fault("\(labels.count) labels for a time embedding \(time.shape): one for each image is needed"))
    }
    return unfinished("6.2")
  }
}

/// Tells a network a set of labels for each image: a linear layer makes one vector of the multi-hot row, and that is
/// added to the time's embedding (report 002 does so).
public final class LabelSetEmbedding: Layer {
  /// Maps `[count, classCount]` to `[count, width]`: the bias plus the rows of the weight that belong to the labels.
  public let projection: Linear

  /// Makes a projection with random weights.
  ///
  /// - Parameters:
  ///   - classCount: How many classes there are.
  ///   - width: As wide as the time's embedding.
  ///   - generator: Where the random numbers come from.
  public init(classCount: Int, width: Int, using generator: inout RandomGenerator) {
    projection = Linear(from: classCount, to: width, using: &generator)
  }

  /// The time's embedding plus the projected labels, image by image. `projection(labels)` maps the rows.
  ///
  /// - Parameters:
  ///   - time: `[count, width]`.
  ///   - labels: Multi-hot rows, `[count, classCount]`.
  /// - Returns: `[count, width]`. Gradients reach the time, the rows of labels and the layer's parameters.
  public func callAsFunction(_ time: Tensor, labels: Tensor) -> Tensor {
    guard time.fault != nil || labels.fault != nil || time.shape.first == labels.shape.first else {
      return Tensor(
        fault: Fault("labels \(labels.shape) for a time embedding \(time.shape): a row for each image is needed"))
    }
    return unfinished("6.2")
  }
}

import Tensors

/// Each label as a row of zeros with a one in its place.
///
/// - Parameters:
///   - labels: Classes, counted from 0.
///   - classCount: How many classes there are.
/// - Returns: `[labels, classCount]`; faulty where a label is not one of the classes.
public func oneHot(_ labels: [Int], classCount: Int) -> Tensor { multiHot(labels.map { [$0] }, classCount: classCount) }

/// Each image's set of labels as a row of zeros with ones in their places.
///
/// - Parameters:
///   - labels: For each image its classes, counted from 0.
///   - classCount: How many classes there are.
/// - Returns: `[images, classCount]`; faulty where a label is not one of the classes.
public func multiHot(_ labels: [[Int]], classCount: Int) -> Tensor {
  var rows = Tensor.zeros([labels.count, classCount])
  for (image, classes) in labels.enumerated() {
    for label in classes { rows[image, label] = 1 }
  }
  return rows
}

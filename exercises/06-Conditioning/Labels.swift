import Tensors

/// Each image's one label as a row of zeros with a one in its place: label 2 of 4 classes becomes 0 0 1 0.
///
/// - Parameters:
///   - labels: One class for each image, counted from 0.
///   - classCount: How many classes there are.
/// - Returns: `[labels.count, classCount]`; faulty where a label is not one of the classes. A tensor's elements can be set
///   by their indices; one that is written to outside its shape becomes faulty by itself, and names the place.
public func oneHot(_ labels: [Int], classCount: Int) -> Tensor {
  return unfinished("6.1")
}

/// Each image's set of labels as a row of zeros with ones in their places: the labels 0 and 2 of 4 classes become
/// 1 0 1 0.
///
/// - Parameters:
///   - labels: For each image its classes, counted from 0, in any order. There may be none, and one that is named twice
///     counts once.
///   - classCount: How many classes there are.
/// - Returns: `[labels.count, classCount]`; faulty where a label is not one of the classes.
public func multiHot(_ labels: [[Int]], classCount: Int) -> Tensor {
  return unfinished("6.1")
}

import Tensors

extension Classifier {
  /// How sure this classifier is of the class of each image of a set: the highest of its probabilities.
  ///
  /// - Throws: A ``ScoringError`` where the images are of another kind than the classifier's.
  public func confidences(of set: ImageSet) throws -> [Double] {
    let probabilities = try Observations(of: set, by: self).probabilities
    let (classCount, scalars) = (probabilities.shape[1], probabilities.scalars)
    return (0..<set.count).map { image in
      Double(scalars[image * classCount..<(image + 1) * classCount].max() ?? 0)
    }
  }
}

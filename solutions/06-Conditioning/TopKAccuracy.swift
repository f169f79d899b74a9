import Tensors

// How well drawn images show what was asked for: a classifier scores all classes for each image, and of an image of k
// labels the k classes with the highest scores should be these labels. The i-CLEVR evaluator counts so.

/// How many of each image's labels are among its k highest scores, where k is the number of its labels.
///
/// - Parameters:
///   - scores: The classifier's score for each class, `[count, classCount]`; logits and probabilities have the same
///     order.
///   - labels: For each image its classes, counted from 0 and each named once; what is no class is never a hit, but counts in
///     k. k differs from image to image, and may be 0.
/// - Returns: For each image a number from 0 to k. Of equal scores the class with the lower number counts as higher.
/// - Throws: The `Fault` of faulty scores, or one that says that scores and labels do not fit together.
public func topKHits(scores: Tensor, labels: [[Int]]) throws -> [Int] {
  try scores.checked()
  guard scores.shape.rank == 2, scores.shape[0] == labels.count else {
    throw Fault("scores \(scores.shape) for the labels of \(labels.count) images: a row for each image is needed")
  }
  // BEGIN SOLUTION 6.7
  let classCount = scores.shape[1]
  return labels.enumerated().map { image, classes in
    let row = (0..<classCount).map { scores[image, $0] }
    // By score, and of equal ones by number: sorting alone promises no order for these.
    let ranking = (0..<classCount).sorted { row[$0] != row[$1] ? row[$0] > row[$1] : $0 < $1 }
    return Set(ranking.prefix(classes.count)).intersection(classes).count
  }
  // END SOLUTION
}

/// The accuracy with each *image* counting the same: the mean over images of hits / labels.
///
/// Report 002 gives this one: its 0.921875 is 29.5 of 32 images, and no whole number of 72 labels.
///
/// - Parameters:
///   - hits: For each image how many of its labels were found.
///   - labelCounts: For each image how many labels it has. Images without any are left out.
/// - Returns: From 0 to 1; NaN where no image has a label.
public func meanAccuracy(hits: [Int], labelCounts: [Int]) -> Double {
  // BEGIN SOLUTION 6.7
  let fractions = zip(hits, labelCounts).filter { $1 > 0 }.map { Double($0) / Double($1) }
  return fractions.reduce(0, +) / Double(fractions.count)
  // END SOLUTION
}

/// The accuracy with each *label* counting the same: all hits over all labels.
///
/// - Parameters:
///   - hits: For each image how many of its labels were found.
///   - labelCounts: For each image how many labels it has, as many numbers as there are hits.
/// - Returns: From 0 to 1; NaN where no image has a label.
public func pooledAccuracy(hits: [Int], labelCounts: [Int]) -> Double {
  // BEGIN SOLUTION 6.7
  Double(hits.reduce(0, +)) / Double(labelCounts.reduce(0, +))
  // END SOLUTION
}

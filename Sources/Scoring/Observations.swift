import Datasets
import Tensors

/// What a classifier sees in a set of images.
struct Observations {
  /// `[count, featureWidth]`.
  let features: Tensor
  /// `[count, classCount]`.
  let probabilities: Tensor
  /// What the images show, by the classifier's classes.
  let labels: Labels
  /// The mean of all pixels, from 0, black, to 255, white.
  let meanInk: Double
  private let showsSets: Bool

  /// Looks at all images of a set, batch by batch.
  ///
  /// - Parameter onProgress: Told after each batch how many images have been seen.
  /// - Throws: A ``ScoringError`` where the images are of another kind than the classifier's, or what drawing them throws.
  init(of set: ImageSet, by classifier: Classifier, onProgress: (Int) -> Void = { _ in }) throws {
    try classifier.check(set)
    var (features, probabilities): ([Tensor], [Tensor]) = ([], [])
    var labels: [Labels] = []
    var ink = 0.0
    for first in stride(from: 0, to: set.count, by: Classifier.batch) {
      let places = first..<min(first + Classifier.batch, set.count)
      let (images, shown) = try set.images(at: places)
      let fitted = classifier.fitted(images)
      let seen = classifier.looked(at: fitted)
      features.append(try seen.features.checked())
      probabilities.append(seen.probabilities)
      labels.append(shown)
      // A mean in Double: a sum of 60,000 images would lose digits in Float.
      ink += fitted.scalars.reduce(0) { $0 + Double($1) } / Double(fitted.shape.elementCount) * Double(places.count)
      onProgress(places.upperBound)
    }
    self.features = try Tensor.concatenated(features, axis: 0).checked()
    self.probabilities = try Tensor.concatenated(probabilities, axis: 0).checked()
    self.labels = Labels(joining: labels).renamed(from: set.classNames, to: classifier.classNames)
    showsSets = classifier.configuration.showsSets
    meanInk = 255 * (ink / Double(set.count) + 1) / 2
    guard self.features.isFinite else { throw ScoringError("\(set.name): not all features are finite numbers") }
  }
}

extension Observations {
  private init(_ other: Observations, rows: [Int]) {
    features = other.features.gathered(rows: rows)
    probabilities = other.probabilities.gathered(rows: rows)
    labels = other.labels.chosen(rows)
    meanInk = other.meanInk
    showsSets = other.showsSets
  }

  /// The same in a random order, always the same one. Parts of what is sorted, as by class, would not be like the whole.
  func shuffled() -> Observations {
    let count = features.shape[0]
    return Observations(self, rows: Batches(of: count, size: count, seed: 0).indices(step: 0))
  }

  /// The share of the images of whose classes the classifier is more than 90 % sure: of one class an image or, where images show sets,
  /// of every class that it is there, or that it is not.
  var confidentShare: Double {
    let (count, classCount) = (probabilities.shape[0], probabilities.shape[1])
    let scalars = probabilities.scalars
    let confident = (0..<count).count { image in
      let row = scalars[image * classCount..<(image + 1) * classCount]
      return showsSets ? row.allSatisfy { max($0, 1 - $0) > 0.9 } : row.contains { $0 > 0.9 }
    }
    return Double(confident) / Double(count)
  }
}

extension Labels {
  /// The labels of batches, one after the other; none where a batch has none.
  fileprivate init(joining batches: [Labels]) {
    var classes: [Int] = []
    var sets: [[Int]] = []
    for batch in batches {
      switch batch {
      case .none: break
      case .classes(let more): classes += more
      case .sets(let more): sets += more
      }
    }
    self = sets.isEmpty ? classes.isEmpty ? .none : .classes(classes) : .sets(sets)
  }

  /// The same labels by the numbers of another list of classes; none where a class is not in it, such as the null label.
  func renamed(from names: [String], to others: [String]) -> Labels {
    func place(_ number: Int) -> Int? {
      names.indices.contains(number) ? others.firstIndex(of: names[number]) : nil
    }
    switch self {
    case .none: return .none
    case .classes(let classes):
      let places = classes.compactMap(place)
      return places.count == classes.count ? .classes(places) : .none
    case .sets(let sets):
      let places = sets.map { $0.compactMap(place) }
      return zip(places, sets).allSatisfy { $0.count == $1.count } ? .sets(places) : .none
    }
  }
}

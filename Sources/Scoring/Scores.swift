/// How good images are, as a classifier sees them. What does not apply, or cannot be known, is nil.
public struct Scores: Codable, Equatable, Sendable {
  // MARK: What was compared, and by which eyes

  /// The real images, such as `mnist`.
  public var reference: String
  /// How many of them the statistics are of.
  public var referenceCount: Int
  /// How many images were scored.
  public var imageCount: Int
  /// Which classifier.
  public var classifier: String
  /// Which of its layers.
  public var featureLayer: String
  /// How many features there are.
  public var featureWidth: Int
  /// How often the classifier is right about real images that it was not trained with; with sets of classes the top-k accuracy over
  /// images.
  public var classifierAccuracy: Double?

  // MARK: The Fréchet distance

  /// The Fréchet distance of the features from those of the reference.
  public var frechetDistance: Double
  /// The same distance of real images that are held out: what a perfect generator would have.
  public var floor: Double
  /// How many images the floor is of: as many as were scored, where there are so many.
  public var floorCount: Int
  /// What the distance tends to with infinitely many images.
  public var extrapolatedDistance: Double?
  /// The standard error of ``extrapolatedDistance``.
  public var extrapolatedStandardError: Double?

  // MARK: Precision and recall

  /// The fraction of the images that lie in the balls around real ones.
  public var precision: Double
  /// The fraction of the real images that lie in the balls around these.
  public var recall: Double
  /// How many images of each kind precision and recall are of.
  public var precisionRecallCount: Int

  // MARK: What the images show

  /// The share of the images of which the classifier is more than 90 % sure.
  public var confidentShare: Double
  /// The same share of the held-out real images.
  public var realConfidentShare: Double
  /// The mean pixel, from 0, black, to 255, white.
  public var meanInk: Double
  /// The mean pixel of the held-out real images.
  public var realMeanInk: Double
  /// How often an image shows the class that it was drawn for.
  public var accuracy: Double?
  /// The same for each class, by its name.
  public var perClassAccuracy: [String: Double]?
  /// How many of the objects of an image are found, with each image counting the same.
  public var meanTopK: Double?
  /// How many of all objects are found.
  public var pooledTopK: Double?
  /// The same for images of a model of scenes that were drawn for the two lists of sets, by the names of the lists.
  public var lists: [String: TopKScores]?

  /// How many times as large as the floor the distance is; nil where they are of different numbers of images, or of a floor of 0.
  public var floorRatio: Double? { floorCount == imageCount && floor > 0 ? frechetDistance / floor : nil }
}

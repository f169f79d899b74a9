import Datasets
import Reports
import Training

extension Reference.Kind {
  /// What a model should draw to be compared with real images: what the first of those show, so that each class is as frequent as
  /// there; of cats, cats. Where the model knows fewer classes, what is left of them.
  ///
  /// - Parameters:
  ///   - recipe: The model's.
  ///   - count: How many images there will be.
  ///   - dataPath: The folder that holds the real images, for those that are read from one.
  /// - Returns: Nil for a model that was made without labels.
  /// - Throws: `TrainingError` where the model knows none of what is to be drawn; one line where the folder cannot be read.
  public func labels(for recipe: Recipe, count: Int, dataPath: String?) throws -> LabelChoice? {
    guard LabelChoice(recipe) != nil else { return nil }
    let real: any LabeledImages
    switch self {
    case .mnist: real = try MNIST(folder: folder(dataPath), split: .train)
    case .synthetic: real = SyntheticDigits(seed: Self.seed)
    case .scenes: real = SyntheticScenes(seed: Self.seed)
    case .cifarCats: return try LabelChoice(label: "cat", labels: nil, option: "--against cifar-cats: drawing", recipe)
    }
    let shown = real.labels(at: Array(0..<min(count, real.count ?? count)))
    return try LabelChoice(showing: shown, of: real.classNames, recipe)
  }

  /// Images of a model for the two lists of sets, several for each set; none of other kinds than scenes, and of a model that was made
  /// without labels.
  ///
  /// - Throws: `TrainingError` where the model knows none of the objects.
  public static func lists(
    drawnBy sampler: ImageSampler, seed: UInt64, imagesPerSet: Int = 8
  ) throws -> [SceneList: ImageSet] {
    guard LabelChoice(sampler.recipe) != nil else { return [:] }
    var lists: [SceneList: ImageSet] = [:]
    for list in SceneList.allCases {
      let sets = SyntheticScenes().sets(of: list)
      lists[list] = ImageSet(
        drawnBy: sampler, seed: seed, labels: try LabelChoice(sets: sets, sampler.recipe),
        count: imagesPerSet * sets.count)
    }
    return lists
  }
}

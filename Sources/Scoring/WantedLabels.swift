import Datasets
import Reports
import Training

extension Reference.Kind {
  /// What a model should draw to be compared with real images: of digits, all it can draw in turn; of cats, cats; of scenes, as many
  /// different sets of objects as there are images, chosen like those of the real ones.
  ///
  /// - Parameters:
  ///   - recipe: The model's.
  ///   - count: How many images there will be.
  /// - Returns: Nil for a model that was made without labels.
  /// - Throws: `TrainingError` where the model knows none of what is to be drawn.
  public func labels(for recipe: Recipe, count: Int) throws -> LabelChoice? {
    guard let choice = LabelChoice(recipe) else { return nil }
    switch self {
    case .mnist, .synthetic: return choice
    case .cifarCats: return try LabelChoice(label: "cat", labels: nil, option: "--against cifar-cats: drawing", recipe)
    case .scenes:
      guard case .sets(let sets) = SyntheticScenes(seed: Self.seed).labels(at: Array(0..<count)) else { return choice }
      return try LabelChoice(sets: sets.map { set in set.map { SyntheticScenes.classNames[$0] } }, recipe)
    }
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

import Datasets
import Reports

/// What the images to be drawn show: each in turn a class, or a set of classes.
public struct LabelChoice: Equatable, Sendable {
  /// What the images show in turn: image k shows the element k modulo the count. Where images show one class each, each element
  /// holds one.
  public let sequence: [[Int]]
  private let areSets: Bool

  /// What stands for no label.
  static let none = "none"

  /// Each class in turn; nil for a network that was made without labels.
  public init?(_ recipe: Recipe) {
    guard let count = recipe.classCount else { return nil }
    self.init((0..<count).map { [$0] }, recipe)
  }

  /// Sets of classes in turn, by their names.
  ///
  /// - Throws: ``TrainingError`` where the network knows no such class, or no sets.
  public init(sets: [[String]], _ recipe: Recipe) throws {
    guard recipe.classCount != nil, recipe.data.source.hasLabelSets else {
      throw TrainingError("this model draws no sets of objects")
    }
    let places = Dictionary(recipe.classNames.enumerated().map { ($1, $0) }) { first, _ in first }
    let sequence = try sets.map { set in
      try set.map { name in
        guard let place = places[name] else { throw TrainingError("this model knows no \"\(name)\"") }
        return place
      }
    }
    self.init(sequence, recipe)
  }

  /// What other images show, in their order; classes that the network does not know are left out.
  ///
  /// - Parameters:
  ///   - labels: The labels of those images.
  ///   - names: What their classes are called.
  ///   - recipe: The network's.
  /// - Throws: ``TrainingError`` where the network knows none of the classes.
  public init(showing labels: Labels, of names: [String], _ recipe: Recipe) throws {
    let places = names.map { recipe.classNames.firstIndex(of: $0) }
    let sequence: [[Int]] =
      switch labels {
      case .none: []
      case .classes(let classes): classes.compactMap { places[$0].map { [$0] } }
      case .sets(let sets): sets.map { set in set.compactMap { places[$0] } }
      }
    guard sequence.contains(where: { !$0.isEmpty }), recipe.classCount != nil else {
      throw TrainingError(
        "this model draws none of \(names.joined(separator: ", ")); name what it shall draw with --labels")
    }
    self.init(sequence, recipe)
  }

  private init(_ sequence: [[Int]], _ recipe: Recipe) {
    self.sequence = sequence
    areSets = recipe.data.source.hasLabelSets
  }

  /// Finds the classes by their names.
  ///
  /// - Parameters:
  ///   - label: One class for all images; ``none`` for a network that learned to do without a label.
  ///   - labels: Classes with commas between them: one for each image in turn or, where images show sets, one set for all.
  ///   - option: The option that they come from, for errors; nil for `--label` or `--labels`.
  /// - Throws: ``TrainingError`` where the network knows no such class; it lists those that it knows.
  public init?(label: String?, labels: String?, option: String? = nil, _ recipe: Recipe) throws {
    guard let text = label ?? labels else {
      self.init(recipe)
      return
    }
    let option = option ?? (label == nil ? "--labels" : "--label")
    guard recipe.classCount != nil else {
      throw TrainingError("\(option) \(text): this model was made without labels")
    }
    let words = label.map { [$0] } ?? text.split(separator: ",").map { $0.trimmingWhitespace }
    let names = recipe.classNames
    if words == [Self.none], recipe.guidanceProblem == nil {
      self.init([recipe.data.source.hasLabelSets ? [] : [names.count]], recipe)
      return
    }
    let classes = try words.map { word in
      if let place = names.firstIndex(where: { $0.lowercased() == word.lowercased() }) { return place }
      let nearest = nearestName(to: word, among: names).map { " (did you mean \($0)?)" } ?? ""
      throw TrainingError(
        "\(option) \(text): this model knows no \"\(word)\"\(nearest); it knows \(names.joined(separator: ", "))")
    }
    guard !classes.isEmpty else {
      throw TrainingError("\(option): no label is named; there are \(names.joined(separator: ", "))")
    }
    self.init(recipe.data.source.hasLabelSets ? [classes] : classes.map { [$0] }, recipe)
  }

  /// The columns of a grid with one for each element of ``sequence``; nil where these are not 2 to 16.
  public var columnCount: Int? { (2...16).contains(sequence.count) ? sequence.count : nil }

  /// The images in such a grid: as many full rows as `limit` images make, but at least one; nil where there is no such grid.
  public func gridCount(upTo limit: Int) -> Int? { columnCount.map { $0 * max(1, limit / $0) } }

  /// The labels of the images with the given indices.
  public func labels(for indices: Range<Int>) -> Labels {
    let chosen = indices.map { sequence[$0 % sequence.count] }
    return areSets ? .sets(chosen) : .classes(chosen.flatMap { $0 })
  }
}

extension Substring {
  fileprivate var trimmingWhitespace: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}

extension Recipe {
  /// How many classes there are to choose from; nil for a network that was made without labels.
  var classCount: Int? {
    let known =
      switch objective {
      case .denoising(let denoising): denoising.network.configuration.classCount
      case .adversarial(let adversarial): adversarial.network.classCount
      case .classification(let classifier): Optional(classifier.classCount)
      }
    guard let known else { return nil }
    // A class more than the data has is the null label.
    return min(known, data.classNames?.count ?? known)
  }

  /// What the classes are called; their numbers where the recipe does not say.
  public var classNames: [String] { data.classNames ?? (0..<(classCount ?? 0)).map(String.init) }

  /// Why images cannot be drawn with guidance, in a few words; nil where they can.
  public var guidanceProblem: String? {
    guard let denoising = objective.denoising, denoising.network.configuration.classCount != nil else {
      return "this model was made without labels"
    }
    return denoising.labelDropout > 0
      ? nil : "this model never learned to do without a label; train it with --label-dropout 0.1"
  }
}

import Reports

/// One part of an experiment that is done by itself: a training with the images that are drawn with it, a drawing with the network
/// of another cell, or a computation.
public struct Cell: Codable, Equatable, Sendable {
  /// What is done. It decides the result, together with the scale's data, and is kept beside it: a result of other work is stale.
  public enum Work: Codable, Equatable, Sendable {
    /// A network is trained; images are drawn on the way or at the end.
    case training(Recipe, [Drawing])
    /// Images are drawn with the network that the named cell trains by the recipe.
    case drawing([Drawing], networkOf: String, Recipe)
    /// Numbers are computed, without a training.
    case computing(Computation)

    // What stands in a file in the places of the parts that have no name here.
    private enum TrainingCodingKeys: String, CodingKey {
      case _0 = "recipe"
      case _1 = "drawings"
    }
    private enum DrawingCodingKeys: String, CodingKey {
      case _0 = "drawings"
      case networkOf
      case _2 = "recipe"
    }
  }

  /// What it is called; it names a folder, too, and is the only one of its name in the experiment.
  public let name: String
  /// What is done.
  public let work: Work

  /// Puts the parts together.
  public init(_ name: String, _ work: Work) {
    self.name = name
    self.work = work
  }

  /// The cell whose network this one needs; nil where it needs none.
  public var dependency: String? {
    if case .drawing(_, let name, _) = work { name } else { nil }
  }

  /// Where the images come from that it trains on or compares with; nil where there are none.
  public var dataSource: DataSource? {
    switch work {
    case .training(let recipe, _), .drawing(_, _, let recipe): recipe.data.source
    case .computing(let computation): computation.data?.source
    }
  }

  /// The training steps.
  public var steps: Int {
    if case .training(let recipe, _) = work { recipe.steps } else { 0 }
  }

  /// A rough cost: how often an image goes through the network, in a step of training or of drawing.
  public var imageSteps: Int {
    switch work {
    case .training(let recipe, let drawings):
      recipe.steps * recipe.batch + drawings.reduce(0) { $0 + $1.imageSteps(recipe) }
    case .drawing(let drawings, _, let recipe): drawings.reduce(0) { $0 + $1.imageSteps(recipe) }
    case .computing: 0
    }
  }
}

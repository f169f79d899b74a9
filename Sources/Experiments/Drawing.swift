import Datasets
import ForwardDiffusion
import Reports
import Sampling
import Schedules
import Training

/// Images that are drawn with a network, what is shown of them, and what is measured.
public struct Drawing: Codable, Equatable, Sendable {
  /// How the images are drawn.
  public enum Way: Codable, Equatable, Sendable {
    /// As the recipe says.
    case ofRecipe
    /// By another sampler of the course.
    case configured(SamplerConfiguration)
    /// With linear β made anew for that many timesteps, whatever the network was trained with.
    case rebuilt(timesteps: Int)
    /// Unclipped, with one of the means of CS771's report, in that many of the T steps.
    case mean(ReverseMeanVariant, steps: Int)
  }

  /// What images show, for a network that knows labels.
  public enum Subject: Codable, Equatable, Sendable {
    /// Each class in turn.
    case each
    /// All of them the class of that name.
    case one(String)
    /// All of them these objects.
    case set([String])
    /// The sets of a list of i-CLEVR; for scenes that the program draws, of a list with as many sets of each size.
    case list(SceneList)
  }

  /// What its numbers and pictures are called by, such as `epoch-10`; file-name safe, and the only one of its name in the cell.
  public var name: String
  /// After how many steps of the training; nil for its end.
  public var step: Int?
  /// How many images are drawn. From ``leastScored`` on they are scored.
  public var count: Int
  /// Decides the noise.
  public var seed: UInt64 = 1
  /// How they are drawn.
  public var way: Way = .ofRecipe
  /// What the images show.
  public var subject: Subject = .each
  /// How many of them the grid shows.
  public var shown: Int
  /// The columns of the grid; nil for one for each class, or as many as rows.
  public var columns: Int?
  /// Whether a picture shows how eight images emerge from noise.
  public var showsProcess = false
  /// Whether two pictures show the images of which the classifier is most and least sure.
  public var showsExtremes = false

  /// Puts the parts together.
  ///
  /// - Parameters:
  ///   - name: What its numbers and pictures are called by.
  ///   - step: After how many steps of the training; nil for its end.
  ///   - count: How many images are drawn.
  ///   - shown: How many of them the grid shows.
  init(_ name: String, after step: Int? = nil, count: Int, shown: Int) {
    self.name = name
    self.step = step
    self.count = count
    self.shown = shown
  }

  /// The same with some of it changed.
  func with(_ change: (inout Drawing) -> Void) -> Drawing {
    var drawing = self
    change(&drawing)
    return drawing
  }

  /// How many images are scored at least: a covariance of the classifiers' 64 features needs more images than features.
  static let leastScored = 100

  /// Whether the classifier looks at what is drawn.
  var isScored: Bool {
    if case .list = subject { return true }
    return count >= Self.leastScored
  }

  /// How often an image goes through the network.
  func imageSteps(_ recipe: Recipe) -> Int {
    guard let denoising = recipe.objective.denoising else { return count }
    let stepCount =
      switch way {
      case .ofRecipe: denoising.sampler.steps ?? denoising.schedule.timesteps
      case .configured(let sampler): sampler.steps ?? denoising.schedule.timesteps
      case .rebuilt(let timesteps): timesteps
      case .mean(_, let steps): steps
      }
    return count * stepCount
  }

  /// What the images show; nil for a network that was made without labels.
  ///
  /// - Parameter dataPath: The folder of i-CLEVR, where the recipe's data is i-CLEVR.
  func labelChoice(_ recipe: Recipe, dataPath: String?) throws -> LabelChoice? {
    switch subject {
    case .each: return LabelChoice(recipe)
    case .one(let name): return try LabelChoice(label: name, labels: nil, option: self.name, recipe)
    case .set(let names): return try LabelChoice(sets: [names], recipe)
    case .list(let list):
      guard recipe.data.source == .iclevr, let dataPath else {
        return try LabelChoice(sets: SyntheticScenes().sets(of: list), recipe)
      }
      let sets = try ICLEVR.testSets("\(list.rawValue).json", in: dataPath)
      return try LabelChoice(sets: sets.map { set in set.map { recipe.classNames[$0] } }, recipe)
    }
  }

  /// Makes a model's sampler draw so.
  func apply(to sampler: inout ImageSampler) {
    guard let schedule = sampler.recipe.objective.denoising?.schedule.makeNoiseSchedule() else { return }
    switch way {
    case .ofRecipe: break
    case .configured(let configuration): sampler.sampler = configuration
    case .rebuilt(let timesteps):
      // The network is told the index as it is: one that it has never seen, where there are more than in its training.
      sampler.customSampler = AncestralSampler(
        schedule: .linear(timestepCount: timesteps), clipsPrediction: false)
    case .mean(let variant, let steps):
      let timesteps = TimestepSpacing.trailing.timesteps(steps, of: schedule.timestepCount)
      sampler.customSampler = RespacedSampler(
        ReverseMeanSampler(variant, schedule: schedule.respaced(to: timesteps)), timesteps: timesteps)
    }
  }
}

extension SceneList: Codable {}

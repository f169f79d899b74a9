import Conditioning
import Datasets
import ForwardDiffusion
import Reports
import Sampling
import Tensors
import UNetUpsampling

/// A training in miniature, before the real one: the same parts, one step, and two images drawn, in a few milliseconds.
///
/// It calls every exercise that the training will call. Those that are not written yet are reported at once and all together,
/// before a large network is made.
public struct Rehearsal {
  private let recipe: Recipe
  private let engineOperations: [EngineOperation]

  /// Prepares the miniature of a recipe.
  ///
  /// - Parameters:
  ///   - recipe: The recipe of the training.
  ///   - sampler: How images will be drawn; nil for the recipe's own sampler.
  public init(_ recipe: Recipe, sampler: SamplerConfiguration? = nil) {
    var recipe = recipe
    recipe.batch = 2
    recipe.steps = 1
    if var denoising = recipe.objective.denoising {
      engineOperations = denoising.network.configuration.engineOperations
      denoising.network.configuration = denoising.network.configuration.miniature
      denoising.sampler = sampler ?? denoising.sampler
      // Few steps, but respaced ones where the real ones are.
      denoising.schedule.timesteps = min(denoising.schedule.timesteps, 4)
      denoising.sampler.steps = denoising.sampler.steps.map { max(1, min($0, denoising.schedule.timesteps - 1)) }
      recipe.objective.denoising = denoising
      recipe.data.imageSide = 16
    } else {
      engineOperations = recipe.objective.adversarial == nil ? [] : [.stableBinaryCrossEntropy]
    }
    if case .classification(let classifier) = recipe.objective {
      recipe.data.imageSide = 16
      recipe.objective = .classification(classifier.miniature(imageSide: 16))
    }
    if var adversarial = recipe.objective.adversarial {
      adversarial.network = adversarial.network.miniature
      recipe.objective.adversarial = adversarial
    }
    self.recipe = recipe
  }

  /// Trains and draws in miniature.
  ///
  /// - Throws: The `Fault` of the first exercise that is not written yet, with the numbers of the others; or that of one whose
  ///   results differ from the engine's, which the network uses in its place.
  public func run() throws {
    let record = UnfinishedRecord()
    // All of them are computed, so that the record has every exercise that is not written yet.
    let disagreements = UnfinishedRecord.$current.withValue(record) {
      trainAndDraw()
      return engineOperations.compactMap(\.disagreement)
    }
    if let first = record.entries.first {
      let others = record.entries.dropFirst().map(\.exercise).uniqued(except: first.exercise)
      throw others.isEmpty
        ? first.fault : Fault("\(first.fault.reason); nor are \(others.joined(separator: ", "))")
    }
    if let disagreement = disagreements.first { throw Fault(disagreement) }
  }

  private func trainAndDraw() {
    let side = recipe.data.imageSide
    let images = recipe.data.prepared(.zeros([2, side, side, recipe.data.imageChannels]))
    let objective = recipe.makeObjective()
    var generator = RandomStreams(seed: 0).step(0)
    let choice = LabelChoice(recipe)
    _ = try? objective.step(
      images, choice?.labels(for: 0..<2) ?? .none, at: 0, epoch: (0, 1), using: &generator)
    guard recipe.drawsImages else { return }
    let sampler = ImageSampler(recipe: recipe, model: TrainedModel(recipe))
    _ = try? sampler.process(indices: 0..<2, seed: 0, states: 2, labels: choice)
  }
}

extension Array where Element == String {
  /// Each string once, in order, without `word`.
  fileprivate func uniqued(except word: String) -> [String] {
    var met: Set = [word]
    return filter { met.insert($0).inserted }
  }
}

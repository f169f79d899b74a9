import Conditioning
import Datasets
import ForwardDiffusion
import Foundation
import Learning
import Loss
import Reports
import Sampling
import Tensors

/// Draws images with a trained network.
public struct ImageSampler {
  /// The recipe of the network's training.
  public let recipe: Recipe
  /// How images are drawn; a generator, which draws in one step, ignores it.
  public var sampler: SamplerConfiguration
  /// A way of drawing that no configuration describes, in the place of ``sampler``; nil for that.
  public var customSampler: (any Sampler)?
  /// Asked before each step whether to stop; then a `CancellationError` is thrown.
  public var isCancelled: () -> Bool = { false }
  /// Called after each step, with the steps done and their number.
  public var onProgress: (_ done: Int, _ total: Int) -> Void = { _, _ in }

  private let model: TrainedModel

  /// The most images that are drawn at a time.
  public static let batch = 64

  init(recipe: Recipe, model: TrainedModel) {
    self.recipe = recipe
    self.model = model
    sampler = recipe.objective.denoising?.sampler ?? SamplerConfiguration()
    model.network.setTraining(false)
  }

  /// Draws the images with the given indices. An image depends on the seed, its index and its label, not on the others.
  ///
  /// - Parameters:
  ///   - indices: From 0; at most ``batch`` of them.
  ///   - seed: Decides all noise.
  ///   - labels: What the images show; nil for a network that was made without labels.
  /// - Returns: `[count, side, side, channels]`, in the range of the recipe's data.
  /// - Throws: The `Fault` of an exercise or of the network; `CancellationError` where ``isCancelled`` said so.
  public func images(_ indices: Range<Int>, seed: UInt64, labels: LabelChoice?) throws -> Tensor {
    let streams = RandomStreams(seed: seed)
    return try draw(indices.map { streams.image($0) }, labels?.labels(for: indices) ?? .none) {
      sampler, generators, network in
      sampler.sample(imageShape: imageShape, generators: &generators, predictNoise: network) { _, _ in }
    }
  }

  /// Draws images and keeps states on the way, from x_T to x_0 at even distances.
  ///
  /// - Parameters:
  ///   - indices: From 0; at most ``batch`` of them.
  ///   - seed: Decides all noise.
  ///   - states: How many states; there are fewer where there are not as many steps. A generator has one.
  ///   - labels: What the images show; nil for a network that was made without labels.
  /// - Returns: The states in order, each `[count, side, side, channels]`.
  /// - Throws: As ``images(_:seed:labels:)``.
  public func process(
    indices: Range<Int>, seed: UInt64, states: Int, labels: LabelChoice?
  ) throws -> [Tensor] {
    let streams = RandomStreams(seed: seed)
    let strip = try draw(indices.map { streams.image($0) }, labels?.labels(for: indices) ?? .none) {
      sampler, generators, network in
      sampler.processStrip(states: states, imageShape: imageShape, generators: &generators, predictNoise: network)
    }
    return strip.split(into: strip.shape[2] / recipe.data.imageSide, axis: 2)
  }

  private var imageShape: Shape { [recipe.data.imageSide, recipe.data.imageSide, recipe.data.imageChannels] }

  private func draw(
    _ generators: [RandomGenerator], _ labels: Labels,
    _ sample: (_ sampler: any Sampler, _ generators: inout [RandomGenerator], _ network: NoisePredictor) -> Tensor
  ) throws -> Tensor {
    var generators = generators
    let images: Tensor
    switch (model, recipe.objective.denoising) {
    case (.denoiser(let denoiser), let configuration?):
      let schedule = configuration.schedule.makeNoiseSchedule()
      let sampler = customSampler ?? self.sampler.makeSampler(schedule: schedule)
      // An exercise that answers with numbers of the wrong length has none to give before it is written.
      try UnfinishedRecord.current.check()
      let predict = predictor(denoiser, labels)
      var done = 0
      images = sample(sampler, &generators) { xt, timesteps in
        if isCancelled() { return Tensor(fault: Fault("interrupted")) }
        defer {
          done += 1
          onProgress(done, sampler.stepCount)
        }
        let predicted = predict(xt, timesteps)
        return switch configuration.prediction {
        case .noise: predicted
        case .velocity: schedule.impliedNoise(from: xt, velocity: predicted, at: timesteps)
        }
      }
      if isCancelled() { throw CancellationError() }
    case (.generator(let gan), _):
      images = withoutGradients {
        let latents = generators.indices.map {
          Tensor.normal([1, recipe.objective.adversarial?.network.latentWidth ?? 0], using: &generators[$0])
        }
        return gan.generate(.concatenated(latents, axis: 0), given: labels)
      }
    case (.denoiser, nil): images = Tensor(fault: Fault("a network that predicts noise has no schedule"))
    case (.classifier, _): images = Tensor(fault: Fault("a classifier draws nothing"))
    }
    try images.checked()
    if !images.isFinite { try UnfinishedRecord.current.check() }
    return images
  }

  /// The network with its labels and guidance, as a sampler calls it.
  private func predictor(_ denoiser: any Denoiser, _ labels: Labels) -> NoisePredictor {
    let byLabel: NoisePredictor = { denoiser($0, at: $1, given: labels) }
    guard let guided = guidedPredictor(denoiser, labels) else { return byLabel }
    guard let interval = sampler.guidanceInterval, let schedule = recipe.objective.denoising?.schedule else {
      return guided
    }
    return { xt, timesteps in
      // A sampler takes all images through the same timesteps.
      let time = Double((timesteps.first ?? 0) + 1) / Double(schedule.timesteps)
      return interval.contains(time) ? guided(xt, timesteps) : byLabel(xt, timesteps)
    }
  }

  /// The network with guidance; nil where there are no labels, or where guidance changes nothing.
  private func guidedPredictor(_ denoiser: any Denoiser, _ labels: Labels) -> NoisePredictor? {
    let scale = Float(sampler.guidanceScale)
    if scale == 1 { return nil }
    switch labels {
    case .none: return nil
    case .classes(let classes):
      let guided = GuidedPredictor(labels: classes, nullLabel: recipe.classNames.count, guidanceScale: scale) {
        denoiser($0, at: $1, given: .classes($2))
      }
      return { guided($0, $1) }
    case .sets(let sets):
      // The guided predictor takes one number per image: here the index of its set in a table that ends with the empty set.
      let table = sets + [[]]
      let guided = GuidedPredictor(labels: Array(sets.indices), nullLabel: sets.count, guidanceScale: scale) {
        xt, t, places in
        denoiser(xt, at: t, given: .sets(places.map { table[$0] }))
      }
      return { guided($0, $1) }
    }
  }

  /// The columns of a grid of `count` images: one for each label where that is possible; otherwise about as many as rows.
  public func columns(for count: Int, labels: LabelChoice?) -> Int { labels?.columnCount ?? columnCount(for: count) }
}

import Tensors

/// A running average of a model's parameters and running statistics: with it, samples are better than with the last step's
/// noisy weights.
///
/// An update is average ← decay · average + (1 − decay) · model, on everything in the model's ``Stateful/state``.
public final class ExponentialMovingAverage: Stateful {
  /// How much of the average an update keeps, from 0 to 1.
  public let decay: Double
  private let interval: Int
  private let firstUpdateCopies: Bool

  /// The averages, by the paths of the model: a state that the model, or another of its kind, can load.
  public private(set) var state: [String: Tensor]

  /// Makes an average that starts from the model's present values.
  ///
  /// - Parameters:
  ///   - decay: How much of the average an update keeps, from 0 to 1.
  ///   - model: What is averaged.
  ///   - interval: The average is updated at every `interval`-th step, the first included.
  ///   - firstUpdateCopies: Whether the update at step 0 replaces the average, so that it forgets the values from which the
  ///     model started.
  public init(decay: Double, of model: some Layer, every interval: Int = 1, firstUpdateCopies: Bool = false) {
    self.decay = decay
    self.interval = max(interval, 1)
    self.firstUpdateCopies = firstUpdateCopies
    state = model.state
  }

  /// Averages in the model's values after a training step, counted from 0; does nothing at the steps between updates.
  ///
  /// - Parameters:
  ///   - model: The averaged model.
  ///   - step: The step that was done.
  ///   - moved: Computes decay · average + (1 − decay) · weights for each tensor; the course gives that of exercise 4.9.
  public func update(
    from model: some Layer, step: Int,
    by moved: (_ average: [String: Tensor], _ weights: [String: Tensor], _ decay: Double) -> [String: Tensor] =
      weightedMean
  ) {
    guard step % interval == 0 else { return }
    state = step == 0 && firstUpdateCopies ? model.state : moved(state, model.state, decay)
  }

  /// decay · average + (1 − decay) · weights, of each tensor.
  public static func weightedMean(
    of average: [String: Tensor], and weights: [String: Tensor], decay: Double
  ) -> [String: Tensor] {
    var result = average
    for (path, value) in weights {
      OptimizerKernels.average(
        &result[path, default: value], with: value, keeping: Float(decay), taking: Float(1 - decay))
    }
    return result
  }

  /// Gives the averages to a model.
  ///
  /// - Throws: ``StateMismatch`` where it is not a model of the averaged one's kind; then it has not been changed.
  public func copy(to model: some Layer) throws(StateMismatch) { try model.load(state) }

  public func load(_ state: [String: Tensor]) throws(StateMismatch) {
    try StateMismatch.check(state, against: self.state.mapValues(\.shape))
    self.state = state
  }
}

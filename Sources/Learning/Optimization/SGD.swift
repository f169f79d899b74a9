import Tensors

/// Stochastic gradient descent with momentum, as PyTorch computes it: m ← μ m + g, θ ← θ − η m.
public final class SGD: Optimizer {
  public var learningRate: Double
  public var momentum: Double
  /// λ of the penalty λ/2 ‖θ‖², whose gradient is added to the loss's.
  public let weightDecay: Double
  private let parameters: [(path: String, parameter: Parameter)]
  /// m of each parameter.
  private var velocities: [Tensor]

  /// Makes an optimizer of the given parameters, usually a model's ``Layer/parameters``.
  public init(
    _ parameters: [(path: String, parameter: Parameter)], learningRate: Double, momentum: Double = 0,
    weightDecay: Double = 0
  ) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    velocities = parameters.map { .zeros($0.parameter.value.shape) }
  }

  public func step(_ gradients: Gradients) {
    for (index, (_, parameter)) in parameters.enumerated() {
      guard let gradient = gradients[parameter] else { continue }
      parameter.update(by: gradient) { weights, gradient in
        OptimizerKernels.sgd(
          weights, &velocities[index], gradient: gradient, rate: Float(learningRate), momentum: Float(momentum),
          decay: Float(weightDecay))
      }
    }
  }

  // MARK: State

  /// m of each parameter, as `velocity.` and the parameter's path.
  public var state: [String: Tensor] {
    var state: [String: Tensor] = [:]
    for ((path, _), velocity) in zip(parameters, velocities) {
      state["velocity.\(path)"] = velocity
    }
    return state
  }

  public func load(_ state: [String: Tensor]) throws(StateMismatch) {
    try StateMismatch.check(state, against: self.state.mapValues(\.shape))
    velocities = zip(parameters, velocities).map { state["velocity.\($0.path)"]?.detached ?? $1 }
  }
}

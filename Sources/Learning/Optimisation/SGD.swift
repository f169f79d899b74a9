import Tensors

/// Stochastic gradient descent with momentum, as PyTorch computes it: m ← μ m + g, θ ← θ − η m.
public final class SGD: Optimizer {
  public var learningRate: Double
  public var momentum: Double
  /// λ of the penalty λ/2 ‖θ‖², whose gradient is added to the loss's.
  public let weightDecay: Double
  private let parameters: [(path: String, parameter: Parameter)]
  /// m of each parameter.
  private var velocities: [[Float]]

  /// Makes an optimiser of the given parameters, usually a model's ``Layer/parameters``.
  public init(
    _ parameters: [(path: String, parameter: Parameter)], learningRate: Double, momentum: Double = 0,
    weightDecay: Double = 0
  ) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    velocities = parameters.map { [Float](repeating: 0, count: $0.parameter.value.shape.elementCount) }
  }

  public func step(_ gradients: Gradients) {
    for (index, (_, parameter)) in parameters.enumerated() {
      guard let gradient = gradients[parameter] else { continue }
      parameter.update(by: gradient) { apply(to: &$0, &velocities[index], by: $1) }
    }
  }

  private func apply(to weights: inout [Float], _ velocity: inout [Float], by gradient: [Float]) {
    let (rate, momentum, decay) = (Float(learningRate), Float(momentum), Float(weightDecay))
    for i in weights.indices {
      velocity[i] = momentum * velocity[i] + (gradient[i] + decay * weights[i])
      weights[i] -= rate * velocity[i]
    }
  }

  // MARK: State

  /// m of each parameter, as `velocity.` and the parameter's path.
  public var state: [String: Tensor] {
    var state: [String: Tensor] = [:]
    for ((path, parameter), velocity) in zip(parameters, velocities) {
      state["velocity.\(path)"] = Tensor(velocity, shape: parameter.value.shape)
    }
    return state
  }

  public func load(_ state: [String: Tensor]) throws(StateMismatch) {
    try StateMismatch.check(state, against: self.state.mapValues(\.shape))
    velocities = zip(parameters, velocities).map { state["velocity.\($0.path)"]?.scalars ?? $1 }
  }
}

import Foundation
import Tensors

/// Adam (Kingma and Ba 2015), as PyTorch computes it: each element's step is scaled by running means of its gradient and
/// of the gradient's square.
///
///     m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²
///     θ ← θ − η / (1 − β₁ᵏ) · m / (√v / √(1 − β₂ᵏ) + ε)        at the k-th step
public class Adam: Optimizer {
  public var learningRate: Double
  /// How much of the running mean of the gradient is kept.
  public var beta1: Double
  /// How much of the running mean of the squared gradient is kept.
  public let beta2: Double
  /// Added to the root of the mean square, so that nothing is divided by 0.
  public let epsilon: Double
  private let weightDecay: Double
  private let parameters: [(path: String, parameter: Parameter)]
  private var moments: [Moments]

  /// Another name of ``beta1``.
  public var momentum: Double {
    get { beta1 }
    set { beta1 = newValue }
  }

  /// Makes an optimizer of the given parameters, usually a model's ``Layer/parameters``.
  public convenience init(
    _ parameters: [(path: String, parameter: Parameter)], learningRate: Double, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    self.init(parameters, learningRate, beta1, beta2, epsilon, weightDecay: 0)
  }

  fileprivate init(
    _ parameters: [(path: String, parameter: Parameter)], _ learningRate: Double, _ beta1: Double, _ beta2: Double,
    _ epsilon: Double, weightDecay: Double
  ) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    moments = parameters.map { Moments($0.parameter.value.shape) }
  }

  public func step(_ gradients: Gradients) {
    for (index, (_, parameter)) in parameters.enumerated() {
      guard let gradient = gradients[parameter] else { continue }
      moments[index].stepCount += 1
      let coefficients = coefficients(ofStep: moments[index].stepCount)
      parameter.update(by: gradient) { weights, gradient in
        moments[index].step(weights, gradient, coefficients)
      }
    }
  }

  /// What is the same for all elements, computed in double precision.
  private func coefficients(ofStep stepCount: Int) -> OptimizerKernels.AdamCoefficients {
    OptimizerKernels.AdamCoefficients(
      beta2: Float(beta2), oneMinusBeta1: Float(1 - beta1), oneMinusBeta2: Float(1 - beta2), epsilon: Float(epsilon),
      shrinkage: Float(1 - learningRate * weightDecay),
      stepSize: Float(learningRate / (1 - pow(beta1, Double(stepCount)))),
      secondCorrection: Float((1 - pow(beta2, Double(stepCount))).squareRoot()))
  }

  // MARK: State

  /// The running means of each parameter, as `firstMoment.` and `secondMoment.` and the parameter's path, and in `steps`, of
  /// shape `[parameters, 2]`, how often each has been changed: the multiples of 2²⁴ and what is left, because a Float holds
  /// no odd number above 2²⁴.
  public var state: [String: Tensor] {
    let counts = moments.flatMap { moments in
      let parts = moments.stepCount.quotientAndRemainder(dividingBy: Self.stepRadix)
      return [Float(parts.quotient), Float(parts.remainder)]
    }
    var state = ["steps": Tensor(counts, shape: [moments.count, 2])]
    for ((path, _), moments) in zip(parameters, moments) {
      state["firstMoment.\(path)"] = moments.first
      state["secondMoment.\(path)"] = moments.second
    }
    return state
  }

  /// Replaces the state; `steps` may also be as it was written once, of shape `[parameters]` and with the whole counts.
  public func load(_ state: [String: Tensor]) throws(StateMismatch) {
    var state = state
    if let steps = state["steps"], steps.fault == nil, steps.shape == [moments.count] {
      state["steps"] = Tensor(steps.scalars.flatMap { [0, $0] }, shape: [moments.count, 2])
    }
    try StateMismatch.check(state, against: self.state.mapValues(\.shape))
    var loaded = moments
    let steps = state["steps"]?.scalars ?? []
    for (index, (path, _)) in parameters.enumerated() {
      let (high, low) = (steps[2 * index], steps[2 * index + 1])
      guard let multiples = Int(exactly: high), let rest = Int(exactly: low), (0..<Self.stepRadix).contains(multiples),
        (0...Self.stepRadix).contains(rest)
      else {
        throw StateMismatch("the tensor steps holds \(high) and \(low), which is no number of steps")
      }
      loaded[index].stepCount = multiples * Self.stepRadix + rest
      if let first = state["firstMoment.\(path)"], let second = state["secondMoment.\(path)"] {
        (loaded[index].first, loaded[index].second) = (first.detached, second.detached)
      }
    }
    moments = loaded
  }

  /// Up to here every whole number is a Float.
  private static let stepRadix = 1 << 24
}

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch computes it: before its step every parameter
/// is multiplied by 1 − ηλ, which the running means do not see.
public final class AdamW: Adam {
  /// Makes an optimizer of the given parameters, usually a model's ``Layer/parameters``.
  public init(
    _ parameters: [(path: String, parameter: Parameter)], learningRate: Double, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) {
    super.init(parameters, learningRate, beta1, beta2, epsilon, weightDecay: weightDecay)
  }
}

/// What Adam remembers of one parameter.
private struct Moments {
  var first: Tensor
  var second: Tensor
  /// A parameter may be left out of a step, so each has a count of its own.
  var stepCount = 0

  init(_ shape: Shape) {
    first = .zeros(shape)
    second = first
  }

  /// Takes in a gradient, and returns the weights after the step.
  mutating func step(
    _ weights: Tensor, _ gradient: Tensor, _ coefficients: OptimizerKernels.AdamCoefficients
  ) -> Tensor {
    OptimizerKernels.adam(weights, &first, &second, gradient: gradient, coefficients)
  }
}

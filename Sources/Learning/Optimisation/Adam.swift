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

  /// Makes an optimiser of the given parameters, usually a model's ``Layer/parameters``.
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
    moments = parameters.map { Moments(count: $0.parameter.value.shape.elementCount) }
  }

  public func step(_ gradients: Gradients) {
    for (index, (_, parameter)) in parameters.enumerated() {
      guard let gradient = gradients[parameter] else { continue }
      moments[index].stepCount += 1
      let rule = AdamRule(self, weightDecay: weightDecay, stepCount: moments[index].stepCount)
      parameter.update(by: gradient) { rule.apply(to: &$0, &moments[index], by: $1) }
    }
  }

  // MARK: State

  /// The running means of each parameter, as `firstMoment.` and `secondMoment.` and the parameter's path, and in `steps`
  /// how often each has been changed.
  public var state: [String: Tensor] {
    var state = ["steps": Tensor(moments.map { Float($0.stepCount) })]
    for ((path, parameter), moments) in zip(parameters, moments) {
      state["firstMoment.\(path)"] = Tensor(moments.first, shape: parameter.value.shape)
      state["secondMoment.\(path)"] = Tensor(moments.second, shape: parameter.value.shape)
    }
    return state
  }

  public func load(_ state: [String: Tensor]) throws(StateMismatch) {
    try StateMismatch.check(state, against: self.state.mapValues(\.shape))
    var loaded = moments
    for (index, steps) in (state["steps"]?.scalars ?? []).enumerated() {
      guard let count = Int(exactly: steps), count >= 0 else {
        throw StateMismatch("the tensor steps holds \(steps), which is no number of steps")
      }
      let path = parameters[index].path
      loaded[index].stepCount = count
      loaded[index].first = state["firstMoment.\(path)"]?.scalars ?? []
      loaded[index].second = state["secondMoment.\(path)"]?.scalars ?? []
    }
    moments = loaded
  }
}

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch computes it: before its step every parameter
/// is multiplied by 1 − ηλ, which the running means do not see.
public final class AdamW: Adam {
  /// Makes an optimiser of the given parameters, usually a model's ``Layer/parameters``.
  public init(
    _ parameters: [(path: String, parameter: Parameter)], learningRate: Double, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) {
    super.init(parameters, learningRate, beta1, beta2, epsilon, weightDecay: weightDecay)
  }
}

/// What Adam remembers of one parameter.
private struct Moments {
  var first: [Float]
  var second: [Float]
  /// A parameter may be left out of a step, so each has a count of its own.
  var stepCount = 0

  init(count: Int) {
    first = [Float](repeating: 0, count: count)
    second = first
  }
}

/// One step of Adam on one parameter. What is the same for all elements is computed in double precision.
private struct AdamRule {
  let beta2, oneMinusBeta1, oneMinusBeta2, epsilon, shrinkage, stepSize, secondCorrection: Float

  init(_ optimizer: Adam, weightDecay: Double, stepCount: Int) {
    let (beta1, beta2, rate) = (optimizer.beta1, optimizer.beta2, optimizer.learningRate)
    self.beta2 = Float(beta2)
    oneMinusBeta1 = Float(1 - beta1)
    oneMinusBeta2 = Float(1 - beta2)
    epsilon = Float(optimizer.epsilon)
    shrinkage = Float(1 - rate * weightDecay)
    stepSize = Float(rate / (1 - pow(beta1, Double(stepCount))))
    secondCorrection = Float((1 - pow(beta2, Double(stepCount))).squareRoot())
  }

  func apply(to weights: inout [Float], _ moments: inout Moments, by gradient: [Float]) {
    apply(to: &weights, &moments.first, &moments.second, by: gradient)
  }

  private func apply(to weights: inout [Float], _ first: inout [Float], _ second: inout [Float], by gradient: [Float]) {
    let gradient = gradient.span
    var weights = weights.mutableSpan
    var first = first.mutableSpan
    var second = second.mutableSpan
    let count = weights.count
    // Said once here, the bounds need not be checked at each element, and the loop is vectorised.
    precondition(first.count == count && second.count == count && gradient.count == count)
    for i in 0..<count {
      let g = gradient[i]
      let m = first[i] + oneMinusBeta1 * (g - first[i])
      let v = beta2 * second[i] + oneMinusBeta2 * g * g
      first[i] = m
      second[i] = v
      weights[i] = shrinkage * weights[i] - stepSize * m / (v.squareRoot() / secondCorrection + epsilon)
    }
  }
}

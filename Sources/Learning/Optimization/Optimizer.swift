import Tensors

/// A rule that changes parameters by their gradients, so that a loss becomes smaller.
public protocol Optimizer: Stateful {
  /// The size of a step, to be changed between steps by a ``LearningRateSchedule``.
  var learningRate: Double { get set }

  /// How much of the previous steps' mean gradient is kept, from 0 to less than 1: the momentum of ``SGD``, β₁ of
  /// ``Adam``.
  var momentum: Double { get set }

  /// Changes the parameters by one step.
  ///
  /// A parameter without a gradient stays as it is. A gradient that is faulty, or not of its parameter's shape, makes the
  /// parameter faulty.
  func step(_ gradients: Gradients)
}

extension Optimizer {
  /// Takes on the learning rate, and the momentum where it is cycled, that the schedule has for `step`, counted from 0.
  public func follow(_ schedule: some LearningRateSchedule, at step: Int) {
    learningRate = schedule.rate(at: step)
    if let scheduled = schedule.momentum(at: step) { momentum = scheduled }
  }
}

extension Parameter {
  /// Replaces the value by what `rule` makes of it and the gradient.
  func update(by gradient: Tensor, _ rule: (_ weights: Tensor, _ gradient: Tensor) -> Tensor) {
    if let fault = gradient.fault {
      value = Tensor(fault: fault)
    } else if gradient.shape != value.shape {
      value = Tensor(fault: Fault("a gradient of shape \(gradient.shape) does not fit a parameter of \(value.shape)"))
    } else if value.fault == nil {
      value = rule(value, gradient)
    }
  }
}

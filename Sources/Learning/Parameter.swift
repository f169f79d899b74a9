import Tensors

/// A tensor that belongs to a model: what is saved in a checkpoint and averaged by ``ExponentialMovingAverage``.
public protocol StateTensor: AnyObject {
  /// The numbers.
  var value: Tensor { get set }
}

/// A tensor that training changes.
///
/// Its value is always a variable, so that a loss computed from it can be asked for the gradient. A parameter is an
/// object: the model, the optimizer and the average all mean the same one.
public final class Parameter: StateTensor {
  /// The numbers; whatever is assigned becomes a variable of its own, detached from how it was computed.
  public var value: Tensor {
    didSet { value = value.detached.variable }
  }

  /// Makes a parameter from its initial value.
  public init(_ value: Tensor) { self.value = value.detached.variable }
}

/// A tensor that a layer keeps up to date itself, such as the running mean of a batch normalization: saved and averaged
/// like a parameter, but not trained.
public final class RunningStatistic: StateTensor {
  /// The numbers; no gradient reaches them.
  public var value: Tensor {
    didSet { value = value.detached }
  }

  /// Makes a running statistic from its initial value.
  public init(_ value: Tensor) { self.value = value.detached }
}

extension Gradients {
  /// The gradient with respect to `parameter`, of the shape of its value; nil where the number does not depend on it.
  public subscript(parameter: Parameter) -> Tensor? { self[parameter.value] }
}

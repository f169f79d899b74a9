import Tensors
import TestSupport

// The kernels' functions as a program calls them. The switches are exhaustive: a new function does not compile until it
// stands here, and what stands here is tested.

extension UnaryOperation {
  func tensor(_ x: Tensor) -> Tensor {
    switch self {
    case .negate: -x
    case .exp: x.exp()
    case .log: x.log()
    case .sqrt: x.sqrt()
    case .square: x.squared()
    case .abs: x.abs()
    case .reciprocal: x.reciprocal()
    case .sin: x.sin()
    case .cos: x.cos()
    case .tanh: x.tanh()
    case .sigmoid: x.sigmoid()
    case .relu: x.relu()
    case .silu: x.silu()
    case .gelu: x.gelu()
    case .softplus: x.softplus()
    }
  }

  /// Where the function is smooth.
  var smoothDomain: GradientCase.Domain {
    switch self {
    case .log, .sqrt: .within(0.2...3)
    case .abs, .relu, .reciprocal: .awayFromZero
    default: .normal
    }
  }
}

extension BinaryOperation {
  /// The public function of two tensors; nil for the derivatives, which only gradients reach.
  var function: (@Sendable (Tensor, Tensor) -> Tensor)? {
    switch self {
    case .add: { $0 + $1 }
    case .subtract: { $0 - $1 }
    case .multiply: { $0 * $1 }
    case .divide: { $0 / $1 }
    case .maximum: { Tensors.maximum($0, $1) }
    case .minimum: { Tensors.minimum($0, $1) }
    case .reluGradient, .siluGradient, .geluGradient, .sigmoidGradient, .tanhGradient: nil
    }
  }

  /// The operation on an upstream gradient and the numbers `x` of a tensor, and what it took for its second operand: `x`,
  /// or the function's result.
  func applied(to upstream: Tensor, at x: Tensor) -> (result: Tensor, second: Tensor) {
    if let function { return (function(upstream, x), x) }
    let variable = x.variable
    let y: Tensor
    switch self {
    case .reluGradient: y = variable.relu()
    case .siluGradient: y = variable.silu()
    case .geluGradient: y = variable.gelu()
    case .sigmoidGradient: y = variable.sigmoid()
    default: y = variable.tanh()
    }
    let takesResult = self == .sigmoidGradient || self == .tanhGradient
    let gradient = y.gradients(from: upstream)[variable] ?? Tensor(fault: Fault("\(self) is not reached"))
    return (gradient, takesResult ? y.detached : x)
  }
}

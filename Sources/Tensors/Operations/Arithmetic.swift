// Sums, differences, products and quotients, with broadcasting: extents are matched from the last axis, and an extent of 1,
// or a missing one, stretches to the other's. Each operator stands with its gradient.

extension Tensor {
  /// The sum, element by element.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    let (a, b) = (left.shape, right.shape)
    return combined(.add, left, right).recorded((left, { $0.summed(to: a) }), (right, { $0.summed(to: b) }))
  }

  /// The difference, element by element.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    let (a, b) = (left.shape, right.shape)
    return combined(.subtract, left, right).recorded((left, { $0.summed(to: a) }), (right, { (-$0).summed(to: b) }))
  }

  /// The product, element by element.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    let (a, b) = (left.detached, right.detached)
    return combined(.multiply, left, right)
      .recorded((left, { ($0 * b).summed(to: a.shape) }), (right, { ($0 * a).summed(to: b.shape) }))
  }

  /// The quotient, element by element.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    let (a, b) = (left.detached, right.detached)
    return combined(.divide, left, right)
      .recorded(
        (left, { ($0 / b).summed(to: a.shape) }), (right, { (-($0 * a) / (b * b)).summed(to: b.shape) }))
  }

  /// The negated elements.
  public static prefix func - (x: Tensor) -> Tensor { x.mapped(.negate).recorded((x, { -$0 })) }

  public static func + (left: Tensor, right: Float) -> Tensor { left + Tensor(right) }
  public static func + (left: Float, right: Tensor) -> Tensor { Tensor(left) + right }
  public static func - (left: Tensor, right: Float) -> Tensor { left - Tensor(right) }
  public static func - (left: Float, right: Tensor) -> Tensor { Tensor(left) - right }
  public static func * (left: Tensor, right: Float) -> Tensor { left * Tensor(right) }
  public static func * (left: Float, right: Tensor) -> Tensor { Tensor(left) * right }
  public static func / (left: Tensor, right: Float) -> Tensor { left / Tensor(right) }
  public static func / (left: Float, right: Tensor) -> Tensor { Tensor(left) / right }

  public static func += (left: inout Tensor, right: Tensor) { left = left + right }
  public static func -= (left: inout Tensor, right: Tensor) { left = left - right }
  public static func *= (left: inout Tensor, right: Tensor) { left = left * right }
  public static func /= (left: inout Tensor, right: Tensor) { left = left / right }
  public static func *= (left: inout Tensor, right: Float) { left = left * right }
}

/// The larger of each pair of elements; of equal ones the gradient goes to the first.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { extremum(.maximum, a, b) }

/// The smaller of each pair of elements; of equal ones the gradient goes to the first.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { extremum(.minimum, a, b) }

private func extremum(_ operation: BinaryOperation, _ a: Tensor, _ b: Tensor) -> Tensor {
  let result = Tensor.combined(operation, a, b)
  // relu's gradient passes what comes back where its second operand is positive: here where the other one won.
  let difference: @Sendable () -> Tensor = { [a = a.detached, b = b.detached] in
    operation == .maximum ? b - a : a - b
  }
  return result.recorded(
    (a, { [shape = a.shape] in ($0 - .combined(.reluGradient, $0, difference())).summed(to: shape) }),
    (b, { [shape = b.shape] in Tensor.combined(.reluGradient, $0, difference()).summed(to: shape) }))
}

extension Tensor {
  /// An operation on two tensors, without a record.
  static func combined(_ operation: BinaryOperation, _ a: Tensor, _ b: Tensor) -> Tensor {
    if let faulty = firstFaulty(a, b) { return faulty }
    guard let shape = a.shape.broadcast(with: b.shape) else {
      return Tensor(
        fault: Fault(
          "\(operation.rawValue): the shapes \(a.shape) and \(b.shape) do not fit together; counted from the last, extents "
            + "must be equal or one of them 1"))
    }
    let result = Buffer(uninitialized: shape.elementCount)
    ElementwiseKernels.apply(
      operation, a.buffer, b.buffer, BroadcastLayout(a.shape, b.shape, result: shape), into: result)
    return Tensor(shape, result)
  }

  /// The first of the operands that is faulty, without its record.
  static func firstFaulty(_ tensors: Tensor...) -> Tensor? { tensors.first { $0.fault != nil }?.detached }

  /// The sum over the axes along which a tensor of `shape` was stretched to this one: the gradient of broadcasting.
  func summed(to shape: Shape) -> Tensor {
    if self.shape == shape || fault != nil { return self }
    let added = self.shape.rank - shape.rank
    let stretched = shape.indices.filter { shape[$0] == 1 && self.shape[$0 + added] != 1 }.map { $0 + added }
    return sum(axes: Array(0..<added) + stretched, keepingAxes: true).reshaped(shape)
  }
}

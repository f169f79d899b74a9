// Sums, means, variances and largest elements.

extension Tensor {
  /// The sum of all elements, a scalar.
  public func sum() -> Tensor { sum(axes: Array(shape.indices)) }

  /// The mean of all elements, a scalar.
  public func mean() -> Tensor { mean(axes: Array(shape.indices)) }

  /// The sum over some axes.
  ///
  /// - Parameters:
  ///   - axes: The axes to sum over; −1 is the last.
  ///   - keepingAxes: Whether they stay, with extent 1.
  public func sum(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    reducing("sum", axes: axes, keepingAxes: keepingAxes, ofNothing: true) { x, axes in
      x.summedRaw(over: axes).recorded((x, { [shape = x.shape] in $0.broadcast(to: shape) }))
    }
  }

  /// The mean over some axes.
  public func mean(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    reducing("mean", axes: axes, keepingAxes: keepingAxes) { x, axes in
      x.sum(axes: axes, keepingAxes: true) * (1 / Float(axes.reduce(1) { $0 * x.shape[$1] }))
    }
  }

  /// The mean squared difference from the mean over some axes: the population's variance, with divisor n.
  public func variance(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    reducing("variance", axes: axes, keepingAxes: keepingAxes) { x, axes in
      (x - x.mean(axes: axes, keepingAxes: true)).squared().mean(axes: axes, keepingAxes: true)
    }
  }

  /// The largest elements along an axis; the gradient goes to the first of equals.
  public func max(axis: Int, keepingAxis: Bool = false) -> Tensor {
    reducing("max", axes: [axis], keepingAxes: keepingAxis) { x, axes in
      let (result, positions) = x.maximaRaw(axis: axes[0])
      return result.recorded((x, { [shape = x.shape] in $0.scattered(to: positions, axis: axes[0], shape: shape) }))
    }
  }

  /// Where along an axis the largest elements stand, in row-major order of the other axes; the first of equals. Empty for a
  /// faulty tensor or an axis that is not there.
  public func argmax(axis: Int) -> [Int] {
    guard fault == nil, let axis = shape.normalizedAxis(axis), shape[axis] > 0 else { return [] }
    return maximaRaw(axis: axis).positions
  }

  // MARK: Machinery

  /// Checks the axes, lets `body` reduce them to extents of 1, and removes them where they are not to be kept. Only a sum
  /// is something even `ofNothing`.
  private func reducing(
    _ name: String, axes: [Int], keepingAxes: Bool, ofNothing: Bool = false, _ body: (Tensor, [Int]) -> Tensor
  ) -> Tensor {
    if fault != nil { return self }
    let positive = Set(axes.compactMap(shape.normalizedAxis)).sorted()
    guard positive.count == axes.count else {
      return Tensor(fault: Fault("\(name): the axes \(axes) are not distinct axes of the shape \(shape)"))
    }
    guard ofNothing || positive.allSatisfy({ shape[$0] > 0 }) else {
      return Tensor(fault: Fault("\(name): the shape \(shape) has nothing along the axes \(axes)"))
    }
    let result = body(self, positive)
    if keepingAxes || result.fault != nil { return result }
    return result.reshaped(Shape(shape.indices.filter { !positive.contains($0) }.map { shape[$0] }))
  }

  /// The sum over ascending axes, which stay with extent 1; without a record.
  private func summedRaw(over axes: [Int]) -> Tensor {
    var result = detached
    // Axes that follow one another are summed as one; the last run first, while the tensor is largest.
    var remaining = axes
    while let last = remaining.popLast() {
      var first = last
      while remaining.last == first - 1, let next = remaining.popLast() { first = next }
      let shape = result.shape
      let extents = (first...last).map { shape[$0] }
      let (outer, inner) = (shape[..<first].reduce(1, *), shape[(last + 1)...].reduce(1, *))
      let sums = Buffer(uninitialized: outer * inner)
      ReductionKernels.sum(result.buffer, outer: outer, reduced: extents.reduce(1, *), inner: inner, into: sums)
      result = Tensor(Shape(shape.indices.map { (first...last).contains($0) ? 1 : shape[$0] }), sums)
    }
    return result
  }

  private func maximaRaw(axis: Int) -> (values: Tensor, positions: [Int]) {
    let result = shape.replacing(axis: axis, with: 1)
    let maxima = Buffer(uninitialized: result.elementCount)
    let positions = ReductionKernels.max(
      buffer, outer: shape[..<axis].reduce(1, *), reduced: shape[axis], inner: shape[(axis + 1)...].reduce(1, *),
      into: maxima)
    return (Tensor(result, maxima), positions)
  }

  /// Zeros of the given shape with this tensor's elements at the given positions along an axis.
  private func scattered(to positions: [Int], axis: Int, shape: Shape) -> Tensor {
    let inner = shape[(axis + 1)...].reduce(1, *)
    let result = Buffer(repeating: 0, count: shape.elementCount)
    for (index, position) in positions.enumerated() {
      result[(index / inner * shape[axis] + position) * inner + index % inner] = buffer[index]
    }
    return Tensor(shape, result)
  }
}

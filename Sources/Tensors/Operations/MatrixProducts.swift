extension Tensor {
  /// The matrix product of the last two axes: `[…, rows, depth]` times `[…, depth, columns]`.
  ///
  /// The leading axes are a batch and must be equal, except that a right factor without them is the same for the whole
  /// batch.
  public func matmul(_ right: Tensor) -> Tensor {
    if let faulty = Tensor.firstFaulty(self, right) { return faulty }
    let (a, b) = (shape, right.shape)
    guard a.rank >= 2, b.rank >= 2, a[a.rank - 1] == b[b.rank - 2] else {
      return Tensor(
        fault: Fault("matmul: \(a) times \(b): the first one's columns must be as many as the second one's rows"))
    }
    guard b.rank == 2 || a.dimensions.dropLast(2) == b.dimensions.dropLast(2) else {
      return Tensor(fault: Fault("matmul: \(a) times \(b): the axes before the last two differ"))
    }
    let (depth, columns) = (b[b.rank - 2], b[b.rank - 1])
    if b.rank == 2, a.rank > 2 {
      let rows = a.dimensions.dropLast()
      return reshaped([rows.reduce(1, *), depth]).matmul(right).reshaped(Shape(rows + [columns]))
    }
    let (left, second) = (detached, right.detached)
    return product(right, transposedRight: false).recorded(
      (self, { $0.product(second, transposedRight: true) }),
      (right, { left.transposedProduct($0) }))
  }

  /// The product without a record; the right factor may be given transposed. The shapes are known to fit.
  private func product(_ right: Tensor, transposedRight: Bool) -> Tensor {
    if let faulty = Tensor.firstFaulty(self, right) { return faulty }
    let rank = shape.rank
    let columns = right.shape[transposedRight ? rank - 2 : rank - 1]
    let result = shape.replacing(axis: rank - 1, with: columns)
    let buffer = Buffer(uninitialized: result.elementCount)
    MatrixKernels.multiply(
      self.buffer, right.buffer, count: shape[..<(rank - 2)].reduce(1, *), rows: shape[rank - 2],
      depth: shape[rank - 1], columns: columns, transposedRight: transposedRight, into: buffer)
    return Tensor(result, buffer)
  }

  /// The product of this tensor's transposed matrices with others, without a record. The shapes are known to fit.
  private func transposedProduct(_ right: Tensor) -> Tensor {
    if let faulty = Tensor.firstFaulty(self, right) { return faulty }
    let rank = shape.rank
    let (rows, depth, columns) = (shape[rank - 2], shape[rank - 1], right.shape[rank - 1])
    let result = Shape(shape.dimensions.dropLast(2) + [depth, columns])
    let buffer = Buffer(uninitialized: result.elementCount)
    MatrixKernels.multiplyTransposedLeft(
      self.buffer, right.buffer, count: shape[..<(rank - 2)].reduce(1, *), rows: rows, depth: depth, columns: columns,
      into: buffer)
    return Tensor(result, buffer)
  }
}

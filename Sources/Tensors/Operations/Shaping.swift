// Operations that move elements without computing on them. Each one's gradient moves them back.

extension Tensor {
  /// The same elements in another shape. One extent may be −1: it becomes what is left.
  public func reshaped(_ shape: Shape) -> Tensor {
    if fault != nil { return self }
    var extents = shape.dimensions
    let known = extents.filter { $0 >= 0 }.reduce(1, *)
    if extents.filter({ $0 == -1 }).count == 1, let free = extents.firstIndex(of: -1), known > 0 {
      extents[free] = buffer.count / known
    }
    guard extents.allSatisfy({ $0 >= 0 }), extents.reduce(1, *) == buffer.count else {
      return Tensor(fault: Fault("reshape: \(self.shape) has \(buffer.count) elements, which do not fill \(shape)"))
    }
    return Tensor(Shape(extents), buffer).recorded((self, { [old = self.shape] in $0.reshaped(old) }))
  }

  /// The axes in another order: axis i of the result is axis `axes[i]` of this tensor.
  public func transposed(_ axes: [Int]) -> Tensor {
    if fault != nil { return self }
    let order = axes.compactMap(shape.normalizedAxis)
    guard order.count == axes.count, order.sorted() == Array(shape.indices) else {
      return Tensor(fault: Fault("transpose: \(axes) is no order of the axes of \(shape)"))
    }
    if order == Array(shape.indices) { return self }
    var inverse = order
    for (position, axis) in order.enumerated() { inverse[axis] = position }
    return permutedRaw(order).recorded((self, { [inverse] in $0.transposed(inverse) }))
  }

  /// The last two axes exchanged: the transposed matrix, or a batch of them.
  public func transposed() -> Tensor {
    if fault != nil { return self }
    guard shape.rank >= 2 else { return Tensor(fault: Fault("transpose: \(shape) has fewer than two axes")) }
    var axes = Array(shape.indices)
    axes.swapAt(axes.count - 1, axes.count - 2)
    return transposed(axes)
  }

  /// A range of positions along an axis.
  public func sliced(axis: Int, _ range: Range<Int>) -> Tensor {
    if fault != nil { return self }
    guard let axis = shape.normalizedAxis(axis), range.lowerBound >= 0, range.upperBound <= shape[axis] else {
      return Tensor(fault: Fault("slice: \(shape) has no positions \(range) along axis \(axis)"))
    }
    let (outer, inner) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
    let result = Buffer(uninitialized: outer * range.count * inner)
    MoveKernels.copyBlocks(
      buffer, offset: range.lowerBound * inner, stride: shape[axis] * inner, to: result, offset: 0,
      stride: range.count * inner, length: range.count * inner, count: outer)
    return Tensor(shape.replacing(axis: axis, with: range.count), result)
      .recorded((self, { [shape] in $0.embedded(in: shape, axis: axis, at: range.lowerBound) }))
  }

  /// Zeros of the given shape with this tensor at a position along an axis: the gradient of a slice.
  private func embedded(in shape: Shape, axis: Int, at position: Int) -> Tensor {
    if fault != nil { return self }
    let (outer, inner) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
    let result = Buffer(uninitialized: shape.elementCount)
    let length = self.shape[axis] * inner
    MoveKernels.embedBlocks(
      buffer, before: position * inner, length: length, after: shape[axis] * inner - position * inner - length,
      count: outer, into: result)
    return Tensor(shape, result)
  }

  /// Tensors laid end to end along an axis; their other extents must agree.
  public static func concatenated(_ tensors: [Tensor], axis: Int) -> Tensor {
    if let faulty = tensors.first(where: { $0.fault != nil }) { return faulty }
    guard let first = tensors.first else { return Tensor(fault: Fault("concatenate: there are no tensors")) }
    guard let axis = first.shape.normalizedAxis(axis),
      tensors.allSatisfy({
        $0.shape.rank == first.shape.rank
          && $0.shape.replacing(axis: axis, with: 0) == first.shape.replacing(axis: axis, with: 0)
      })
    else {
      let shapes = tensors.map(\.shape.description).joined(separator: ", ")
      return Tensor(fault: Fault("concatenate: \(shapes) have no axis \(axis) in which alone they differ"))
    }
    let shape = first.shape.replacing(axis: axis, with: tensors.reduce(0) { $0 + $1.shape[axis] })
    let (outer, inner) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
    let result = Buffer(uninitialized: shape.elementCount)
    var position = 0
    var ranges: [Range<Int>] = []
    for tensor in tensors {
      let extent = tensor.shape[axis]
      MoveKernels.copyBlocks(
        tensor.buffer, offset: 0, stride: extent * inner, to: result, offset: position * inner,
        stride: shape[axis] * inner, length: extent * inner, count: outer)
      ranges.append(position..<(position + extent))
      position += extent
    }
    let wanted = tensors.map(\.requiresGradient)
    return Tensor(shape, result).recorded(from: tensors) { [ranges] upstream in
      zip(ranges, wanted).map { $1 ? upstream.sliced(axis: axis, $0) : nil }
    }
  }

  /// Equal parts along an axis.
  public func split(into count: Int, axis: Int) -> [Tensor] {
    guard fault == nil, count > 0, let positive = shape.normalizedAxis(axis), shape[positive] % count == 0 else {
      let reason = Fault("split: axis \(axis) of \(shape) does not divide into \(count) equal parts")
      return [Tensor](repeating: fault == nil ? Tensor(fault: reason) : self, count: Swift.max(count, 1))
    }
    return split(sizes: [Int](repeating: shape[positive] / count, count: count), axis: axis)
  }

  /// Parts of the given extents along an axis.
  public func split(sizes: [Int], axis: Int) -> [Tensor] {
    guard fault == nil, let positive = shape.normalizedAxis(axis), sizes.allSatisfy({ $0 >= 0 }),
      sizes.reduce(0, +) == shape[positive]
    else {
      let reason = Fault("split: axis \(axis) of \(shape) does not divide into parts of \(sizes)")
      return [Tensor](repeating: fault == nil ? Tensor(fault: reason) : self, count: sizes.count)
    }
    var position = 0
    return sizes.map { size in
      defer { position += size }
      return sliced(axis: axis, position..<(position + size))
    }
  }

  /// This tensor stretched to a shape: extents of 1, and missing ones, repeat.
  public func broadcast(to shape: Shape) -> Tensor {
    if fault != nil || self.shape == shape { return self }
    guard self.shape.broadcast(with: shape) == shape else {
      return Tensor(fault: Fault("broadcast: \(self.shape) does not stretch to \(shape)"))
    }
    return Tensor.combined(.add, self, .zeros(shape))
      .recorded((self, { [old = self.shape] in $0.summed(to: old) }))
  }

  /// The rows (positions along axis 0) of the given numbers, in their order; a row may be asked for several times. This is
  /// how an embedding is looked up.
  public func gathered(rows: [Int]) -> Tensor {
    if fault != nil { return self }
    guard shape.rank >= 1, rows.allSatisfy({ $0 >= 0 && $0 < shape[0] }) else {
      let wrong = rows.first { shape.rank == 0 || $0 < 0 || $0 >= shape[0] } ?? 0
      return Tensor(fault: Fault("gather: row \(wrong) is outside the shape \(shape)"))
    }
    let width = shape.dropFirst().reduce(1, *)
    let result = Buffer(uninitialized: rows.count * width)
    MoveKernels.gatherRows(buffer, rows, width: width, into: result)
    return Tensor(shape.replacing(axis: 0, with: rows.count), result).recorded(
      (
        self,
        { [shape] upstream in
          let gradient = Buffer(repeating: 0, count: shape.elementCount)
          MoveKernels.scatterAddRows(upstream.buffer, rows, width: width, into: gradient)
          return Tensor(shape, gradient)
        }
      ))
  }

  /// The channels of an image seen as `groups` rows and read column by column: channel j of group g goes to j · groups + g.
  /// Shape: `[…, channels]`. Source: ShuffleNet (Zhang et al. 2018).
  public func channelShuffled(groups: Int) -> Tensor {
    if fault != nil { return self }
    guard let channels = shape.last, groups > 0, channels % groups == 0 else {
      return Tensor(fault: Fault("channel shuffle: \(shape) does not divide into \(groups) groups of channels"))
    }
    return reshaped([-1, groups, channels / groups]).transposed().reshaped(shape)
  }

  private func permutedRaw(_ order: [Int]) -> Tensor {
    let result = Buffer(uninitialized: buffer.count)
    let rank = shape.rank
    let target = Shape(order.map { shape[$0] })
    if rank >= 2, order == Array(0..<(rank - 2)) + [rank - 1, rank - 2] {
      MatrixKernels.transpose(
        buffer, count: shape[..<(rank - 2)].reduce(1, *), rows: shape[rank - 2], columns: shape[rank - 1], into: result)
    } else {
      let strides = shape.strides
      MoveKernels.permute(buffer, extents: target.dimensions, strides: order.map { strides[$0] }, into: result)
    }
    return Tensor(target, result)
  }
}

extension Tensor {
  /// Positive numbers that add up to 1 along an axis: e^x / Σ e^x, computed from differences to the largest x so that none
  /// overflows.
  public func softmax(axis: Int = -1) -> Tensor {
    if let misfit = misfitOfSoftmax("softmax", axis) { return misfit }
    if shape.normalizedAxis(axis) == shape.rank - 1 { return softmaxOfRows() }
    let x = detached
    let powers = (x - x.max(axis: axis, keepingAxis: true)).exp()
    let y = powers / powers.sum(axes: [axis], keepingAxes: true)
    return y.recorded((self, { y * ($0 - ($0 * y).sum(axes: [axis], keepingAxes: true)) }))
  }

  /// ``softmax(axis:)`` along the last axis, in one pass.
  private func softmaxOfRows() -> Tensor {
    let width = shape[shape.rank - 1]
    let result = Tensor(shape, Buffer(uninitialized: shape.elementCount))
    SoftmaxKernels.softmax(buffer, width: width, into: result.buffer)
    return result.recorded(
      (
        self,
        { upstream in
          let gradient = Buffer(uninitialized: result.shape.elementCount)
          SoftmaxKernels.softmaxGradient(result.buffer, upstream.buffer, width: width, into: gradient)
          return Tensor(result.shape, gradient)
        }
      ))
  }

  /// The logarithm of ``softmax(axis:)``, without its loss of digits.
  public func logSoftmax(axis: Int = -1) -> Tensor {
    if let misfit = misfitOfSoftmax("logSoftmax", axis) { return misfit }
    let x = detached
    let shifted = x - x.max(axis: axis, keepingAxis: true)
    let y = shifted - shifted.exp().sum(axes: [axis], keepingAxes: true).log()
    return y.recorded((self, { $0 - y.exp() * $0.sum(axes: [axis], keepingAxes: true) }))
  }

  private func misfitOfSoftmax(_ name: String, _ axis: Int) -> Tensor? {
    if fault != nil { return self }
    if let axis = shape.normalizedAxis(axis), shape[axis] > 0 { return nil }
    return Tensor(fault: Fault("\(name): the shape \(shape) has nothing along an axis \(axis)"))
  }
}

/// Scaled dot-product attention with several heads (Vaswani et al. 2017): softmax(q·kᵀ / √d)·v, head by head, each head on
/// its own d = channels / heads channels.
///
/// - Parameters:
///   - query: Shape `[count, tokens, channels]`.
///   - key: Shape `[count, context tokens, channels]`.
///   - value: Shape `[count, context tokens, channels]`.
///   - heads: Must divide the channels.
/// - Returns: Shape `[count, tokens, channels]`.
public func attention(query: Tensor, key: Tensor, value: Tensor, heads: Int) -> Tensor {
  if let faulty = Tensor.firstFaulty(query, key, value) { return faulty }
  guard query.shape.rank == 3, key.shape.rank == 3, key.shape == value.shape, query.shape[0] == key.shape[0],
    query.shape[2] == key.shape[2], key.shape[1] > 0, heads > 0, query.shape[2] % heads == 0
  else {
    return Tensor(
      fault: Fault(
        "attention: query \(query.shape), key \(key.shape) and value \(value.shape) with \(heads) heads do not fit together"
      ))
  }
  let geometry = AttentionGeometry(
    count: query.shape[0], tokens: query.shape[1], contextTokens: key.shape[1], channels: query.shape[2], heads: heads)
  let result = Buffer(uninitialized: query.shape.elementCount)
  let statistics = AttentionKernels.attend(
    geometry, query: query.buffer, key: key.buffer, value: value.buffer, into: result)
  return Tensor(query.shape, result).recorded(from: [query, key, value]) {
    [query = query.detached, key = key.detached, value = value.detached] upstream in
    let dquery = Buffer(uninitialized: query.shape.elementCount)
    let (dkey, dvalue) = (
      Buffer(uninitialized: key.shape.elementCount), Buffer(uninitialized: key.shape.elementCount)
    )
    AttentionKernels.gradient(
      geometry, statistics, query: query.buffer, key: key.buffer, value: value.buffer, upstream: upstream.buffer,
      dquery: dquery, dkey: dkey, dvalue: dvalue)
    return [Tensor(query.shape, dquery), Tensor(key.shape, dkey), Tensor(key.shape, dvalue)]
  }
}

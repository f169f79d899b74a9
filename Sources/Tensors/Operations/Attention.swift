extension Tensor {
  /// Positive numbers that add up to 1 along an axis: e^x / Σ e^x, computed from differences to the largest x so that none
  /// overflows.
  public func softmax(axis: Int = -1) -> Tensor {
    if let misfit = misfitOfSoftmax("softmax", axis) { return misfit }
    let x = detached
    let powers = (x - x.max(axis: axis, keepingAxis: true)).exp()
    let y = powers / powers.sum(axes: [axis], keepingAxes: true)
    return y.recorded((self, { y * ($0 - ($0 * y).sum(axes: [axis], keepingAxes: true)) }))
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
  let (count, width) = (query.shape[0], query.shape[2] / heads)
  let byHead = { (x: Tensor) in x.reshaped([count, x.shape[1], heads, width]).transposed([0, 2, 1, 3]) }
  let scores = (byHead(query) * (1 / Float(width).squareRoot())).matmul(byHead(key).transposed())
  return scores.softmax().matmul(byHead(value)).transposed([0, 2, 1, 3]).reshaped(query.shape)
}

/// The mean of the squared differences over all elements.
public func meanSquaredError(_ prediction: Tensor, _ target: Tensor) -> Tensor {
  if let fault = misfit("meanSquaredError", prediction, target) { return fault }
  return (prediction - target).squared().mean()
}

/// The mean over all elements of −(t·log σ(x) + (1 − t)·log(1 − σ(x))), computed from the logits x so that none overflows.
///
/// - Parameters:
///   - logits: x, numbers of any size.
///   - targets: t, between 0 and 1, of the logits' shape.
public func binaryCrossEntropy(logits: Tensor, targets: Tensor) -> Tensor {
  if let fault = misfit("binaryCrossEntropy", logits, targets) { return fault }
  return (logits.softplus() - logits * targets).mean()
}

/// The mean over the rows of −log softmax(logits)[label].
///
/// - Parameters:
///   - logits: Shape `[count, classes]`.
///   - labels: One class a row, counted from 0.
public func crossEntropy(logits: Tensor, labels: [Int]) -> Tensor {
  if logits.fault != nil { return logits }
  guard logits.shape.rank == 2, logits.shape[0] == labels.count, !labels.isEmpty,
    labels.allSatisfy({ $0 >= 0 && $0 < logits.shape[1] })
  else {
    return Tensor(
      fault: Fault("crossEntropy: \(labels.count) labels do not fit logits of shape \(logits.shape)"))
  }
  let classes = logits.shape[1]
  let picked = logits.logSoftmax(axis: 1).reshaped([-1]).gathered(
    rows: labels.enumerated().map { $0 * classes + $1 })
  return -picked.mean()
}

/// Operands of a loss must have the same shape: stretching one would be a mistake that no error shows.
private func misfit(_ name: String, _ a: Tensor, _ b: Tensor) -> Tensor? {
  if let faulty = Tensor.firstFaulty(a, b) { return faulty }
  guard a.shape != b.shape else { return nil }
  return Tensor(fault: Fault("\(name): the shapes \(a.shape) and \(b.shape) differ"))
}

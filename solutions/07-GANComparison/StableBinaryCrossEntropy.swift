import Tensors

/// Binary cross-entropy from logits, in a form in which nothing overflows. Write it with elementary functions of tensors:
/// the engine's `binaryCrossEntropy` and `softplus` are what you are building, and a grader refuses them.
///
/// With D = σ(x) the loss of one answer is −y · log D − (1 − y) · log(1 − D). Computed like that it fails: at x = −200
/// σ(x) is 0 in Float, and its logarithm −∞. The same number is
///
///     max(x, 0) − x · y + log(1 + e^(−|x|))
///
/// where the exponential lies between 0 and 1, whatever x. The result is the mean over all elements.
///
/// Mind x = 0. The loss of an answer is smooth there, with the derivative ½ − y, but two of its terms have kinks. At a
/// kink the engine's `relu()` and `abs()` have the derivative 0, and `maximum(a, b)` gives a tie wholly to `a`. Written
/// as ½·x + ½·|x|, max(x, 0) has the derivative ½ there, and log(1 + e^(−|x|)) has 0: together with −y that is ½ − y.
///
/// - Parameters:
///   - logits: x, any shape.
///   - targets: y, between 0 and 1, of the same shape.
/// - Returns: A scalar.
public func stableBinaryCrossEntropy(logits: Tensor, targets: Tensor) -> Tensor {
  if logits.fault != nil { return logits }
  if targets.fault != nil { return targets }
  guard logits.shape == targets.shape else {
    return Tensor(fault: Fault("logits \(logits.shape) and targets \(targets.shape) must have one shape"))
  }
  // BEGIN SOLUTION 7.4
  let magnitude = logits.abs()
  let positivePart = (logits + magnitude) / 2
  return (positivePart - logits * targets + (1 + (-magnitude).exp()).log()).mean()
  // END SOLUTION
}

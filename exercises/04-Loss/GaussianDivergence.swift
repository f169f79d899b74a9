import RealModule
import Tensors

/// The Kullback–Leibler divergence KL(p ‖ q) between two normal distributions of one number, in nats: what it costs to
/// expect q where p is the truth.
///
/// With means m_p, m_q and variances v_p, v_q it is ½ · (ln(v_q / v_p) + (v_p + (m_p − m_q)²) / v_q − 1). It is never
/// negative, 0 only where both are the same, and not symmetric. ln is `Double.log`.
///
/// - Parameters:
///   - p: Mean and variance (not deviation) of the truth.
///   - q: Mean and variance of the expectation. Both variances are positive.
public func gaussianDivergence(
  of p: (mean: Double, variance: Double), from q: (mean: Double, variance: Double)
) -> Double {
  return unfinished("4.2")
}

/// The same for each pixel of images: every pixel has its own two means, and all share the two variances.
///
/// What depends on the variances alone is computed in Double, before it meets the tensors. `squared()` squares a tensor.
///
/// - Parameters:
///   - p: The means of the truth, of any shape, and the variance.
///   - q: The means of the expectation, of the same shape, and the variance.
/// - Returns: KL(p ‖ q) for each pixel in nats, of the means' shape.
public func gaussianDivergence(
  of p: (mean: Tensor, variance: Double), from q: (mean: Tensor, variance: Double)
) -> Tensor {
  return unfinished("4.2")
}

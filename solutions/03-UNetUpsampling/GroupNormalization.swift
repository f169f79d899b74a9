import Tensors

/// Group normalization (Wu and He 2018), made of a tensor's basic operations.
///
/// The channels are divided into `groups` runs of neighbors: of 6 channels and 2 groups, channels 0, 1, 2 are the first, and
/// 3, 4, 5 the second. For each image by itself, and each group by itself, take the mean μ and the variance σ² of all numbers
/// of the group, over all pixels and over its channels together; then
///
///     y = (x − μ) / √(σ² + ε) · scale + shift
///
/// where scale and shift have a number for each *channel*. The variance is that of the numbers themselves, with divisor n
/// (as `Tensor.variance(axes:keepingAxes:)` has it), and ε, which keeps from dividing by 0, stands inside the root.
///
/// Each operation on a tensor records how gradients go back through it, so that what is composed of them has gradients without
/// further work. The network uses the engine's `x.groupNormalized(…)`, which does the same in fewer passes over memory.
/// It and its relatives are what you are building, and a grader refuses them.
///
/// - Parameters:
///   - x: Images, `[count, height, width, channels]`.
///   - groups: Must divide the channels.
///   - scale: `[channels]`.
///   - shift: `[channels]`.
///   - epsilon: ε.
/// - Returns: Of the shape of `x`; faulty where the groups do not divide the channels, or scale or shift do not fit them.
public func groupNormalized(
  _ x: Tensor, groups: Int, scale: Tensor, shift: Tensor, epsilon: Float = 1e-5
) -> Tensor {
  if let faulty = [x, scale, shift].first(where: { $0.fault != nil }) { return faulty }
  guard x.shape.rank == 4 else {
    return Tensor(fault: Fault("groupNormalized: \(x.shape) are no images, which have four axes"))
  }
  let channels = x.shape[3]
  guard groups > 0, channels % groups == 0 else {
    return Tensor(fault: Fault("groupNormalized: \(channels) channels do not divide into \(groups) equal groups"))
  }
  guard scale.shape == [channels], shift.shape == [channels] else {
    return Tensor(
      fault: Fault(
        "groupNormalized: scale \(scale.shape) and shift \(shift.shape) do not have one number for each of \(channels) channels"
      ))
  }
  // BEGIN SOLUTION 3.4
  // Now each group has an axis of its own: [count, pixels, groups, channels of a group].
  let grouped = x.reshaped([x.shape[0], x.shape[1] * x.shape[2], groups, x.shape[3] / groups])
  let mean = grouped.mean(axes: [1, 3], keepingAxes: true)
  let variance = grouped.variance(axes: [1, 3], keepingAxes: true)
  let normalized = (grouped - mean) / (variance + epsilon).sqrt()
  return normalized.reshaped(x.shape) * scale + shift
  // END SOLUTION
}

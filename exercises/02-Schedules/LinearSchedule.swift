import ForwardDiffusion
import Tensors

/// The β of the linear schedule (Ho et al. 2020, section 4): they go from `first` to `last` in equal steps.
///
/// Both ends are reached, up to rounding: β at t = 0 is `first`, β at t = T − 1 is `last`. A single timestep has `first`.
///
/// - Parameters:
///   - timestepCount: T, at least 1.
///   - first: β_0.
///   - last: β_{T−1}; usually, but not always, more than `first`.
/// - Returns: T numbers.
public func linearBetas(timestepCount: Int, from first: Double, to last: Double) -> [Double] {
  return unfinished("2.1")
}

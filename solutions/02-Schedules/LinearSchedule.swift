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
  // BEGIN SOLUTION 2.1
  (0..<timestepCount).map { t in
    // T numbers have T − 1 steps between them; of one number there is no step, and 0 / 0 is none.
    timestepCount == 1 ? first : first + (last - first) * Double(t) / Double(timestepCount - 1)
  }
  // END SOLUTION
}

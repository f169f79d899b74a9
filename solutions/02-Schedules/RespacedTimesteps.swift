import Tensors

/// How a few timesteps are chosen among all, to sample in fewer steps than were trained (Lin et al. 2023, table 2).
///
/// With T timesteps, counted from 0, of which n are chosen, and i = 0 … n − 1:
public enum TimestepSpacing: String, Codable, CaseIterable, Sendable {
  /// i · ⌊T / n⌋: equal steps from 0. The last timestep, where sampling should begin, is left out, unless all are chosen.
  case leading
  /// i · (T − 1) / (n − 1), rounded: equal steps with both ends, 0 and T − 1.
  case linspace
  /// (i + 1) · T / n, rounded, less 1: equal steps that end with T − 1; the first is a whole step after the clean image.
  case trailing
}

extension TimestepSpacing {
  /// The chosen timesteps, in ascending order.
  ///
  /// What is rounded goes to the nearest whole number; halves may go either way.
  ///
  /// - Parameters:
  ///   - count: n, how many are chosen; from 1 to T. n = 1 is handled for you.
  ///   - timestepCount: T, how many there are.
  /// - Returns: n timesteps in 0..<T, no two of them the same.
  public func timesteps(_ count: Int, of timestepCount: Int) -> [Int] {
    // One alone has no step to another.
    guard count > 1 else { return [self == .trailing ? timestepCount - 1 : 0] }
    // BEGIN SOLUTION 2.5
    return (0..<count).map { i in
      switch self {
      case .leading: i * (timestepCount / count)
      // NumPy, and with it diffusers, rounds halves to the even number.
      case .linspace: Int((Double(i * (timestepCount - 1)) / Double(count - 1)).rounded(.toNearestOrEven))
      case .trailing: Int((Double((i + 1) * timestepCount) / Double(count)).rounded(.toNearestOrEven)) - 1
      }
    }
    // END SOLUTION
  }
}

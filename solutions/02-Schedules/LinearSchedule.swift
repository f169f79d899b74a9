import ForwardDiffusion

extension NoiseSchedule {
  /// β grows evenly from the first timestep to the last (Ho et al. 2020).
  ///
  /// - Parameters:
  ///   - timestepCount: T, at least 1.
  ///   - first: β_0.
  ///   - last: β_{T−1}.
  public static func linear(timestepCount: Int, from first: Double = 1e-4, to last: Double = 0.02) -> NoiseSchedule {
    NoiseSchedule(
      betas: (0..<timestepCount).map { t in
        timestepCount == 1 ? first : first + (last - first) * Double(t) / Double(timestepCount - 1)
      })
  }
}

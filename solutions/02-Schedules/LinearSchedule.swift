import ForwardDiffusion

extension NoiseSchedule {
  /// β grows evenly from the first timestep to the last (Ho et al. 2020).
  ///
  /// The defaults are meant for about 1000 timesteps. They do not depend on T, so with fewer less noise is added in all:
  /// with T = 100 ᾱ ends at 0.36, and x_T still shows the image where sampling would begin with pure noise.
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

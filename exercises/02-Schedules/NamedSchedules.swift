import ForwardDiffusion

// The schedules that this chapter's exercises answer with, made from their β. An answer of the wrong length becomes a
// schedule without numbers, which cannot end a program that looks them up.

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
      betas: linearBetas(timestepCount: timestepCount, from: first, to: last), timestepCount: timestepCount)
  }

  /// ᾱ falls like a squared cosine (Nichol and Dhariwal 2021): slowly at both ends, evenly between.
  ///
  /// - Parameters:
  ///   - timestepCount: T, at least 1.
  ///   - maximumBeta: What no β exceeds.
  public static func squaredCosine(timestepCount: Int, maximumBeta: Double = 0.999) -> NoiseSchedule {
    NoiseSchedule(
      betas: squaredCosineBetas(timestepCount: timestepCount, maximumBeta: maximumBeta), timestepCount: timestepCount)
  }

  /// The schedule of a few of this one's timesteps, which a network trained on all of them can be sampled with.
  ///
  /// - Parameter timesteps: The chosen timesteps in ascending order.
  /// - Returns: A schedule of as many timesteps; without numbers where one of them is none of this schedule's.
  public func respaced(to timesteps: [Int]) -> NoiseSchedule {
    let known = timesteps.allSatisfy(betas.indices.contains)
    return NoiseSchedule(betas: known ? respacedBetas(at: timesteps) : [], timestepCount: timesteps.count)
  }

  /// This schedule, changed so that nothing is left of the image in the end: ᾱ_{T−1} = 0 (Lin et al. 2023).
  public func rescaledToZeroTerminalSNR() -> NoiseSchedule {
    NoiseSchedule(betas: zeroTerminalBetas(), timestepCount: timestepCount)
  }
}

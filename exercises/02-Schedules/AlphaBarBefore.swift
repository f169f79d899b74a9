import ForwardDiffusion

extension NoiseSchedule {
  /// ᾱ_{t−1}; before the first timestep nothing is lost, so ᾱ_{−1} = 1.
  public func alphaBarBefore(_ t: Int) -> Double { t == 0 ? 1 : alphaBars[t - 1] }
}

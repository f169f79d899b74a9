import ForwardDiffusion
import RealModule

extension NoiseSchedule {
  /// ᾱ falls like a squared cosine (Nichol and Dhariwal 2021): slowly at both ends, evenly between.
  ///
  /// With f(u) = cos²((u + 0.008) / 1.008 · π / 2), β_t = 1 − f((t + 1) / T) / f(t / T), at most `maximumBeta`: the last
  /// step alone would otherwise have β = 1 and divide by zero on the way back.
  public static func squaredCosine(timestepCount: Int, maximumBeta: Double = 0.999) -> NoiseSchedule {
    func f(_ u: Double) -> Double {
      let cosine = Double.cos((u + 0.008) / 1.008 * .pi / 2)
      return cosine * cosine
    }
    return NoiseSchedule(
      betas: (0..<timestepCount).map { t in
        min(1 - f(Double(t + 1) / Double(timestepCount)) / f(Double(t) / Double(timestepCount)), maximumBeta)
      })
  }
}

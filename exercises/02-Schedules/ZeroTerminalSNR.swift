import ForwardDiffusion
import Tensors

extension NoiseSchedule {
  /// The β of this schedule after its √ᾱ have been shifted and stretched so that the last is 0 and the first stays as it is:
  /// then x_T is pure noise, which is what sampling begins with (Lin et al. 2023, algorithm 1).
  ///
  /// 1. Take r_t = √ᾱ_t, the weight of the image in x_t.
  /// 2. Shift them all by the same amount, so that the last becomes 0.
  /// 3. Stretch them all by the same factor, so that the first is what it was.
  /// 4. Square them: these are the new ᾱ.
  /// 5. From ᾱ go back to β: β_t = 1 − ᾱ_t / ᾱ_{t−1}, with 1 in the place of ᾱ before the first.
  ///
  /// The last β is then exactly 1. At that timestep x_T says nothing about the image, so a network that predicts the noise
  /// learns nothing there; Lin et al. predict v instead.
  ///
  /// You may rely on this schedule having at least two timesteps, and losing something between the first and the last.
  ///
  /// - Returns: As many β as this schedule has.
  public func zeroTerminalBetas() -> [Double] {
    return unfinished("2.7")
  }
}

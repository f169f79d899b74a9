import ForwardDiffusion
import Tensors

extension NoiseSchedule {
  /// The β of the schedule that knows only some of this one's timesteps (Nichol and Dhariwal 2021, section 4).
  ///
  /// The network was trained to see as much noise at a timestep as this schedule puts there, so the ᾱ at the chosen timesteps
  /// t_0 < t_1 < … must stay as they are. A step from t_{i−1} to t_i then takes in all the steps between, and its β is
  ///
  ///     β'_i = 1 − ᾱ_{t_i} / ᾱ_{t_{i−1}}          with 1 in the place of ᾱ before the first of them
  ///
  /// - Parameter timesteps: The chosen timesteps, at least one, each in 0..<T, in ascending order.
  /// - Returns: As many β.
  public func respacedBetas(at timesteps: [Int]) -> [Double] {
    return unfinished("2.6")
  }
}

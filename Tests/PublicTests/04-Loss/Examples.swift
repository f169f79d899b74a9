import ForwardDiffusion
import Loss
import Tensors
import TestSupport

// Schedules and networks of the tests; they stand on no exercise but the cumulative product.

let linear = NoiseSchedule(betas: referenceLinearBetas(1000))
let cosine = NoiseSchedule(betas: referenceCosineBetas(1000))

extension NoiseSchedule {
  /// Where a check of this schedule at a timestep is, for its message.
  func place(_ t: Int) -> String {
    self == LossTests.linear
      ? "t = \(t), linear schedule" : self == LossTests.cosine ? "t = \(t), cosine schedule" : "t = \(t)"
  }

  /// A number for each timestep, shaped to multiply images.
  func weights(_ timesteps: [Int], _ weight: (_ t: Int) -> Double) -> Tensor {
    Tensor(timesteps.map { betas.indices.contains($0) ? Float(weight($0)) : .nan }, shape: [timesteps.count, 1, 1, 1])
  }

  /// x_t, worked out here.
  func example(_ x0: Tensor, _ noise: Tensor, _ timesteps: [Int]) -> Tensor {
    weights(timesteps) { alphaBars[$0].squareRoot() } * x0 + weights(timesteps) { (1 - alphaBars[$0]).squareRoot() }
      * noise
  }

  /// The noise in x_t, by one who knows x_0.
  func trueNoise(in xt: Tensor, of x0: Tensor, _ timesteps: [Int]) -> Tensor {
    (xt - weights(timesteps) { alphaBars[$0].squareRoot() } * x0)
      / weights(timesteps) { (1 - alphaBars[$0]).squareRoot() }
  }

  /// ᾱ_{t−1}, worked out here; 1 before the first timestep.
  func before(_ t: Int) -> Double { t == 0 ? 1 : alphaBars[t - 1] }

  /// β̃_t, worked out here.
  func betaTilde(_ t: Int) -> Double { betas[t] * (1 - before(t)) / (1 - alphaBars[t]) }
}

import ForwardDiffusion
import Loss
import Schedules
import Tensors

/// Draws images with as much or as little noise on the way as one likes (Song, Meng and Ermon 2021).
///
/// A network trained for the simple loss serves many ways back that agree in every q(x_t | x_0). With η = 1 the way is the
/// ancestral one. With η = 0 nothing random happens after x_T: each noise has its image, and fewer steps will do.
public struct DDIMSampler: ReverseSampler {
  /// The schedule that the network was trained with, or a respaced one.
  public let schedule: NoiseSchedule
  /// η, how much of the ancestral sampler's noise is added: 0 … 1.
  public let eta: Double
  /// Whether each step holds the predicted image to [−1, 1].
  public let clipsPrediction: Bool

  /// Makes a sampler.
  public init(schedule: NoiseSchedule, eta: Double = 0, clipsPrediction: Bool = true) {
    self.schedule = schedule
    self.eta = eta
    self.clipsPrediction = clipsPrediction
  }
}

extension DDIMSampler {
  /// σ_t, the deviation of the noise that the step at t adds: η · √((1 − ᾱ_{t−1}) / (1 − ᾱ_t)) · √(1 − ᾱ_t / ᾱ_{t−1})
  /// (equation 16, where α is what is ᾱ here), which is η · √β̃_t, as 1 − ᾱ_t / ᾱ_{t−1} = β_t; 0 at t = 0. t is in 0 ..< T.
  public func deviation(at t: Int) -> Double {
    return unfinished("5.7")
  }

  /// One step back: x_{t−1} = √ᾱ_{t−1} · x̂_0 + √(1 − ᾱ_{t−1} − σ_t²) · ε̂ + σ_t · z (equation 12).
  ///
  /// x̂_0 is what ε̂ implies (exercise 4.1). If `clipsPrediction` is set, it is clipped to [−1, 1], and ε̂ is replaced, for all
  /// pixels, by the noise that x_t and the clipped x̂_0 imply; where nothing was cut off that is ε̂ itself. Where σ_t is 0,
  /// `noise` is not used.
  ///
  /// - Parameters:
  ///   - xt: Noisy images.
  ///   - predictedNoise: ε̂, of the same shape.
  ///   - t: The timestep of all images.
  ///   - noise: z, standard normal, of the same shape.
  /// - Returns: x_{t−1}, of the same shape; a fault where there is no such timestep or shapes differ.
  public func step(_ xt: Tensor, predictedNoise: Tensor, at t: Int, noise: Tensor) -> Tensor {
    guard schedule.betas.indices.contains(t) else { return schedule.outside(t) }
    return unfinished("5.7")
  }
}

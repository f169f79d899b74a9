import ForwardDiffusion
import Loss
import Sampling
import Schedules

/// How images are drawn with a network that predicts noise.
public struct SamplerConfiguration: Codable, Equatable, Sendable {
  /// The way from x_t to x_{t−1}.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// A sample of p(x_{t−1} | x_t) at every step (Ho et al. 2020).
    case ancestral
    /// DDIM (Song et al. 2021), with as much noise as ``SamplerConfiguration/eta`` says.
    case ddim
  }

  /// The way from x_t to x_{t−1}.
  public var kind: Kind
  /// In how many steps; nil for all T.
  public var steps: Int?
  /// Which of the T timesteps are taken where there are fewer steps.
  public var spacing: TimestepSpacing
  /// η of DDIM, 0 … 1: how much of the ancestral sampler's noise is added.
  public var eta: Double
  /// Whether each step clips the predicted image to [−1, 1].
  public var clips: Bool
  /// The variance of the ancestral sampler's noise.
  public var variance: ReverseVariance
  /// s in ε̂(x_t) + s · (ε̂(x_t, y) − ε̂(x_t)), the prediction with guidance; 1 is the prediction with the label alone.
  public var guidanceScale: Double
  /// When guidance acts, in parts of T from 0, the image, to 1, the noise; at other timesteps the label alone predicts, which takes
  /// half the time. Nil for always.
  ///
  /// Early guidance drives all images of a class to a few forms, and late guidance changes nothing that can be seen
  /// (Kynkäänniemi et al. 2024, "Applying guidance in a limited interval").
  public var guidanceInterval: ClosedRange<Double>?

  /// Puts the parts together; without other numbers, the ancestral sampler over all timesteps, clipped.
  public init(
    _ kind: Kind = .ancestral, steps: Int? = nil, spacing: TimestepSpacing = .leading, eta: Double = 0,
    clips: Bool = true, variance: ReverseVariance = .posterior, guidanceScale: Double = 1,
    guidanceInterval: ClosedRange<Double>? = nil
  ) {
    self.kind = kind
    self.steps = steps
    self.spacing = spacing
    self.eta = eta
    self.clips = clips
    self.variance = variance
    self.guidanceScale = guidanceScale
    self.guidanceInterval = guidanceInterval
  }

  /// The sampler for a schedule, by the types of chapter 5.
  public func makeSampler(schedule: NoiseSchedule) -> any Sampler {
    guard let steps, steps != schedule.timestepCount else { return makeSampler(all: schedule) }
    let timesteps = spacing.timesteps(steps, of: schedule.timestepCount)
    let respaced = schedule.respaced(to: timesteps)
    return switch kind {
    case .ancestral:
      RespacedSampler(
        AncestralSampler(schedule: respaced, clipsPrediction: clips, variance: variance), timesteps: timesteps)
    case .ddim:
      RespacedSampler(DDIMSampler(schedule: respaced, eta: eta, clipsPrediction: clips), timesteps: timesteps)
    }
  }

  private func makeSampler(all schedule: NoiseSchedule) -> any Sampler {
    switch kind {
    case .ancestral: AncestralSampler(schedule: schedule, clipsPrediction: clips, variance: variance)
    case .ddim: DDIMSampler(schedule: schedule, eta: eta, clipsPrediction: clips)
    }
  }
}

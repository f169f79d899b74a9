import ForwardDiffusion
import Schedules

/// The kinds of noise schedules.
public enum ScheduleKind: String, Codable, CaseIterable, Sendable {
  case linear, cosine
}

/// How much noise each timestep adds.
public struct ScheduleConfiguration: Codable, Equatable, Sendable {
  /// Linear β (Ho et al. 2020), or ᾱ that falls like a squared cosine (Nichol and Dhariwal 2021).
  public var kind: ScheduleKind
  /// T.
  public var timesteps: Int
  /// The largest β of the cosine schedule; nil for its authors' 0.999. The linear schedule ignores it.
  public var maximumBeta: Double?

  /// Puts the parts together.
  public init(_ kind: ScheduleKind, timesteps: Int, maximumBeta: Double? = nil) {
    self.kind = kind
    self.timesteps = timesteps
    self.maximumBeta = maximumBeta
  }

  /// The schedule itself, by the functions of chapter 2.
  public func makeNoiseSchedule() -> NoiseSchedule {
    switch kind {
    case .linear: .linear(timestepCount: timesteps)
    case .cosine: .squaredCosine(timestepCount: timesteps, maximumBeta: maximumBeta ?? 0.999)
    }
  }
}

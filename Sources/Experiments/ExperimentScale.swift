/// How large an experiment is.
public enum ExperimentScale: String, Codable, CaseIterable, Sendable {
  /// All five together in about an hour on two cores: narrow networks, small images, and digits that the program draws.
  case small
  /// All five together in a night on two cores: narrow networks on the reports' data at its own size.
  case medium
  /// The reports' own networks, data and durations.
  case full
}

/// Why an experiment cannot be run or reported, in one sentence.
public struct ExperimentError: Error, CustomStringConvertible, Equatable {
  public let description: String

  /// Makes an error with its sentence.
  public init(_ description: String) { self.description = description }
}

/// Why images cannot be scored, in one sentence.
public struct ScoringError: Error, CustomStringConvertible, Equatable {
  public let description: String

  /// Makes an error with its sentence.
  public init(_ description: String) { self.description = description }
}

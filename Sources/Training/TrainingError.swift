/// Why a training, or the drawing of images, failed, in one sentence.
public struct TrainingError: Error, CustomStringConvertible, Equatable {
  public let description: String

  /// Makes an error with its sentence.
  public init(_ description: String) { self.description = description }
}

/// The loss, or a weight, became infinite or NaN.
public struct TrainingDiverged: Error {
  /// The step with that loss, or the number of steps after which a weight was not finite.
  public let step: Int
  /// The loss; NaN where a weight was not finite.
  public let loss: Float
}

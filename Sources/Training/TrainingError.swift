/// What a training, or the drawing of images, cannot do, in one sentence.
public struct TrainingError: Error, CustomStringConvertible, Equatable {
  public let description: String

  /// Makes an error with its sentence.
  public init(_ description: String) { self.description = description }
}

/// The loss, or a weight, is no longer a number.
public struct TrainingDiverged: Error {
  /// The step whose loss it is, or after which the weights were spoiled.
  public let step: Int
  public let loss: Float
}

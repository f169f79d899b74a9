/// The β of a schedule under test, with a name: test reports would otherwise list a thousand numbers.
public struct NamedBetas: Sendable, CustomStringConvertible {
  /// The schedule's name.
  public let description: String
  /// Its β.
  public let betas: [Double]

  /// Names some β.
  public init(_ name: String, _ betas: [Double]) {
    description = name
    self.betas = betas
  }

  /// The linear schedule of T timesteps.
  public static func linear(_ timestepCount: Int) -> NamedBetas {
    NamedBetas("linear, T = \(timestepCount)", referenceLinearBetas(timestepCount))
  }

  /// The squared cosine schedule of T timesteps.
  public static func cosine(_ timestepCount: Int) -> NamedBetas {
    NamedBetas("cosine, T = \(timestepCount)", referenceCosineBetas(timestepCount))
  }
}

import Reports

/// Something that a report says, to be held against what was measured.
public struct Claim: Sendable {
  /// What a measurement says of a claim.
  public struct Finding: Equatable, Sendable {
    /// Whether it holds.
    public var holds: Bool
    /// Our numbers, in a few words.
    public var numbers: String
  }

  /// The experiment that measures it.
  public let experiment: String
  /// Where the report says it.
  public let place: String
  /// What it says, with its numbers.
  public let text: String
  /// Why it does not hold, or what else there is to know.
  public let reason: String
  /// Judges it by the numbers of the experiment at one scale.
  let judge: @Sendable (Measured) throws -> Finding

  init(
    _ experiment: String, _ place: String, _ text: String, because reason: String = "",
    _ judge: @escaping @Sendable (Measured) throws -> Finding
  ) {
    self.experiment = experiment
    self.place = place
    self.text = text
    self.reason = reason
    self.judge = judge
  }

  /// The numbers of an experiment at one scale.
  struct Measured {
    let results: KeptResults

    /// A number that is not there.
    struct Missing: Error {}

    /// A number of a cell.
    func callAsFunction(_ cell: String, _ name: String) throws -> Double {
      guard let number = results.cells[cell]?.numbers[name] else { throw Missing() }
      return number
    }
  }
}

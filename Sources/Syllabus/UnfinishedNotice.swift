/// What a test says of an exercise that is not written yet: the tests make the sentence, and the course tool knows it by this
/// type again.
public struct UnfinishedNotice: CustomStringConvertible, Equatable, Sendable {
  /// The sentence.
  public let description: String

  /// What every such sentence has and no other message.
  private static let mark = "is not written yet: "

  /// Says where the answer of the exercise under test belongs.
  public init(_ exercise: Exercise, line: Int) {
    description =
      "\(exercise) \(Self.mark)put your answer in place of unfinished(\"\(exercise.id)\") at "
      + "\(Course.path(of: exercise)):\(line)"
  }

  /// Says which exercise the one under test needs first.
  public init(_ id: String, needs missing: Exercise, line: Int) {
    description = "\(id) needs \(missing), which \(Self.mark)\(Course.path(of: missing)):\(line)"
  }

  /// Knows a sentence again; nil for any other message.
  public init?(_ message: String) {
    guard message.contains(Self.mark) else { return nil }
    description = message
  }
}

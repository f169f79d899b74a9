/// One exercise: a file to fill in, and what is told about it.
public struct Exercise: Sendable, Hashable, Identifiable {
  /// Chapter and number, such as `3.4`: in the text, the stub, the tests' names and every message.
  public var id: String { "\(chapter).\(number)" }
  /// The number of the chapter, from 0.
  public let chapter: Int
  /// The place within the chapter, from 1.
  public let number: Int
  /// A few words.
  public let title: String
  /// The file's name, the same in `exercises/` and `solutions/`.
  public let file: String
  /// What a right answer earns.
  public let points: Int
  /// Three hints, from a gentle one to nearly the answer.
  public let hints: [String]
}

extension Exercise {
  /// The suite that students see, without its module, such as `Exercise3_4`.
  public var publicSuite: String { "Exercise\(chapter)_\(number)" }

  /// The suite that instructors keep, without its module, such as `Hidden3_4`.
  public var hiddenSuite: String { "Hidden\(chapter)_\(number)" }

  /// The test that prints numbers for graders to compare, such as `exercise3_4()`.
  public var spotCheck: String { "exercise\(chapter)_\(number)()" }
}

extension Exercise: CustomStringConvertible {
  /// Number and title.
  public var description: String { "\(id) \(title)" }
}

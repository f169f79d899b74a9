import Syllabus

/// What right answers give for inputs that are drawn anew for each grading.
///
/// The process that runs a student's code writes the record of its own tests, so a way around the rules for sources could
/// write one of its own. What it cannot write are numbers that it would have to compute rightly first: those are laid beside the
/// references', which another process has computed.
struct SpotChecks: Sendable {
  /// Where a test process finds the seed of its inputs.
  static let variable = "COURSE_SPOT_CHECK"

  /// How far numbers may be apart, relative to the largest: far above what another order of additions makes of Floats, far
  /// below what any mistake does.
  private static let tolerance = 1e-3

  private let seed: UInt64
  private let expected: [Exercise: [Double]]

  /// Draws the inputs.
  ///
  /// - Parameter references: The tests, built on the references alone.
  /// - Throws: A ``CourseError`` where an exercise has no spot check, or it gives no numbers.
  init(of references: TestBundle) async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    self.seed = seed
    let numbers = try await references.forEach(Course.exercises) {
      try await references.spotCheckNumbers(of: $0, seed: seed)
    }
    if let silent = zip(Course.exercises, numbers).first(where: { $1 == nil })?.0 {
      throw CourseError("the spot check of \(silent.id) gives no numbers for the reference")
    }
    expected = Dictionary(uniqueKeysWithValues: zip(Course.exercises, numbers.map { $0 ?? [] }))
  }

  /// The verdicts on answers that pass their tests but give other numbers than the references.
  func refusals(of exercises: [Exercise], in bundle: TestBundle) async throws -> [Exercise: Verdict] {
    let numbers = try await bundle.forEach(exercises) { try await bundle.spotCheckNumbers(of: $0, seed: seed) }
    return Dictionary(
      uniqueKeysWithValues: zip(exercises, numbers).compactMap { exercise, found in
        Self.difference(found, from: expected[exercise] ?? []).map {
          (exercise, Verdict(exercise, .failed, "the tests pass, but for inputs drawn by the grader \($0)"))
        }
      })
  }

  /// How an answer's numbers differ from the reference's; nil where they agree.
  static func difference(_ found: [Double]?, from expected: [Double]) -> String? {
    guard let found else { return "there is no result" }
    guard found.count == expected.count else { return "the result has another shape than the reference's" }
    let largest = expected.reduce(0) { max($0, abs($1)) }
    let wrong = zip(found, expected).first { !(abs($0 - $1) <= tolerance * largest) }
    return wrong.map { "the result is not the reference's: \($0) instead of \($1)" }
  }

  /// The numbers in what a test process printed: the last that stand on a line of their own for the exercise.
  static func numbers(of exercise: Exercise, printed: String) -> [Double]? {
    let head = "spot check \(exercise.id): "
    guard let line = printed.split(separator: "\n").last(where: { $0.hasPrefix(head) }) else { return nil }
    let words = line.dropFirst(head.count).split(separator: " ")
    let numbers = words.compactMap { Double($0) }
    return numbers.count == words.count && !numbers.isEmpty ? numbers : nil
  }
}

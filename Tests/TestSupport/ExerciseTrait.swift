import Syllabus
import Synchronization
import Tensors
import Testing

/// Ties a suite to an exercise of the syllabus.
///
/// A test that comes by an exercise which is not written yet fails with one sentence that says which and where, in place of
/// all the failures that follow from the placeholder.
public struct ExerciseTrait: SuiteTrait, TestTrait, TestScoping {
  /// The exercise, such as `3.4`.
  let id: String

  /// The tests in the suite are run within the trait, one by one.
  public var isRecursive: Bool { true }

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let record = UnfinishedRecord()
    let issues = IssueHandlingTrait.compactMapIssues { record.entries.isEmpty ? $0 : nil }
    var failure: (any Error)?
    do {
      try await UnfinishedRecord.$current.withValue(record) {
        try await issues.provideScope(for: test, testCase: testCase, performing: function)
      }
    } catch {
      failure = error
    }
    // The exercise's own stub is the nearer reason, whatever else was met on the way to it.
    if let met = record.entries.first(where: { $0.exercise == id }) ?? record.entries.first {
      Issue.record(Comment(rawValue: sentence(about: met)), sourceLocation: test.sourceLocation)
    } else if let failure {
      throw failure
    }
  }

  private func sentence(about entry: UnfinishedRecord.Entry) -> String {
    guard let exercise = Course.exercise(entry.exercise) else { return "there is no exercise \(entry.exercise)" }
    let place = "\(Course.path(of: exercise)):\(entry.line)"
    return exercise.id == id
      ? "\(exercise) is not written yet: put your answer in place of unfinished(\"\(id)\") at \(place)"
      : "\(id) needs \(exercise), which is not written yet: \(place)"
  }
}

extension Trait where Self == ExerciseTrait {
  /// The suite tests the exercise of the given number.
  public static func exercise(_ id: String) -> ExerciseTrait { ExerciseTrait(id: id) }
}

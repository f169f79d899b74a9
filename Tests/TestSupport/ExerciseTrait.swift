import Syllabus
import Synchronization
import Tensors
import Testing

/// Ties a suite to an exercise of the syllabus.
///
/// A test that comes by an exercise which is not written yet fails with one sentence that says which and where, in place of
/// all the failures that follow from the placeholder. Where it is another exercise that is missing, and nothing fails for
/// want of it, the test passes.
public struct ExerciseTrait: SuiteTrait, TestTrait, TestScoping {
  /// The exercise, such as `3.4`.
  let id: String

  /// The tests in the suite are run within the trait, one by one.
  public var isRecursive: Bool { true }

  /// Runs one test, and fails it with the one sentence where it met an exercise that is not written yet and that matters.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    PromptPrinting.turnOn()
    let record = UnfinishedRecord()
    let failed = Atomic(false)
    let issues = IssueHandlingTrait.compactMapIssues { issue in
      guard !record.entries.isEmpty else { return issue }
      failed.store(true, ordering: .relaxed)
      return nil
    }
    var failure: (any Error)?
    do {
      try await UnfinishedRecord.$current.withValue(record) {
        try await issues.provideScope(for: test, testCase: testCase, performing: function)
      }
    } catch {
      failure = error
      failed.store(true, ordering: .relaxed)
    }
    // The exercise's own stub is the nearer reason, whatever else was met on the way to it.
    let own = record.entries.first { $0.exercise == id }
    if let met = own ?? (failed.load(ordering: .relaxed) ? record.entries.first : nil) {
      Issue.record(Comment(rawValue: sentence(about: met)), sourceLocation: test.sourceLocation)
    } else if let failure {
      throw failure
    }
  }

  private func sentence(about entry: UnfinishedRecord.Entry) -> String {
    guard let exercise = Course.exercise(entry.exercise) else { return "there is no exercise \(entry.exercise)" }
    let notice =
      exercise.id == id
      ? UnfinishedNotice(exercise, line: entry.line) : UnfinishedNotice(id, needs: exercise, line: entry.line)
    return notice.description
  }
}

extension Trait where Self == ExerciseTrait {
  /// The suite tests the exercise of the given number.
  public static func exercise(_ id: String) -> ExerciseTrait { ExerciseTrait(id: id) }
}

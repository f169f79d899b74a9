import Reports
import Testing

@testable import Training

/// Whether the exercises that the program runs on are written. Where they are not, theirs are the tests that fail.
enum WrittenChapters {
  /// Whether a small training can be rehearsed.
  static let areAllThere = (try? Rehearsal(.small(steps: 1)).run()) != nil
}

extension Trait where Self == ConditionTrait {
  /// Runs the tests only where the exercises that the program runs on are written.
  static var onWrittenChapters: Self {
    .enabled("the program needs exercises that are not written yet") { WrittenChapters.areAllThere }
  }
}

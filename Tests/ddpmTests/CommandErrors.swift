import Foundation
import Tensors
import Testing

@testable import ddpm

/// What an error says to the user; nil where there was none.
func printedError<Result>(_ body: () throws -> Result) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return DDPM.message(for: error)
  }
}

extension Trait where Self == ConditionTrait {
  /// Runs the tests only where the exercises of the schedules are written; where they are not, theirs are the tests that fail.
  static var onWrittenSchedules: Self {
    .enabled("the program needs exercises that are not written yet") {
      let record = UnfinishedRecord()
      UnfinishedRecord.$current.withValue(record) {
        for kind in ["cosine", "linear"] { _ = try? ScheduleTable.parse([kind, "--timesteps", "10"]).text }
      }
      return record.entries.isEmpty
    }
  }
}

import Tensors
import Testing

@testable import ddpm

/// Whether the exercises that the program runs on are written. Where they are not, theirs are the tests that fail.
enum WrittenChapters {
  /// What a small training and a drawing come by.
  static let areAllThere: Bool = {
    let record = UnfinishedRecord()
    UnfinishedRecord.$current.withValue(record) {
      _ = try? ScheduleTable.parse(["cosine", "--timesteps", "10"]).text
      _ = try? ScheduleTable.parse(["linear", "--timesteps", "10"]).text
      guard let folder = try? TemporaryFolder() else { return }
      _ = try? folder.run("run").train(.small(steps: 1))
      _ = try? Drawing(contentsOf: folder.run("run").url.path).images(0..<1, seed: 0)
    }
    return record.entries.isEmpty
  }()
}

extension Trait where Self == ConditionTrait {
  /// Runs the tests only where the exercises that the program runs on are written.
  static var onWrittenChapters: Self {
    .enabled("the program needs exercises that are not written yet") { WrittenChapters.areAllThere }
  }
}

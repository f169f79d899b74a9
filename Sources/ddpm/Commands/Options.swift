import ArgumentParser
import Tensors

/// The options of the engine, which several commands take.
struct EngineOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Use this many threads; by default all processors'.", valueName: "count"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...ThreadPool.shared.limit).contains(threads) {
      throw ValidationError("--threads \(threads): this machine has 1 to \(ThreadPool.shared.limit)")
    }
  }

  func apply() {
    if let threads { ThreadPool.shared.activeCount = threads }
  }
}

/// Requires 0 < minutes ≤ 1e6.
func validateDuration(_ name: String, _ minutes: Double?) throws {
  if let minutes, !(minutes > 0 && minutes <= 1e6) {
    throw ValidationError("\(name) \(minutes): must be more than 0 and at most 1000000")
  }
}

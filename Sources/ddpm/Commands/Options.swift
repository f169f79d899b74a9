import ArgumentParser
import Tensors

/// What several commands take.
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

/// Fails unless a number is at least `minimum`.
func require(_ name: String, _ value: Int?, atLeast minimum: Int) throws {
  if let value, value < minimum { throw ValidationError("\(name) \(value): must be at least \(minimum)") }
}

import ArgumentParser

/// Measures what decides how long a training takes.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the speed of layers, of training steps and of denoising steps on this machine.",
    discussion: "benchmarks/compare.py measures PyTorch beside it.")

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, json
  }

  @Option(help: "How to print it.")
  var format = Format.table

  @Option(
    help: ArgumentHelp(
      "Measure only the works that have this name, or names that begin with it; may be repeated.", valueName: "name"))
  var only: [String] = []

  @Flag(help: "Print the names and measure nothing.")
  var list = false

  @OptionGroup var engine: EngineOptions

  func validate() throws { _ = try benchmarks }

  /// The works to measure, each once, in their own order.
  var benchmarks: [Benchmark] {
    get throws {
      guard !only.isEmpty else { return Benchmark.all }
      let names = Set(try only.flatMap { try Benchmark.named($0) }.map(\.name))
      return Benchmark.all.filter { names.contains($0.name) }
    }
  }

  func run() throws {
    let benchmarks = try benchmarks
    if list { return try StandardStreams.writeResult(benchmarks.map { $0.name + "\n" }.joined()) }
    engine.apply()
    let report = BenchmarkReport(measuring: benchmarks)
    try StandardStreams.writeResult(format == .json ? try report.json : report.table)
  }
}

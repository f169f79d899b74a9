import Foundation

/// The results of benchmarks. `benchmarks/pytorch_bench.py` writes the same JSON.
struct BenchmarkReport: Codable, Equatable {
  struct Figure: Codable, Equatable {
    let name: String
    let milliseconds: Double
    /// How much was done a second.
    let rate: Double
    let unit: Benchmark.Unit
  }

  let machine: Machine
  private(set) var figures: [Figure] = []
  /// The peak memory of the process. It is that of a single benchmark only where no other was measured.
  private(set) var peakMemoryMiB = 0.0

  /// Measures one work after the other.
  ///
  /// - Parameters:
  ///   - benchmarks: The works.
  ///   - time: How long each is repeated, and more where it is slow.
  ///   - terminal: Where the progress is shown of what takes more than two seconds.
  init(
    measuring benchmarks: [Benchmark], within time: Duration = .milliseconds(500),
    on terminal: Terminal = .standardError
  ) {
    machine = .current
    var progress = Progress(total: benchmarks.count, unit: "works", on: terminal)
    let start = ContinuousClock.now
    for (done, benchmark) in benchmarks.enumerated() {
      if ContinuousClock.now - start > .seconds(2) { progress.show(done, benchmark.name) }
      let seconds = benchmark.seconds(within: time)
      figures.append(
        Figure(
          name: benchmark.name, milliseconds: seconds * 1000, rate: benchmark.amount / seconds, unit: benchmark.unit))
    }
    progress.clear()
    peakMemoryMiB = Machine.peakMemory
  }

  /// The figures one below the other, for people.
  var table: String {
    let threads = machine.threads == 1 ? "1 thread" : "\(machine.threads) threads"
    var lines = ["\(machine.processor), \(machine.instructionSet), \(threads); medians"]
    lines += figures.map { figure in
      figure.name.padding(toLength: 46, withPad: " ", startingAt: 0)
        + String(format: "%11.3f ms %10.1f ", figure.milliseconds, figure.rate) + figure.unit.rawValue
    }
    lines.append(String(format: "peak memory of the process: %.0f MiB", peakMemoryMiB))
    return lines.joined(separator: "\n") + "\n"
  }

  /// The figures for programs.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }
}

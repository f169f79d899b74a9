import Tensors

/// A piece of work whose time is measured. `benchmarks/pytorch_bench.py` measures the same works under the same names.
struct Benchmark {
  enum Unit: String, Codable {
    /// 10⁹ multiplications and additions a second, counted as the plain loop does them.
    case gigaflops = "GFLOP/s"
    case images = "images/s"
  }

  /// The name, from the general to the particular: the beginning of a name selects a family.
  let name: String
  /// The work of one call: billions of operations, or images.
  let amount: Double
  let unit: Unit
  /// The number of threads; nil for as many as the caller has chosen.
  var threads: Int?
  /// Makes the operands and returns the work.
  let prepare: () -> () -> Void

  /// All of them, in the order in which they are measured.
  static var all: [Benchmark] {
    convolutions + normalizations + attentions + trainingSteps + denoisingSteps + reports + ladder
  }

  /// Those that have the name, or a name that begins with it.
  ///
  /// - Throws: ``CommandError`` where there is none.
  static func named(_ beginning: String) throws -> [Benchmark] {
    let found = all.filter { $0.name.hasPrefix(beginning) }
    guard !found.isEmpty, !beginning.isEmpty else {
      throw CommandError("--only \(beginning): no benchmark has a name that begins so; --list prints the names")
    }
    return found
  }

  /// The median time of a call in seconds: of five calls at least, and of as many as fit into the time.
  func seconds(within time: Duration = .milliseconds(500)) -> Double {
    let activeCount = ThreadPool.shared.activeCount
    if let threads { ThreadPool.shared.activeCount = threads }
    defer { ThreadPool.shared.activeCount = activeCount }
    let work = prepare()
    // The first calls take the memory that the others use again.
    for _ in 0..<2 { work() }
    let clock = ContinuousClock()
    let end = clock.now + time
    var times: [Double] = []
    repeat { times.append(clock.measure(work).seconds) } while times.count < 5 || clock.now < end
    return times.sorted()[times.count / 2]
  }
}

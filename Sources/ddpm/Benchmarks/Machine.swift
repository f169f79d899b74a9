import Foundation
import Tensors

/// What a time was measured on.
struct Machine: Codable, Equatable {
  /// The name that the processor gives itself.
  let processor: String
  /// What the kernels were compiled for.
  let instructionSet: String
  let processors: Int
  let threads: Int

  static var current: Machine {
    Machine(
      processor: processorName, instructionSet: instructionSetName, processors: ThreadPool.shared.limit,
      threads: ThreadPool.shared.activeCount)
  }

  /// The most memory that this process has held at a time, in MiB.
  static var peakMemory: Double {
    var usage = rusage()
    // 0 is RUSAGE_SELF, whose type differs between the systems' headers.
    getrusage(0, &usage)
    #if os(macOS)
      return Double(usage.ru_maxrss) / 1_048_576
    #else
      return Double(usage.ru_maxrss) / 1024
    #endif
  }

  private static var processorName: String {
    #if os(macOS)
      var name = [UInt8](repeating: 0, count: 256)
      var size = name.count
      guard sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0) == 0 else { return "unknown processor" }
      return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    #else
      let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
      let name = lines.first { $0.hasPrefix("model name") }?.split(separator: ":", maxSplits: 1).last
      return name.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
    #endif
  }
}

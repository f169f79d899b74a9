import Foundation
import UNetUpsampling

@testable import ddpm

/// A folder that is removed with its last user.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: url) }

  func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  func run(_ name: String) -> RunFolder { RunFolder(file(name).path) }
}

extension RunConfiguration {
  /// A training of the smallest network on batches of two digits, a hundredth of a second a step.
  static func small(steps: Int, seed: UInt64 = 7) -> RunConfiguration {
    RunConfiguration(
      data: .synthetic, dataPath: nil, model: UNet.Configuration(baseWidth: 8, imageChannels: 1, timeWidth: 16),
      schedule: .cosine, timesteps: 10, batch: 2, learningRate: 2e-3, steps: steps, seed: seed)
  }
}

extension RunFolder {
  /// Begins a run, or goes on with the one that is there, and trains so many steps, or to the end.
  @discardableResult
  func train(_ configuration: RunConfiguration? = nil, steps: Int = .max) throws -> Bool {
    var run =
      try configuration.map { try TrainingRun(beginning: $0, in: self) } ?? TrainingRun(resuming: self)
    run.terminal = Terminal(.nullDevice)
    let end = run.trainer.step.addingReportingOverflow(steps)
    let trainer = run.trainer
    return try run.run(until: { !end.overflow && trainer.step >= end.partialValue })
  }

  var logEntries: [LogEntry] {
    get throws {
      try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map {
        try JSONDecoder().decode(LogEntry.self, from: Data($0.utf8))
      }
    }
  }
}

/// What an error says to the user; nil where there was none.
func errorMessage<Result>(_ body: () throws -> Result) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return DDPM.message(for: error)
  }
}

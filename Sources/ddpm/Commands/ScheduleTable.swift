import ArgumentParser
import ForwardDiffusion
import Foundation
import Reports
import Schedules
import Tensors

/// Prints what a schedule does at each timestep.
struct ScheduleTable: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule", abstract: "Print a noise schedule: t, β, α, ᾱ, β̃ and the signal-to-noise ratio.")

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, csv, json
  }

  @Argument(help: "The shape of the schedule.")
  var kind: ScheduleKind

  @Option(parsing: .unconditional, help: ArgumentHelp("The timesteps T.", valueName: "count"))
  var timesteps = 1000

  @Option(help: "How to print it.")
  var format = Format.table

  func validate() throws {
    guard (1...1_000_000).contains(timesteps) else {
      throw ValidationError("--timesteps \(timesteps): must be from 1 to 1000000")
    }
  }

  /// The quantities of one timestep, in the order of the columns.
  struct Row: Encodable {
    let t: Int
    let beta, alpha, alphaBar, posteriorVariance, snr: Double

    init(_ schedule: NoiseSchedule, _ t: Int) {
      self.t = t
      beta = schedule.betas[t]
      alpha = schedule.alphas[t]
      alphaBar = schedule.alphaBars[t]
      posteriorVariance = schedule.posteriorVariance(at: t)
      snr = schedule.signalToNoiseRatio(at: t)
    }

    static let names = ["t", "beta", "alpha", "alphaBar", "posteriorVariance", "snr"]
    var numbers: [Double] { [beta, alpha, alphaBar, posteriorVariance, snr] }
  }

  func run() throws { try StandardStreams.writeResult(try text) }

  /// What it prints.
  var text: String {
    get throws {
      let schedule = ScheduleConfiguration(kind, timesteps: timesteps).makeNoiseSchedule()
      let rows = schedule.betas.indices.map { Row(schedule, $0) }
      try UnfinishedRecord.current.check()
      switch format {
      case .table:
        let lines = rows.map { row in
          "\(row.t)".leftPadded(to: 7)
            + row.numbers.map { String(format: "%.8g", $0).leftPadded(to: 18) }.joined()
        }
        let names = Row.names[0].leftPadded(to: 7) + Row.names.dropFirst().map { $0.leftPadded(to: 18) }.joined()
        return ([names] + lines).joined(separator: "\n") + "\n"
      case .csv:
        let lines = rows.map { row in (["\(row.t)"] + row.numbers.map { "\($0)" }).joined(separator: ",") }
        return ([Row.names.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
      case .json:
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(rows), as: UTF8.self) + "\n"
      }
    }
  }
}

extension String {
  fileprivate func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}

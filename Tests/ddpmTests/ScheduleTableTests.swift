import Foundation
import Reports
import Testing

@testable import ddpm

@Suite("ddpm schedule", .onWrittenSchedules)
struct ScheduleTableTests {
  private func text(_ format: String, kind: String = "cosine") throws -> String {
    try ScheduleTable.parse([kind, "--timesteps", "12", "--format", format]).text
  }

  /// The rows as the schedule has them.
  private func rows(_ kind: ScheduleKind = .cosine) -> [[Double]] {
    let schedule = ScheduleConfiguration(kind, timesteps: 12).makeNoiseSchedule()
    return schedule.betas.indices.map {
      [
        Double($0), schedule.betas[$0], schedule.alphas[$0], schedule.alphaBars[$0], schedule.posteriorVariance(at: $0),
        schedule.signalToNoiseRatio(at: $0),
      ]
    }
  }

  @Test(arguments: [ScheduleKind.linear, .cosine])
  func csvHasEveryBit(kind: ScheduleKind) throws {
    let text = try text("csv", kind: kind.rawValue)
    let lines = text.split(separator: "\n")
    #expect(lines.first == "t,beta,alpha,alphaBar,posteriorVariance,snr")
    let numbers = lines.dropFirst().map { $0.split(separator: ",").map { Double($0) ?? .nan } }
    #expect(numbers == rows(kind), "the numbers were rounded for printing")
    #expect(text.hasSuffix("\n"))
  }

  @Test func jsonHasEveryBit() throws {
    struct Row: Decodable { let t, beta, alpha, alphaBar, posteriorVariance, snr: Double }
    let rows = try JSONDecoder().decode([Row].self, from: Data(try text("json").utf8))
    #expect(rows.map { [$0.t, $0.beta, $0.alpha, $0.alphaBar, $0.posteriorVariance, $0.snr] } == self.rows())
  }

  @Test func theTableIsInColumns() throws {
    let lines = try text("table").split(separator: "\n")
    #expect(lines.count == 13)
    #expect(Set(lines.map(\.count)).count == 1, "the columns do not stand one below the other")
    for (line, row) in zip(lines.dropFirst(), rows()) {
      let numbers = line.split(separator: " ").map { Double($0) ?? .nan }
      // Eight digits are printed.
      #expect(zip(numbers, row).allSatisfy { abs($0 - $1) <= 5e-8 * abs($1) }, "\(line)")
    }
  }
}

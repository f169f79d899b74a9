import Foundation
import Reports
import Testing

@testable import ddpm

@Suite("ddpm bench")
struct BenchTests {
  private func names(_ arguments: String...) throws -> [String] {
    try Bench.parse(arguments).benchmarks.map(\.name)
  }

  @Test func namesAreUnique() throws {
    let names = try names()
    #expect(Set(names).count == names.count, "two works have one name, so that their figures would be mixed up")
    for name in names {
      #expect(
        names.filter { $0.hasPrefix(name) } == [name], "\(name) cannot be measured without those that begin with it")
      #expect(!name.contains { $0.isWhitespace || !$0.isASCII }, "\(name) is hard to type after --only")
    }
  }

  @Test func aNameSelectsItselfAndABeginningSelectsAFamily() throws {
    #expect(try names("--only", "training-step/base16") == ["training-step/base16"])
    #expect(
      try names("--only", "conv/3x3/64-64/28")
        == ["forward", "input-gradient", "weight-gradient"].map { "conv/3x3/64-64/28/" + $0 })
    #expect(
      try names("--only", "training-step", "--only", "training-step/base32")
        == ["base16", "base32", "base128"].map { "training-step/" + $0 },
      "what is asked for twice is measured once, in the order of the list")
  }

  @Test func everyReportIsMeasured() throws {
    let names = try names()
    for report in Report.all { #expect(names.contains("report/\(report.name)/training-step")) }
  }

  @Test func anEmptyNameIsNotTheBeginningOfAll() {
    #expect(
      printedError { try Bench.parse(["--only", ""]) }
        == "--only : no benchmark has a name that begins so; --list prints the names")
  }

  /// A work that takes no time, and counts how often it was done.
  private final class Counted {
    private(set) var preparations = 0
    private(set) var calls = 0

    func benchmark(_ name: String) -> Benchmark {
      Benchmark(name: name, amount: 3, unit: .images) {
        self.preparations += 1
        return { self.calls += 1 }
      }
    }
  }

  private func report(_ benchmarks: [Benchmark]) -> BenchmarkReport {
    BenchmarkReport(measuring: benchmarks, within: .zero, on: Terminal(.nullDevice))
  }

  @Test func aWorkIsPreparedOnceAndDoneSevenTimes() {
    let counted = Counted()
    _ = report([counted.benchmark("one")])
    #expect(counted.preparations == 1)
    #expect(counted.calls == 7, "two calls to warm up and at least five that are measured")
  }

  @Test func jsonKeepsItsStructure() throws {
    let report = report([Counted().benchmark("one"), Counted().benchmark("two")])
    let json = Data(try report.json.utf8)
    #expect(try JSONDecoder().decode(BenchmarkReport.self, from: json) == report)
    // The keys that benchmarks/compare.py reads.
    let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(Set(object.keys) == ["figures", "machine", "peakMemoryMiB"])
    let figures = try #require(object["figures"] as? [[String: Any]])
    #expect(figures.map { $0["name"] as? String } == ["one", "two"])
    #expect(figures.allSatisfy { Set($0.keys) == ["name", "milliseconds", "rate", "unit"] })
    let machine = try #require(object["machine"] as? [String: Any])
    #expect(Set(machine.keys) == ["processor", "instructionSet", "processors", "threads"])
  }

  @Test func theTableHasALineForEachFigure() {
    let lines = report([Counted().benchmark("one"), Counted().benchmark("two")]).table.split(separator: "\n")
    #expect(lines.dropFirst().map { $0.prefix { $0 != " " } } == ["one", "two", "peak"])
  }
}

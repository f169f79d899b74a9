import Schedules
import Tensors
import TestSupport
import Testing

/// A few of many timesteps.
@Suite("2.5 Fewer timesteps", .exercise("2.5"))
struct Exercise2_5 {
  private static let descending = "these descend: the order is ascending, and samplers turn it round"
  private static let fromOne = "these are counted from 1, as in the paper; here timesteps count from 0"
  private static let inParts = "the step is rounded, and its rounding adds up; round each timestep"
  private static let down = "the timesteps are rounded down; they go to the nearest whole number"

  /// Number i from its exact value.
  private func numbers(_ count: Int, rounded: (Double) -> Double = { $0.rounded() }, _ exact: (Double) -> Double)
    -> [Int]
  {
    (0..<count).map { Int(rounded(exact(Double($0)))) }
  }

  @Test("Leading: 10 of 1000")
  func leading() {
    let found = TimestepSpacing.leading.timesteps(10, of: 1000)
    let right = (0..<10).map { $0 * 100 }
    #expect(
      found == right,
      likelyMistake(
        found, insteadOf: right,
        [
          "leading timesteps begin with 0, and these begin a step later": right.map { $0 + 100 },
          Self.fromOne: right.map { $0 + 1 }, Self.descending: right.reversed(),
          "these are the trailing ones": right.map { $0 + 99 },
          "these are the linspace ones": (0..<10).map { $0 * 111 },
          "these are timesteps without a gap: they are ⌊T / n⌋ apart": Array(0..<10),
          "⌊T / n⌋ is the step from one to the next; here it is how many there are": Array(0..<100),
          "these go on past the last timestep": (0...10).map { $0 * 100 },
        ], otherwise: "leading timesteps go up from 0 in steps of ⌊T / n⌋"
      ).about("leading, 10 of 1000"))
  }

  @Test("Linspace: 10 of 1000")
  func linspace() {
    let found = TimestepSpacing.linspace.timesteps(10, of: 1000)
    let right = (0..<10).map { $0 * 111 }
    #expect(
      found == right,
      likelyMistake(
        found, insteadOf: right,
        [
          "the last timestep, 999, is missing: n numbers have n − 1 steps between them, and both ends are reached":
            (0..<10).map { $0 * 100 },
          "the last timestep is missing: n numbers have n − 1 steps between them": numbers(10) { $0 * 99.9 },
          "the last timestep is missing, and the others are rounded down: n numbers have n − 1 steps between them":
            (0..<10).map { $0 * 999 / 10 },
          "1000 is no timestep: the last is T − 1": numbers(10) { $0 * 1000 / 9 },
          Self.fromOne: right.map { $0 + 1 }, Self.descending: right.reversed(),
        ], otherwise: "linspace timesteps go from 0 to T − 1 in equal steps"
      ).about("linspace, 10 of 1000"))
  }

  @Test("Trailing: 10 of 1000")
  func trailing() {
    let found = TimestepSpacing.trailing.timesteps(10, of: 1000)
    let right = (1...10).map { $0 * 100 - 1 }
    #expect(
      found == right,
      likelyMistake(
        found, insteadOf: right,
        [
          "these are the leading ones, and the last timestep, 999, is missing": (0..<10).map { $0 * 100 },
          "1000 is no timestep: trailing timesteps end with T − 1, for they count from 0": right.map { $0 + 1 },
          "−1 is no timestep: number i is at the end of step i, not at its beginning": right.map { $0 - 100 },
          Self.descending: right.reversed(),
        ], otherwise: "trailing timesteps are equal steps that end with T − 1"
      ).about("trailing, 10 of 1000"))
  }

  @Test("Where n does not divide T: 7 of 1000")
  func rounding() {
    let leading = TimestepSpacing.leading.timesteps(7, of: 1000)
    #expect(
      leading == (0..<7).map { $0 * 142 },
      likelyMistake(
        leading, insteadOf: (0..<7).map { $0 * 142 },
        [
          "the step is rounded down, to 142, and here it is rounded to the nearest": (0..<7).map { $0 * 143 },
          "the step is rounded down, not the timesteps": numbers(7, rounded: { $0.rounded(.down) }) { $0 * 1000 / 7 },
          "the step is rounded down, not the timesteps rounded to the nearest": numbers(7) { $0 * 1000 / 7 },
        ], otherwise: "leading timesteps are all ⌊1000 / 7⌋ = 142 apart"
      ).about("leading, 7 of 1000"))
    let trailing = TimestepSpacing.trailing.timesteps(7, of: 1000)
    #expect(
      trailing == [142, 285, 428, 570, 713, 856, 999],
      likelyMistake(
        trailing, insteadOf: [142, 285, 428, 570, 713, 856, 999],
        [
          Self.down: [141, 284, 427, 570, 713, 856, 999],
          Self.inParts: (1...7).map { $0 * 142 - 1 },
          "1000 is no timestep: trailing timesteps end with T − 1, for they count from 0":
            numbers(7) { ($0 + 1) * 1000 / 7 },
          "the timesteps are rounded up; they go to the nearest whole number":
            numbers(7, rounded: { $0.rounded(.up) }) { ($0 + 1) * 1000 / 7 - 1 },
        ], otherwise: "trailing timesteps are (i + 1) · 1000 / 7, each rounded to the nearest, less 1"
      ).about("trailing, 7 of 1000"))
    let linspace = TimestepSpacing.linspace.timesteps(8, of: 1000)
    #expect(
      linspace == [0, 143, 285, 428, 571, 714, 856, 999],
      likelyMistake(
        linspace, insteadOf: [0, 143, 285, 428, 571, 714, 856, 999],
        [
          Self.down: [0, 142, 285, 428, 570, 713, 856, 999],
          Self.inParts: (0..<8).map { $0 * 142 },
          "the last timestep is missing: n numbers have n − 1 steps between them": numbers(8) { $0 * 999 / 8 },
        ], otherwise: "linspace timesteps are i · 999 / 7, each rounded to the nearest"
      ).about("linspace, 8 of 1000"))
  }

  @Test("For every n the last timestep is reached once, and nothing is missing")
  func everyCount() throws {
    for spacing in [TimestepSpacing.linspace, .trailing] {
      for count in 2...250 {
        let found = spacing.timesteps(count, of: 1000)
        try #require(
          found.count == count && found.last == 999,
          """
          n timesteps are wanted of every n, of which the last is T − 1: where rounded steps are added up, the last may be lost \
          (\(spacing.rawValue), \(count) of 1000: yours are \(found.count), up to \(found.last ?? -1), instead of \(count), up to 999)
          """)
      }
    }
  }

  @Test("All of them are all of them", arguments: TimestepSpacing.allCases)
  func all(spacing: TimestepSpacing) {
    let found = spacing.timesteps(25, of: 25)
    #expect(
      found == Array(0..<25),
      likelyMistake(
        found, insteadOf: Array(0..<25), [Self.fromOne: Array(1...25), Self.descending: (0..<25).reversed()],
        otherwise: "25 timesteps of 25 are all of them, however they are spaced"
      ).about("\(spacing.rawValue), 25 of 25"))
  }

  @Test("Ascending, each once, and where they should be", arguments: TimestepSpacing.allCases)
  func spaced(spacing: TimestepSpacing) throws {
    var generator = RandomGenerator(seed: 8)
    for _ in 0..<50 {
      let timestepCount = 2 + generator.integer(below: 1500)
      let count = 2 + generator.integer(below: timestepCount - 1)
      let found = spacing.timesteps(count, of: timestepCount)
      let place = "\(spacing.rawValue), \(count) of \(timestepCount)"
      try #require(
        found.count == count,
        likelyMistake(found.count, insteadOf: count, [:], otherwise: "n timesteps are wanted").about(place))
      for (i, timestep) in found.enumerated() {
        let exact =
          switch spacing {
          case .leading: Double(i * (timestepCount / count))
          case .linspace: Double(i * (timestepCount - 1)) / Double(count - 1)
          case .trailing: Double((i + 1) * timestepCount) / Double(count) - 1
          }
        // Half a step of rounding, and a half may go either way.
        try #require(
          abs(Double(timestep) - exact) <= 0.5 + 1e-9,
          likelyMistake(
            timestep, insteadOf: Int(exact.rounded()), [:],
            otherwise: spacing == .leading
              ? "number i is i · ⌊T / n⌋" : "number i is the whole number nearest to \(Float(exact))"
          ).about("\(place), i = \(i)"))
      }
      let falls = found.indices.dropFirst().first { !(found[$0] > found[$0 - 1]) }
      try #require(falls == nil, "\(place): timesteps ascend, and yours do not at i = \(falls ?? 0)")
    }
  }
}

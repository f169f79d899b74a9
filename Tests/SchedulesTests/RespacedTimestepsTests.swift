import Schedules
import Tensors
import TestSupport
import Testing

/// A few of many timesteps.
@Suite("2.5 Fewer timesteps", .exercise("2.5"))
struct Exercise2_5 {
  /// Which wrong answer some timesteps look like.
  private func mistake(_ found: [Int], _ mistakes: KeyValuePairs<String, [Int]>, otherwise: String) -> Comment {
    let sentence = mistakes.first { $0.value == found }?.key ?? otherwise
    return Comment(rawValue: "\(sentence) (the answer is \(found))")
  }

  @Test("Leading: 10 of 1000")
  func leading() {
    let found = TimestepSpacing.leading.timesteps(10, of: 1000)
    let right = (0..<10).map { $0 * 100 }
    #expect(
      found == right,
      mistake(
        found,
        [
          "leading timesteps begin with 0, and these begin a step later": right.map { $0 + 100 },
          "counted from 1, as the paper does; here timesteps count from 0": right.map { $0 + 1 },
          "these descend: the order is ascending, and samplers turn it round": right.reversed(),
          "these are the trailing ones": right.map { $0 + 99 },
          "these are the first timesteps without a gap: they are ⌊T / n⌋ apart": Array(0..<10),
        ], otherwise: "0, 100, 200, …, 900"))
  }

  @Test("Linspace: 10 of 1000")
  func linspace() {
    let found = TimestepSpacing.linspace.timesteps(10, of: 1000)
    let right = (0..<10).map { $0 * 111 }
    #expect(
      found == right,
      mistake(
        found,
        [
          "the last timestep, 999, is missing: n numbers have n − 1 steps between them, and both ends are reached":
            (0..<10).map { $0 * 100 },
          "the last timestep is missing: n numbers have n − 1 steps between them":
            (0..<10).map { Int((Double($0) * 99.9).rounded()) },
          "1000 is no timestep: the last is T − 1": (0..<10).map { Int((Double($0) * 1000 / 9).rounded()) },
          "counted from 1, as the paper does; here timesteps count from 0": right.map { $0 + 1 },
          "these descend: the order is ascending, and samplers turn it round": right.reversed(),
        ], otherwise: "0, 111, 222, …, 999: both ends in equal steps"))
  }

  @Test("Trailing: 10 of 1000")
  func trailing() {
    let found = TimestepSpacing.trailing.timesteps(10, of: 1000)
    let right = (1...10).map { $0 * 100 - 1 }
    #expect(
      found == right,
      mistake(
        found,
        [
          "these are the leading ones, and the last timestep, 999, is missing": (0..<10).map { $0 * 100 },
          "1000 is no timestep: trailing timesteps end with T − 1, for they count from 0": right.map { $0 + 1 },
          "these descend: the order is ascending, and samplers turn it round": right.reversed(),
        ], otherwise: "99, 199, …, 999: equal steps that end with the last timestep"))
  }

  @Test("Where n does not divide T: 7 of 1000")
  func rounding() {
    let leading = TimestepSpacing.leading.timesteps(7, of: 1000)
    #expect(
      leading == [0, 142, 284, 426, 568, 710, 852],
      "leading timesteps are all ⌊1000 / 7⌋ = 142 apart: round the step down, not the timesteps (the answer is \(leading))"
    )
    let trailing = TimestepSpacing.trailing.timesteps(7, of: 1000)
    #expect(
      trailing == [142, 285, 428, 570, 713, 856, 999],
      mistake(
        trailing,
        [
          "the timesteps are rounded down; they go to the nearest whole number": [141, 284, 427, 570, 713, 856, 999],
          "the steps are rounded, and their rounding adds up; round each timestep": [
            141, 283, 425, 567, 709, 851, 993,
          ],
        ], otherwise: "trailing timesteps are (i + 1) · 1000 / 7, each rounded to the nearest, less 1"))
    let linspace = TimestepSpacing.linspace.timesteps(8, of: 1000)
    #expect(
      linspace == [0, 143, 285, 428, 571, 714, 856, 999],
      mistake(
        linspace,
        [
          "the timesteps are rounded down; they go to the nearest whole number": [
            0, 142, 285, 428, 570, 713, 856, 999,
          ],
          "the steps are rounded, and their rounding adds up; round each timestep": (0..<8).map { $0 * 142 },
        ], otherwise: "linspace timesteps are i · 999 / 7, each rounded to the nearest"))
  }

  @Test("All of them are all of them", arguments: TimestepSpacing.allCases)
  func all(spacing: TimestepSpacing) {
    #expect(
      spacing.timesteps(25, of: 25) == Array(0..<25), "25 timesteps of 25 are all of them, however they are spaced")
  }

  @Test("Ascending, each once, and where they should be", arguments: TimestepSpacing.allCases)
  func spaced(spacing: TimestepSpacing) throws {
    var generator = RandomGenerator(seed: 8)
    for _ in 0..<50 {
      let timestepCount = 2 + generator.integer(below: 1500)
      let count = 2 + generator.integer(below: timestepCount - 1)
      let found = spacing.timesteps(count, of: timestepCount)
      try #require(found.count == count, "\(count) of \(timestepCount) timesteps are wanted, not \(found.count)")
      let wrong = found.indices.first { i in
        let exact =
          switch spacing {
          case .leading: Double(i * (timestepCount / count))
          case .linspace: Double(i * (timestepCount - 1)) / Double(count - 1)
          case .trailing: Double((i + 1) * timestepCount) / Double(count) - 1
          }
        // Half a step of rounding, and a half may go either way.
        return !(abs(Double(found[i]) - exact) <= 0.5 + 1e-9)
      }
      try #require(wrong == nil, "\(count) of \(timestepCount): number \(wrong ?? 0) is \(found[wrong ?? 0])")
      try #require(
        zip(found, found.dropFirst()).allSatisfy { $0 < $1 }, "\(count) of \(timestepCount) are in ascending order")
    }
  }
}

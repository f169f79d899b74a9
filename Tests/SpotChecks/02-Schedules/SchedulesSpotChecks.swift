import ForwardDiffusion
import Schedules
import SpotCheckSupport
import Tensors
import Testing

/// What answers of chapter 2 give for inputs drawn by the grader.
@Suite("Spot checks of chapter 2")
struct SchedulesSpotChecks {
  private func schedule(_ check: inout SpotCheck) -> NoiseSchedule {
    NoiseSchedule(betas: check.betas(20...40, in: 0.01..<0.2))
  }

  /// A few timesteps, from the first on and not equally far apart.
  private func timesteps(_ check: inout SpotCheck, below count: Int) -> [Int] {
    var all = [check.integer(0...2)]
    while let last = all.last, last + 5 < count { all.append(last + check.integer(1...4)) }
    return all
  }

  @Test("2.1") func exercise2_1() throws {
    try SpotCheck.run("2.1") { check in
      check.add(
        linearBetas(
          timestepCount: check.integer(20...60), from: check.uniform(0.001..<0.01), to: check.uniform(0.05..<0.2)))
    }
  }

  @Test("2.2") func exercise2_2() throws {
    try SpotCheck.run("2.2") { check in
      check.add(squaredCosineBetas(timestepCount: check.integer(20...60), maximumBeta: check.uniform(0.3..<0.9)))
    }
  }

  @Test("2.3") func exercise2_3() throws {
    try SpotCheck.run("2.3") { check in
      let schedule = schedule(&check)
      for t in [0, check.integer(1...5), check.integer(6...19)] {
        let (x0, xt) = schedule.posteriorMeanCoefficients(at: t)
        check.add([x0, xt])
      }
    }
  }

  @Test("2.4") func exercise2_4() throws {
    try SpotCheck.run("2.4") { check in
      let schedule = schedule(&check)
      check.add((0..<schedule.timestepCount).map { schedule.posteriorVariance(at: $0) })
    }
  }

  @Test("2.5") func exercise2_5() throws {
    try SpotCheck.run("2.5") { check in
      for spacing in TimestepSpacing.allCases {
        check.add(spacing.timesteps(check.integer(4...9), of: check.integer(20...90)).map(Double.init))
      }
    }
  }

  @Test("2.6") func exercise2_6() throws {
    try SpotCheck.run("2.6") { check in
      let schedule = schedule(&check)
      check.add(schedule.respacedBetas(at: timesteps(&check, below: schedule.timestepCount)))
    }
  }

  @Test("2.7") func exercise2_7() throws {
    try SpotCheck.run("2.7") { check in check.add(schedule(&check).zeroTerminalBetas()) }
  }

  @Test("2.8") func exercise2_8() throws {
    try SpotCheck.run("2.8") { check in
      for _ in 0..<4 {
        let beta = check.uniform(0.02..<0.2)
        let count = smallestTimestepCount(leaving: check.uniform(0.05..<0.5), upTo: 400) {
          NoiseSchedule(betas: [Double](repeating: beta, count: $0))
        }
        check.add(Double(count ?? -1))
      }
    }
  }
}

import ForwardDiffusion
import SpotCheckSupport
import Tensors
import Testing

/// What answers of chapter 1 give for inputs drawn by the grader.
@Suite("Spot checks of chapter 1")
struct ForwardDiffusionSpotChecks {
  private func schedule(_ check: inout SpotCheck) -> NoiseSchedule {
    NoiseSchedule(betas: check.betas(20...40, in: 0.01..<0.2))
  }

  @Test("1.1") func exercise1_1() throws {
    try SpotCheck.run("1.1") { check in
      let x = check.normal([2, 3, 4, 1]).variable
      try check.add(x.scaledToSymmetricRange(), withGradientsBy: [x])
      try check.add(x.scaledToUnitRange(), withGradientsBy: [x])
    }
  }

  @Test("1.2") func exercise1_2() throws {
    try SpotCheck.run("1.2") { check in
      let schedule = schedule(&check)
      let (x, noise) = (check.normal([3, 2, 4, 1]), check.normal([3, 2, 4, 1]))
      try check.add(schedule.steppedForward(x, with: noise, at: [3, check.integer(5...9), check.integer(12...19)]))
    }
  }

  @Test("1.3") func exercise1_3() throws {
    try SpotCheck.run("1.3") { check in
      check.add(cumulativeProduct((0..<check.integer(8...15)).map { _ in check.uniform(0.5..<1.2) }))
    }
  }

  @Test("1.4") func exercise1_4() throws {
    try SpotCheck.run("1.4") { check in
      let schedule = schedule(&check)
      let (x, noise) = (check.normal([3, 2, 4, 1]).variable, check.normal([3, 2, 4, 1]))
      let noised = schedule.noised(x, with: noise, at: [3, check.integer(5...9), check.integer(12...19)])
      try check.add(noised, withGradientsBy: [x])
    }
  }

  @Test("1.5") func exercise1_5() throws {
    try SpotCheck.run("1.5") { check in
      let schedule = schedule(&check)
      for t in [check.integer(0...4), check.integer(5...19)] {
        let (mean, variance) = schedule.forwardMoments(of: check.normal([1, 3, 2, 1]), at: t)
        try check.add(mean)
        check.add(variance)
      }
    }
  }

  @Test("1.6") func exercise1_6() throws {
    try SpotCheck.run("1.6") { check in
      let schedule = schedule(&check)
      // A ratio and a divergence may differ much in size, so each is seen by its logarithm as well.
      for t in [check.integer(0...2), check.integer(5...19)] {
        let ratio = schedule.signalToNoiseRatio(at: t)
        check.add([ratio.squareRoot(), ratio.squareRoot().squareRoot()])
      }
      for _ in 0..<3 { check.add(schedule.priorDivergence(meanSquare: check.uniform(0.2..<3)).squareRoot()) }
    }
  }
}

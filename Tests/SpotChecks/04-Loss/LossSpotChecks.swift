import ForwardDiffusion
import Learning
import Loss
import Schedules
import SpotCheckSupport
import Tensors
import Testing

/// What answers of chapter 4 give for inputs drawn by the grader.
@Suite("Spot checks of chapter 4")
struct LossSpotChecks {
  private func schedule(_ check: inout SpotCheck) -> NoiseSchedule {
    NoiseSchedule(betas: check.betas(12...24, in: 0.02..<0.2))
  }

  @Test("4.1") func exercise4_1() throws {
    try SpotCheck.run("4.1") { check in
      let (schedule, shape, timesteps) = (schedule(&check), [2, 3, 2, 1] as Shape, [2, check.integer(3...9)])
      let (xt, other) = (check.normal(shape).variable, check.normal(shape).variable)
      try check.add(schedule.predictedX0(from: xt, noise: other, at: timesteps), withGradientsBy: [xt, other])
      try check.add(schedule.impliedNoise(from: xt, x0: other, at: timesteps), withGradientsBy: [xt, other])
    }
  }

  @Test("4.2") func exercise4_2() throws {
    try SpotCheck.run("4.2") { check in
      for _ in 0..<6 {
        let (p, q) = (check.uniform(0.3..<2), check.uniform(0.4..<3))
        check.add(
          gaussianDivergence(
            of: (mean: check.uniform(-1..<1), variance: p), from: (mean: check.uniform(-2..<1), variance: q)))
      }
      let (p, q) = (check.normal([2, 3, 2, 1]), check.normal([2, 3, 2, 1]))
      try check.add(
        gaussianDivergence(
          of: (mean: p, variance: check.uniform(0.3..<2)), from: (mean: q, variance: check.uniform(0.4..<3))))
    }
  }

  @Test("4.3") func exercise4_3() throws {
    try SpotCheck.run("4.3") { check in
      let schedule = schedule(&check)
      for variance in ReverseVariance.allCases {
        for t in [0, check.integer(1...4), check.integer(5...11)] {
          check.add(schedule.stepWeight(at: t, variance: variance))
        }
      }
    }
  }

  @Test("4.4") func exercise4_4() throws {
    try SpotCheck.run("4.4") { check in
      for level in [0, check.integer(1...254), check.integer(1...254), 255] {
        let pixel = Double(level) / 127.5 - 1
        check.add(
          pixelLogLikelihood(pixel, mean: pixel + check.uniform(-0.2..<0.2), deviation: check.uniform(0.05..<0.5)))
      }
    }
  }

  @Test("4.5") func exercise4_5() throws {
    try SpotCheck.run("4.5") { check in
      let schedule = schedule(&check)
      let levels = (0..<16).map { _ in Float(check.integer(0...255)) / 127.5 - 1 }
      let scale = Float(check.uniform(0.3..<0.9))
      for variance in ReverseVariance.allCases {
        // What the network says follows from x_t alone, so that the draws count and not their order.
        let terms = schedule.boundTerms(
          of: Tensor(levels, shape: [1, 4, 4, 1]), variance: variance, using: &check.generator
        ) { xt, _ in xt * scale }
        check.add(terms)
      }
    }
  }

  @Test("4.6") func exercise4_6() throws {
    try SpotCheck.run("4.6") { check in
      // Sorted, for the order of the draws is not laid down.
      check.add(randomTimesteps(9, schedule: schedule(&check), using: &check.generator).sorted().map(Double.init))
      let count = check.integer(3...6)
      let (one, each) = batchMeanVariance(
        means: (0..<count).map { _ in check.uniform(-9..<9) },
        variances: (0..<count).map { _ in check.uniform(1..<20) }, batch: check.integer(2...9))
      check.add([one, each])
    }
  }

  @Test("4.7") func exercise4_7() throws {
    try SpotCheck.run("4.7") { check in
      let schedule = schedule(&check)
      let x0 = check.normal([64, 2, 2, 1])
      let weight = Parameter(Tensor(Float(check.uniform(0.3..<0.9))))
      let loss = noisePredictionLoss(x0, schedule: schedule, using: &check.generator) { xt, timesteps in
        xt * weight.value + schedule.perImage(timesteps, of: xt) { Double($0) / 20 }
      }
      try check.add(loss)
      if let gradient = loss.gradients()[weight] { try check.add(gradient) }
    }
  }

  @Test("4.8") func exercise4_8() throws {
    try SpotCheck.run("4.8") { check in
      let weight = Parameter(check.normal([5]))
      let optimizer = SGD([("weight", weight)], learningRate: check.uniform(0.05..<0.3))
      for _ in 0..<3 { try check.add(trainingStep(optimizer) { (weight.value.squared() * weight.value).sum() / 9 }) }
      try check.add(weight.value)
    }
  }

  @Test("4.9") func exercise4_9() throws {
    try SpotCheck.run("4.9") { check in
      let (average, weights) = (check.normal([3, 2]), check.normal([3, 2]))
      let moved = movedAverage(
        ["a": average, "b": weights], towards: ["a": weights, "b": average], decay: check.uniform(0.2..<0.8))
      for name in ["a", "b"] { if let tensor = moved[name] { try check.add(tensor) } }
    }
  }
}

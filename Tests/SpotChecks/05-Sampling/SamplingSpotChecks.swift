import ForwardDiffusion
import Loss
import Sampling
import SpotCheckSupport
import Tensors
import Testing

/// What answers of chapter 5 give for inputs drawn by the grader.
@Suite("Spot checks of chapter 5")
struct SamplingSpotChecks {
  private func schedule(_ check: inout SpotCheck, steps: ClosedRange<Int> = 12...24) -> NoiseSchedule {
    NoiseSchedule(betas: check.betas(steps, in: 0.02..<0.2))
  }

  /// A generator for each image, of streams that nobody knows.
  private func generators(_ check: inout SpotCheck, _ count: Int) -> [RandomGenerator] {
    (0..<count).map { _ in check.generator.split() }
  }

  /// A network whose prediction depends on the image and on the timestep.
  private func predict(_ xt: Tensor, _ timesteps: [Int]) -> Tensor {
    xt * Tensor(timesteps.map { 0.3 + Float($0) / 50 }, shape: [timesteps.count, 1, 1, 1])
  }

  /// All that drawing images does: what is shown on the way, the images, and how far the generators have come.
  private func draw(_ count: Int, with sampler: some Sampler, _ check: inout SpotCheck) throws {
    var generators = self.generators(&check, count)
    var shown: [(left: Int, x: Tensor)] = []
    let images = sampler.sample(imageShape: [2, 3, 1], generators: &generators, predictNoise: predict) { left, x in
      shown.append((left: left, x: x))
    }
    for state in shown {
      check.add(Double(state.left))
      try check.add(state.x)
    }
    try check.add(images)
    addProgress(of: generators, to: &check)
  }

  /// How far generators have come.
  private func addProgress(of generators: [RandomGenerator], to check: inout SpotCheck) {
    for var generator in generators { check.add(Double(generator.uniform())) }
  }

  @Test("5.1") func exercise5_1() throws {
    try SpotCheck.run("5.1") { check in
      let (schedule, x, noise) = (schedule(&check), check.normal([2, 3, 2, 1]), check.normal([2, 3, 2, 1]))
      for t in [0, check.integer(1...11)] { try check.add(schedule.reverseMean(from: x, noise: noise, at: t)) }
    }
  }

  @Test("5.2") func exercise5_2() throws {
    try SpotCheck.run("5.2") { check in
      let (schedule, x, noise) = (schedule(&check), check.normal([2, 3, 2, 1]), check.normal([2, 3, 2, 1]))
      for t in [0, check.integer(1...11)] { try check.add(schedule.clippedReverseMean(from: x, noise: noise, at: t)) }
    }
  }

  @Test("5.3") func exercise5_3() throws {
    try SpotCheck.run("5.3") { check in
      let schedule = schedule(&check)
      let tensors = (0..<3).map { _ in check.normal([2, 3, 2, 1]) }
      for (clips, variance) in [(true, ReverseVariance.posterior), (false, .beta)] {
        let sampler = AncestralSampler(schedule: schedule, clipsPrediction: clips, variance: variance)
        for t in [0, check.integer(1...11)] {
          try check.add(sampler.step(tensors[0], predictedNoise: tensors[1], at: t, noise: tensors[2]))
        }
      }
    }
  }

  @Test("5.4") func exercise5_4() throws {
    try SpotCheck.run("5.4") { check in
      let sampler = AncestralSampler(schedule: schedule(&check, steps: 5...8), clipsPrediction: false)
      try draw(3, with: sampler, &check)
    }
  }

  @Test("5.5") func exercise5_5() throws {
    try SpotCheck.run("5.5") { check in
      let schedule = schedule(&check)
      for _ in 0..<3 {
        let t = check.integer(0...11)
        check.add([schedule.noiseGain(downTo: t), schedule.predictionErrorGain(at: t)])
      }
    }
  }

  @Test("5.6") func exercise5_6() throws {
    try SpotCheck.run("5.6") { check in
      let schedule = schedule(&check, steps: 4...6)
      let timesteps = (0..<schedule.timestepCount).map { 3 * $0 + check.integer(0...2) }
      let sampler = RespacedSampler(AncestralSampler(schedule: schedule, clipsPrediction: false), timesteps: timesteps)
      try draw(2, with: sampler, &check)
    }
  }

  @Test("5.7") func exercise5_7() throws {
    try SpotCheck.run("5.7") { check in
      let schedule = schedule(&check)
      let tensors = (0..<3).map { _ in check.normal([2, 3, 2, 1]) }
      for clips in [true, false] {
        let sampler = DDIMSampler(schedule: schedule, eta: check.uniform(0.2..<0.9), clipsPrediction: clips)
        for t in [0, check.integer(1...11)] {
          check.add(sampler.deviation(at: t))
          try check.add(sampler.step(tensors[0], predictedNoise: tensors[1], at: t, noise: tensors[2]))
        }
      }
    }
  }

  @Test("5.8") func exercise5_8() throws {
    try SpotCheck.run("5.8") { check in
      for _ in 0..<4 {
        check.add(keptSteps(timestepCount: check.integer(7...90), states: check.integer(2...7)).map(Double.init))
      }
      let sampler = AncestralSampler(schedule: schedule(&check, steps: 6...8), clipsPrediction: false)
      var generators = generators(&check, 2)
      try check.add(
        sampler.processStrip(
          states: check.integer(3...5), imageShape: [2, 3, 1], generators: &generators, predictNoise: predict))
      addProgress(of: generators, to: &check)
    }
  }
}

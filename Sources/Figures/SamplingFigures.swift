import ForwardDiffusion
import Images
import Loss
import Reports
import Sampling
import Schedules
import Tensors
import Training

/// Chapter 5: the way back.
extension Figure {
  static let sampling = [process, noiseGain, fewerSteps, noiseAtEnd, mistakes]

  private static let process = Figure("process", "How ten digits emerge from noise") { models in
    let (sampler, labels) = try models.digits()
    return .pixels(try sampler.processPicture(indices: 0..<6, seed: 0, states: 10, labels: labels, scale: 3))
  }

  private static let noiseGain = Figure("noise-gain", "How an error grows on the way back") {
    LineChart(
      title: "How much larger an error in the noise at the beginning has become", xLabel: "steps done of 1000",
      yLabel: "factor", isLogarithmic: true,
      series: named.map { name, schedule in
        .init(
          name,
          points: (0...1000).filter { $0 < 20 || $0 % 10 == 0 }.map {
            .init(x: Double($0), y: schedule.noiseGain(downTo: 1000 - $0))
          })
      })
  }

  private static let noiseAtEnd = Figure(
    "failure-noise-at-0", "Digits by 10 steps of the ancestral sampler: as it is, and with noise in the last step"
  ) { models in
    var (sampler, labels) = try models.digits()
    sampler.sampler = SamplerConfiguration(.ancestral, steps: 10, spacing: .trailing)
    let images = try sampler.images(0..<10, seed: 0, labels: labels)
    var generator = RandomGenerator(seed: 1)
    let schedule = NoiseSchedule.squaredCosine(timestepCount: 1000)
      .respaced(to: TimestepSpacing.trailing.timesteps(10, of: 1000))
    let grainy = images + Float(schedule.betas[0].squareRoot()) * .normal(images.shape, using: &generator)
    return .pixels(
      try Picture.grid(of: .concatenated([images, grainy], axis: 0), columns: 10, scale: 3))
  }

  private static let mistakes = Figure(
    "failure-steps",
    "Digits by 200 steps of the ancestral sampler without mistake, and with five mistakes, a row each"
  ) { models in
    var (sampler, labels) = try models.digits()
    sampler.sampler.guidanceScale = 1
    let timesteps = TimestepSpacing.trailing.timesteps(200, of: 1000)
    let schedule = NoiseSchedule.squaredCosine(timestepCount: 1000).respaced(to: timesteps)
    let pictures = try MistakenSampler.Mistake.allCases.flatMap { mistake in
      sampler.customSampler = RespacedSampler(
        MistakenSampler(schedule: schedule, mistake: mistake), timesteps: timesteps)
      return try sampler.pictures(0..<10, seed: 0, labels: labels)
    }
    return .pixels(try Picture.grid(of: pictures, columns: 10, scale: 3))
  }

  private static let fewerSteps = Figure(
    "fewer-steps", "The same noises by 2, 5, 10, 25 and 100 steps of DDIM, a row each"
  ) { models in
    let (sampler, labels) = try models.digits()
    let pictures = try [2, 5, 10, 25, 100].flatMap { steps in
      var way = sampler
      way.sampler.steps = steps
      return try way.pictures(0..<10, seed: 0, labels: labels)
    }
    return .pixels(try Picture.grid(of: pictures, columns: 10, scale: 3))
  }
}

import Datasets
import ForwardDiffusion
import Foundation
import Loss
import Reports
import Sampling
import Schedules
import Tensors
import TestSupport
import Testing

/// Each step of the samplers agrees with the schedulers of diffusers, `DDPMScheduler` and `DDIMScheduler`: for both variances,
/// three η, with clipping and without, in all steps or few of every spacing, and for what each report's recipe says.
///
/// The states of diffusers are stored as Float, and each step here begins with its state. So a step is judged by itself.
@Suite("The samplers against diffusers", .onWrittenNetworks)
struct SamplerOracleTests {
  /// A way from noise to an image.
  struct Way: CustomTestStringConvertible, Sendable {
    let schedule: ScheduleConfiguration
    let sampler: SamplerConfiguration

    /// Its name in the fixture, such as `cosine.100.trailing.7.ddim.0.5.clipped`.
    var testDescription: String {
      let schedule = ["\(schedule.kind)"] + (schedule.maximumBeta.map { ["\($0)"] } ?? []) + ["\(schedule.timesteps)"]
      let steps = sampler.steps.map { ["\(sampler.spacing)", "\($0)"] } ?? []
      let kind = sampler.kind == .ddim ? "ddim.\(sampler.eta)" : "\(sampler.variance)"
      return (schedule + steps + [kind, sampler.clips ? "clipped" : "plain"]).joined(separator: ".")
    }

    /// In 10 and in 7 of 100 steps: a divisor of T and a number that is none.
    static let respaced: [Way] = [10, 7].flatMap { steps in
      TimestepSpacing.allCases.flatMap { spacing in
        [true, false].flatMap { clips in
          ReverseVariance.allCases.map { variance in
            SamplerConfiguration(.ancestral, steps: steps, spacing: spacing, clips: clips, variance: variance)
          } + [0, 0.5, 1].map { SamplerConfiguration(.ddim, steps: steps, spacing: spacing, eta: $0, clips: clips) }
        }
      }
    }.flatMap { sampler in
      ScheduleKind.allCases.map { Way(schedule: ScheduleConfiguration($0, timesteps: 100), sampler: sampler) }
    }

    /// DDIM in all steps, which no recipe has; the ancestral sampler's are among the recipes'.
    static let ofDDIM = ScheduleKind.allCases.flatMap { kind in
      [true, false].map { clips in
        Way(
          schedule: ScheduleConfiguration(kind, timesteps: 100),
          sampler: SamplerConfiguration(.ddim, eta: 0.5, clips: clips))
      }
    }

    /// What the recipes of the reports say, in every variant and size, each once.
    static let ofRecipes: [Way] = {
      var found: [String: Way] = [:]
      for report in Report.all {
        for variant in [nil] + report.variants.map(Optional.some) {
          for scale in ReportScale.allCases {
            for isConditional in [false, true] {
              var options = ReportOptions()
              (options.variant, options.scale, options.isConditional) = (variant, scale, isConditional)
              guard let denoising = (try? report.recipe(options))?.objective.denoising else { continue }
              let way = Way(schedule: denoising.schedule, sampler: denoising.sampler)
              found[way.testDescription] = way
            }
          }
        }
      }
      return found.values.sorted { $0.testDescription < $1.testDescription }
    }()
  }

  private let fixture: Fixture

  init() throws { fixture = try Fixture(named: "samplers") }

  @Test("Every step of the respaced samplers", arguments: Way.respaced)
  func respaced(way: Way) { compare(way) }

  @Test("Every step of DDIM in all steps", arguments: Way.ofDDIM)
  func ddim(way: Way) { compare(way) }

  @Test("Every step of the recipes' samplers", arguments: Way.ofRecipes)
  func recipes(way: Way) { compare(way) }

  @Test("Every way of the fixture is walked")
  func all() {
    let walked = Way.respaced + Way.ofDDIM + Way.ofRecipes
    #expect(Set(fixture.tensors(of: "way").keys) == Set(walked.map(\.testDescription)))
  }

  @Test(
    "The network is asked at the timesteps of diffusers",
    arguments: Way.respaced.filter { $0.sampler.kind == .ancestral })
  func timesteps(way: Way) throws {
    let steps = try #require(way.sampler.steps)
    let sampler = way.sampler.makeSampler(schedule: way.schedule.makeNoiseSchedule())
    var asked: [[Int]] = []
    var generators = [RandomGenerator(seed: 1), RandomGenerator(seed: 2)]
    _ = sampler.sample(
      imageShape: [1, 2, 1], generators: &generators,
      predictNoise: { x, timesteps in
        asked.append(timesteps)
        return x
      }, onStep: { _, _ in })
    let expected = fixture.integers("timesteps/\(way.schedule.timesteps).\(way.sampler.spacing).\(steps)")
    #expect(asked == expected.map { [$0, $0] })
  }

  // MARK: Comparison

  /// Names the first step that differs.
  private func compare(_ way: Way) {
    let name = way.testDescription
    let states = fixture["way/\(name)"]
    if let fault = states.fault {
      Issue.record("diffusers' states are not known: \(fault)")
      return
    }
    let sampler = way.sampler.makeSampler(schedule: way.schedule.makeNoiseSchedule())
    let (reverse, kept) = Self.steps(of: sampler)
    #expect(states.shape == [reverse.schedule.timestepCount + 1, 2])
    for index in reverse.schedule.betas.indices.reversed() {
      let step = reverse.schedule.timestepCount - index
      let x = row(step - 1, of: states)
      let prediction = Self.predictNoise(x, at: kept?[index] ?? index)
      let noise = row(index, of: fixture["noises"])
      let found = reverse.step(x, predictedNoise: prediction, at: index, noise: noise)
      let expected = row(step, of: states)
      let differences = zip(found.scalars, expected.scalars).map { abs($0 - $1) }
      // At most twenty roundings of 2⁻²⁴ each lie between x_t and x_{t−1}, those of the formula that stands for a network
      // included, and no term is larger than |x_t|, |ε̂|, |z| or the 1 to which x̂_0 is clipped, divided by √α_t. Most roundings
      // cancel: a ninth of what is allowed is the most that was measured.
      let alpha = reverse.schedule.alphas[index]
      let allowed = zip(x.scalars, zip(prediction.scalars, noise.scalars)).map { x, others in
        20 * 0x1p-24 * (abs(x) + abs(others.0) + abs(others.1) + 1) / Float(alpha.squareRoot())
      }
      if found.fault != nil || !zip(differences, allowed).allSatisfy({ $0 <= $1 }) {
        Issue.record(
          """
          \(name) first differs in step \(step) of \(reverse.schedule.timestepCount), from t = \(kept?[index] ?? index): \
          \(found.fault?.reason ?? "\(found.scalars)") instead of \(expected.scalars), off by \(differences) where \
          \(allowed) is allowed
          """)
        return
      }
    }
  }

  /// The sampler whose steps a sampler takes, and the timesteps that it tells the network where they are not its own.
  private static func steps(of sampler: any Sampler) -> (any ReverseSampler, timesteps: [Int]?) {
    switch sampler {
    case let sampler as RespacedSampler<AncestralSampler>: (sampler.sampler, sampler.timesteps)
    case let sampler as RespacedSampler<DDIMSampler>: (sampler.sampler, sampler.timesteps)
    default: (sampler as! any ReverseSampler, nil)
    }
  }

  /// The formula that the fixture has in the place of a network.
  private static func predictNoise(_ x: Tensor, at t: Int) -> Tensor { x * 0.625 + Float(0.5 * sin(Double(t))) }

  private func row(_ index: Int, of states: Tensor) -> Tensor {
    Tensor([states[index, 0], states[index, 1]], shape: [1, 1, 2, 1])
  }
}

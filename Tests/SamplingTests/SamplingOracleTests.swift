import ForwardDiffusion
import Foundation
import Sampling
import Schedules
import Tensors
import TestSupport
import Testing

/// Schedules, the forward process and single steps back, held against diffusers.
@Suite("Schedules and steps answer as diffusers' do")
struct SamplingOracleTests {
  private let fixture: Fixture

  init() throws {
    fixture = try Fixture(named: "schedules")
  }

  private func schedule(_ kind: String, _ count: Int) -> NoiseSchedule {
    kind == "linear" ? .linear(timestepCount: count) : .squaredCosine(timestepCount: count)
  }

  @Test("β, ᾱ and β̃", arguments: ["linear", "cosine"], [100, 1000])
  func schedules(kind: String, count: Int) {
    let schedule = schedule(kind, count)
    let timesteps = fixture.integers("\(kind).\(count)/timesteps")
    // Both compute in double precision. ᾱ is a product of up to 1000 factors, each 1e-16 off; rounding to Float is more.
    for (name, values) in [
      ("beta", timesteps.map { schedule.betas[$0] }), ("alphaBar", timesteps.map { schedule.alphaBars[$0] }),
      ("posteriorVariance", timesteps.map { schedule.posteriorVariance(at: $0) }),
    ] {
      expectClose(
        Tensor(values.map(Float.init)), fixture["\(kind).\(count)/\(name)"], "\(name) of \(kind), T = \(count)",
        // diffusers keeps β̃ at 1e-20 or more, so that its logarithm exists.
        tolerance: 1e-6, relativeTo: .element(atLeast: 1e-12))
    }
  }

  @Test("One step back", arguments: ["linear", "cosine"], ["plain", "clipped"])
  func step(kind: String, clipping: String) {
    let sampler = AncestralSampler(schedule: schedule(kind, 1000), clipsPrediction: clipping == "clipped")
    for t in [999, 500, 1, 0] {
      let name = "step.\(kind).\(clipping).\(t)"
      let result = sampler.step(
        fixture["\(name)/sample"], predictedNoise: fixture["\(name)/prediction"], at: t, noise: fixture["\(name)/noise"]
      )
      // Four roundings of half a unit in the last place; the largest term is no more than twice the result.
      expectClose(result, fixture["\(name)/output"], "x before \(t), \(kind), \(clipping)", tolerance: 1e-6)
    }
  }

  @Test("Noise added at once", arguments: ["linear", "cosine"])
  func forward(kind: String) {
    let result = schedule(kind, 1000).noised(
      fixture["forward.\(kind)/original"], with: fixture["forward.\(kind)/noise"],
      at: fixture.integers("forward.\(kind)/timesteps"))
    expectClose(result, fixture["forward.\(kind)/output"], "x_t", tolerance: 1e-6)
  }
}

import ForwardDiffusion
import Loss
import Reports
import Schedules
import Tensors
import TestSupport
import Testing

@testable import Training

/// Of noise, image and velocity, one and x_t give the other two.
@Suite("Velocity prediction", .onWrittenChapters)
struct VelocityPredictionTests {
  private let schedule = NoiseSchedule.squaredCosine(timestepCount: 1000)
  private let timesteps = [0, 250, 500, 999]
  private let (x0, noise): (Tensor, Tensor)

  init() {
    var generator = RandomGenerator(seed: 3)
    x0 = .normal([4, 3, 2, 1], using: &generator)
    noise = .normal([4, 3, 2, 1], using: &generator)
  }

  @Test("With ᾱ = cos²φ the velocity is the derivative of x_t by φ")
  func derivative() {
    let velocity = schedule.velocity(of: x0, noise: noise, at: timesteps)
    for (image, t) in timesteps.enumerated() {
      let angle = schedule.alphaBars[t].squareRoot()
      let sine = (1 - schedule.alphaBars[t]).squareRoot()
      for pixel in 0..<6 {
        let (x, e) = (Double(x0.scalars[image * 6 + pixel]), Double(noise.scalars[image * 6 + pixel]))
        // d/dφ (x cos φ + ε sin φ) = −x sin φ + ε cos φ
        #expect(abs(Double(velocity.scalars[image * 6 + pixel]) - (e * angle - x * sine)) < 1e-6)
      }
    }
  }

  @Test("The noise that follows from the true velocity is the true noise, at every timestep")
  func impliedNoise() {
    let velocity = schedule.velocity(of: x0, noise: noise, at: timesteps)
    let noised = schedule.noised(x0, with: noise, at: timesteps)
    // Two products and two sums of numbers below 4: a few of their roundings of 2.4e-7.
    expectClose(
      schedule.impliedNoise(from: noised, velocity: velocity, at: timesteps), noise, "the implied noise",
      tolerance: 2e-6)
  }

  @Test("The loss of the true velocity is 0, and that of another is its squared error weighted alike at all timesteps")
  func loss() throws {
    var (first, second) = (RandomGenerator(seed: 9), RandomGenerator(seed: 9))
    let timesteps = randomTimesteps(4, schedule: schedule, using: &second)
    let drawn = Tensor.normal(x0.shape, using: &second)
    let truth = schedule.velocity(of: x0, noise: drawn, at: timesteps)
    let loss = velocityPredictionLoss(x0, schedule: schedule, using: &first) { xt, asked in
      #expect(asked == timesteps)
      expectClose(xt, schedule.noised(x0, with: drawn, at: timesteps), "x_t", tolerance: 1e-6)
      return truth + 0.5
    }
    #expect(abs(try loss.checked().item - 0.25) < 1e-6)
  }

  @Test("A network that knows the velocity draws the image that it thinks of, by DDIM in few steps")
  func sampling() throws {
    // A network that always sees the same image in the noise: v = (√ᾱ x_t − x_0) / √(1 − ᾱ).
    let image = x0.sliced(axis: 0, 0..<1).clamped(to: -1...1)
    let sampler = SamplerConfiguration(.ddim, steps: 10, spacing: .trailing).makeSampler(schedule: schedule)
    var generators = [RandomGenerator(seed: 2)]
    let drawn = sampler.sample(imageShape: [3, 2, 1], generators: &generators) { xt, t in
      let alphaBar = schedule.alphaBars[t[0]]
      let velocity = (Float(alphaBar.squareRoot()) * xt - image) / Float((1 - alphaBar).squareRoot())
      return schedule.impliedNoise(from: xt, velocity: velocity, at: t)
    } onStep: { _, _ in
    }
    expectClose(drawn, image, "the drawn image", tolerance: 1e-3)
  }
}

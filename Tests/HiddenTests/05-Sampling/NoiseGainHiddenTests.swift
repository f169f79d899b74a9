import ForwardDiffusion
import Sampling
import Tensors
import TestSupport
import Testing

@Suite("5.5 Why the cosine schedule blows up", .exercise("5.5"))
struct Hidden5_5 {
  @Test("Other inputs", arguments: [1, 2, 3] as [UInt64])
  func inputs(seed: UInt64) {
    let schedule = randomSchedule(30, seed: seed)
    for t in 0...30 {
      // Up to thirty roundings of 1e-16, twice.
      let product = schedule.betas[t...].reduce(1) { $0 / (1 - $1).squareRoot() }
      #expect(agree(schedule.noiseGain(downTo: t), product, relative: 1e-12), "down to \(t)")
    }
    for t in 0..<30 {
      let left = alphaBar(schedule.betas, t)
      // As above, and 1 − ᾱ, which loses up to two digits.
      let expected = schedule.betas[t] / ((1 - left) * left).squareRoot()
      #expect(agree(schedule.predictionErrorGain(at: t), expected, relative: 1e-12), "at \(t)")
    }
  }

  @Test("Other sizes", arguments: [10, 100, 500])
  func sizes(timestepCount: Int) {
    let schedule = NoiseSchedule(betas: referenceCosineBetas(timestepCount))
    // Up to 500 roundings of 1e-16, and 1 − 0.999, which loses three digits.
    let left = alphaBar(schedule.betas, timestepCount - 1)
    #expect(agree(schedule.noiseGain(downTo: 0), 1 / left.squareRoot(), relative: 1e-9))
    #expect(agree(schedule.noiseGain(downTo: timestepCount - 1), 1000.0.squareRoot(), relative: 1e-9))
  }

  @Test("Edge cases")
  func edges() {
    let one = NoiseSchedule(betas: [0.75])
    #expect(one.noiseGain(downTo: 0) == 2 && one.noiseGain(downTo: 1) == 1)
    // Five roundings of 1e-16.
    #expect(agree(one.predictionErrorGain(at: 0), 0.75.squareRoot() * 2, relative: 1e-12))
  }

  @Test("Together with other exercises")
  func walked() throws {
    let schedule = randomSchedule(20, seed: 4)
    let sampler = AncestralSampler(schedule: schedule, clipsPrediction: false)
    let zero = Tensor.zeros([1, 1, 1, 1])
    for wrong in [0, 6, 19] {
      let expected = schedule.predictionErrorGain(at: wrong)
      var x = zero
      for t in (0..<20).reversed() {
        x = sampler.step(x, predictedNoise: t == wrong ? zero + 1 : zero, at: t, noise: zero)
      }
      let found = try -Double(x.checked().item)
      // Twenty steps of two or three roundings.
      #expect(agree(found, expected, relative: 5e-6), "an error at \(wrong)")
    }
  }
}

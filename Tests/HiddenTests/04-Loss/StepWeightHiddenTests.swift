import ForwardDiffusion
import Loss
import TestSupport
import Testing

@Suite("4.3 What the simple loss leaves out", .exercise("4.3"))
struct Hidden4_3 {
  @Test("Other inputs", arguments: [1, 2, 3] as [UInt64])
  func inputs(seed: UInt64) {
    let schedule = randomSchedule(20, seed: seed)
    // Differences of numbers down to 0.002 lose three digits of 16, and one of the ratios three more.
    for t in 1..<20 {
      let (left, before) = (alphaBar(schedule.betas, t), alphaBar(schedule.betas, t - 1))
      let posterior = (before * (1 - left) / (left * (1 - before)) - 1) / 2
      #expect(agree(schedule.stepWeight(at: t, variance: .posterior), posterior, relative: 1e-10), "t = \(t), β̃")
      let beta = schedule.betas[t] / (2 * (1 - schedule.betas[t]) * (1 - left))
      #expect(agree(schedule.stepWeight(at: t, variance: .beta), beta, relative: 1e-10), "t = \(t), β")
    }
  }

  @Test("Other sizes")
  func sizes() {
    let schedule = NoiseSchedule(betas: referenceCosineBetas(100))
    for t in [1, 50, 98, 99] {
      // A product of up to 100 factors, 1e-16 each, and 1 − ᾱ, which loses up to four digits.
      let (beta, left) = (schedule.betas[t], alphaBar(schedule.betas, t))
      let found = schedule.stepWeight(at: t, variance: .beta)
      #expect(agree(found, beta / (2 * (1 - beta) * (1 - left)), relative: 1e-10), "t = \(t)")
    }
  }

  @Test("Edge cases")
  func first() {
    for schedule in [randomSchedule(5, seed: 4), NoiseSchedule(betas: [0.25])] {
      // 1 − ᾱ_0 in place of β_0 loses up to three digits of 16.
      let beta = schedule.betas[0]
      #expect(
        agree(schedule.stepWeight(at: 0, variance: .beta), 1 / (2 * (1 - beta)), relative: 1e-10),
        "at t = 0 1 − ᾱ is β")
      #expect(schedule.stepWeight(at: 0, variance: .posterior).isFinite)
    }
  }

  @Test("Together with other exercises")
  func divergence() {
    let schedule = randomSchedule(8, seed: 5)
    for t in 1..<8 {
      let (beta, left) = (schedule.betas[t], alphaBar(schedule.betas, t))
      // The two divergences agree in up to six digits, which their difference loses.
      let distance = beta / ((1 - left) * (1 - beta)).squareRoot()
      let found = gaussianDivergence(of: (0.0, betaTilde(schedule.betas, t)), from: (distance, beta))
      let spread = gaussianDivergence(of: (0.0, betaTilde(schedule.betas, t)), from: (0.0, beta))
      #expect(agree(schedule.stepWeight(at: t, variance: .beta), found - spread, relative: 1e-8), "t = \(t)")
    }
  }
}

import ForwardDiffusion
import Loss
import TestSupport
import Testing

/// What the bound weights the noise's error with.
@Suite("4.3 What the simple loss leaves out", .exercise("4.3"))
struct Exercise4_3 {
  @Test("It is the divergence of the two means", arguments: [linear, cosine], ReverseVariance.allCases)
  func divergence(schedule: NoiseSchedule, variance: ReverseVariance) {
    for t in [1, 2, 17, 500, 998, 999] {
      let (beta, alpha, alphaBar) = (schedule.betas[t], schedule.alphas[t], schedule.alphaBars[t])
      let sigmaSquared = variance == .beta ? beta : schedule.betaTilde(t)
      // x_t does not matter: the means differ by what the noises make of it.
      let mean = { (noise: Double) in (0.7 - beta / (1 - alphaBar).squareRoot() * noise) / alpha.squareRoot() }
      let distance = mean(0.2) - mean(1.2)
      let expected = distance * distance / (2 * sigmaSquared)
      let found = schedule.stepWeight(at: t, variance: variance)
      // Some twenty roundings of 1e-16, and a difference of numbers that are at most a hundred times as large.
      #expect(
        agree(found, expected, relative: 1e-11),
        likelyMistake(
          found, insteadOf: expected,
          [
            "½ is missing": 2 * expected,
            "ᾱ_t stands where α_t of this one step belongs": expected * alpha / alphaBar,
            "α_t is missing below the line: the means are divided by √α_t": expected * alpha,
            "√α_t stands where its square belongs": expected * alpha.squareRoot(),
            "β_t is not squared": expected / beta,
            "this has σ_t where σ_t² belongs": expected * sigmaSquared / sigmaSquared.squareRoot(),
            "this has the square of σ_t² where σ_t² belongs": expected / sigmaSquared,
            "√(1 − ᾱ_t) stands where its square belongs": expected * (1 - alphaBar).squareRoot(),
            "ᾱ_t stands where 1 − ᾱ_t belongs": expected * (1 - alphaBar) / alphaBar,
            "1 − ᾱ_t is missing below the line": expected * (1 - alphaBar),
            "this is the simple loss's weight": 1,
            "α_t is held above a small number, but the cosine schedule ends with 0.001": expected * alpha
              / max(alpha, 0.01),
            "this is with the other σ²: `reverseVariance` knows which is wanted": beta * beta
              / (2 * (variance == .beta ? schedule.betaTilde(t) : beta) * alpha * (1 - alphaBar)),
          ], within: 1e-9,
          otherwise: "this is not what an error of 1 in ε costs, the square of the means' distance over 2σ²"
        ).about("\(schedule.place(t)), σ² = \(variance == .beta ? "β" : "β̃")"))
    }
  }

  @Test("With β̃ it is what the signal-to-noise ratio loses in the step")
  func signalToNoise() {
    for schedule in [linear, cosine] {
      for t in [1, 10, 300, 998] {
        let ratio = { (t: Int) in schedule.alphaBars[t] / (1 - schedule.alphaBars[t]) }
        let expected = (ratio(t - 1) / ratio(t) - 1) / 2
        let found = schedule.stepWeight(at: t, variance: .posterior)
        // The difference loses up to three digits of 16.
        #expect(
          agree(found, expected, relative: 1e-11),
          likelyMistake(
            found, insteadOf: expected, ["½ is missing": 2 * expected], within: 1e-9,
            otherwise: "with σ² = β̃ the weight is ½ (SNR(t − 1) / SNR(t) − 1)"
          ).about(schedule.place(t)))
      }
    }
  }

  @Test("With σ² = β it is smaller by β̃ / β")
  func choices() {
    for t in [1, 2, 100, 999] {
      let (posterior, beta) = (
        linear.stepWeight(at: t, variance: .posterior), linear.stepWeight(at: t, variance: .beta)
      )
      // Some ten roundings of 1e-16, and 1 − ᾱ twice, of which all but one digit in a thousand cancel alike.
      let ratio = linear.betaTilde(t) / linear.betas[t]
      #expect(
        agree(beta / posterior, ratio, relative: 1e-12),
        likelyMistake(
          beta / posterior, insteadOf: ratio,
          [
            "both weights are the same; `reverseVariance` knows which σ² is wanted": 1,
            "the weight grows with σ_t², which stands below the line": 1 / ratio,
            "the weights are to each other like the deviations; σ_t² stands below the line": ratio.squareRoot(),
          ], within: 1e-9, otherwise: "the weight with β is to that with β̃ as β̃ is to β"
        ).about("t = \(t), the weight with β over that with β̃"))
    }
  }

  @Test("At t = 0, where β̃ is 0, it is finite")
  func first() {
    let found = linear.stepWeight(at: 0, variance: .posterior)
    // 1 − 0.9999 loses four digits of 16, a few times.
    let expected = 1e-4 * 1e-4 / (2 * linear.betaTilde(1) * 0.9999 * 1e-4)
    #expect(
      agree(found, expected, relative: 1e-9),
      likelyMistake(
        found, insteadOf: expected,
        [
          "½ is missing": 2 * expected,
          "this is the weight with β_0; β̃_1 stands in for β̃_0": 1e-4 * 1e-4 / (2 * 1e-4 * 0.9999 * 1e-4),
          "β̃_0 is 0 and cannot be divided by: σ_t² comes from `reverseVariance`, where β̃_1 stands in for it": .infinity,
        ], within: 1e-9, otherwise: "the weight with β̃_1 for σ²"
      ).about("t = 0"))
  }

  @Test("It falls steeply: the simple loss turns the network's attention to later timesteps")
  func fall() {
    let (first, later) = (linear.stepWeight(at: 1, variance: .beta), linear.stepWeight(at: 400, variance: .beta))
    // By the formula 0.27269 and 0.0050430.
    #expect(
      agree(first / later, 54.073_67, relative: 1e-5),
      likelyMistake(
        first / later, insteadOf: 54.073_67, [:],
        otherwise: "the weight at t = 1, divided by that at t = 400 of 1000 linear steps, is not right"))
  }

  @Test("A schedule of a single timestep has a finite weight")
  func single() {
    let schedule = NoiseSchedule(betas: [0.3])
    for variance in ReverseVariance.allCases {
      let found = schedule.stepWeight(at: 0, variance: variance)
      // β² / (2 σ² α (1 − ᾱ)) with σ² = β, α = 0.7 and 1 − ᾱ = 0.3.
      #expect(
        agree(found, 0.3 / (2 * 0.7 * 0.3), relative: 1e-12),
        "with one timestep there is no β̃_1, and σ_0² is β_0, whatever the choice, as in `reverseVariance`: yours is \(found)"
      )
    }
  }
}

import ForwardDiffusion
import Sampling
import TestSupport
import Testing

/// How errors grow on the unclipped way back.
@Suite("5.5 Why the cosine schedule blows up", .exercise("5.5"))
struct Exercise5_5 {
  @Test("All the way, 1000 linear steps magnify 157 times, squared cosine steps 20,291 times")
  func total() {
    for (schedule, expected) in [(linear, 157.410457252), (cosine, 20_291.1696347)] {
      let found = schedule.noiseGain(downTo: 0)
      // A thousand roundings of 1e-16; the numbers above have twelve digits.
      #expect(
        agree(found, expected, relative: 1e-10),
        likelyMistake(
          found,
          [
            "this is ∏ 1 / α: a root is missing": expected * expected,
            "this is ∏ √α: x_t is divided by √α": 1 / expected,
            "the step at t = 0 is missing": expected * schedule.alphas[0].squareRoot(),
            "the step at t = T − 1 is missing": expected * schedule.alphas[999].squareRoot(),
          ], otherwise: "the gain of all steps is \(found), and should be \(expected)"))
    }
  }

  @Test("The cosine schedule does it in the first few steps: 31.6, 2, 1.5, 1.33")
  func first() {
    var before = cosine.noiseGain(downTo: 1000)
    #expect(before == 1, "before any step is done nothing has grown, but the gain is \(before)")
    // √1000 by the limit of 0.999 on β; then √(4), √(9 / 4), √(16 / 9), as cos² ends like a parabola: to 1e-5.
    for (t, expected) in [(999, 1000.0.squareRoot()), (998, 2), (997, 1.5), (996, 4.0 / 3)] {
      let gain = cosine.noiseGain(downTo: t)
      #expect(
        agree(gain / before, expected, relative: 1e-5),
        likelyMistake(
          gain / before,
          [
            "the steps are walked from T − 1 down: this one has been left out": 1,
            "a root is missing": expected * expected,
          ], within: 1e-4,
          otherwise: "the step at t = \(t) magnifies \(gain / before) times, and should do so \(expected) times"))
      before = gain
    }
  }

  @Test("From T − 1 to t it is √(ᾱ_{t−1} / ᾱ_{T−1})", arguments: [linear, cosine], [1, 17, 500, 998])
  func closedForm(schedule: NoiseSchedule, t: Int) {
    let expected = (schedule.alphaBars[t - 1] / schedule.alphaBars[999]).squareRoot()
    let found = schedule.noiseGain(downTo: t)
    #expect(
      agree(found, expected, relative: 1e-10),
      likelyMistake(
        found,
        [
          "these are the steps from t to 0; asked for are those from T − 1 to t": 1
            / schedule.alphaBars[t].squareRoot(),
          "the step at t itself is done as well": (schedule.alphaBars[t] / schedule.alphaBars[999]).squareRoot(),
        ], otherwise: "down to t = \(t) the gain is \(found), and should be \(expected)"))
  }

  @Test("An error of 1 in ε̂, walked to the end", arguments: [linear, cosine], [0, 1, 500, 998, 999])
  func predictionError(schedule: NoiseSchedule, t: Int) {
    // The difference that the error makes, step by step.
    var error = schedule.betas[t] / (1 - schedule.alphaBars[t]).squareRoot() / schedule.alphas[t].squareRoot()
    let one = error
    for s in (0..<t).reversed() { error /= schedule.alphas[s].squareRoot() }
    let found = schedule.predictionErrorGain(at: t)
    #expect(
      agree(found, error, relative: 1e-10),
      likelyMistake(
        found,
        [
          "this is what the step itself makes of it; the steps after it divide by their √α too": one,
          "the step at t divides the noise, too, by √α_t": error * schedule.alphas[t].squareRoot(),
          "this has √β_t where β_t belongs": error / schedule.betas[t] * schedule.betas[t].squareRoot(),
          "ε̂ has the weight β_t / √(1 − ᾱ_t)": 1 / schedule.alphaBars[t].squareRoot(),
          "the size of the error is asked for": -error,
        ], otherwise: "an error of 1 in ε̂ at t = \(t) becomes \(error) in the image, not \(found)"))
  }

  @Test("At the first cosine step an error of a thousandth ruins the image; at the first linear step it does not show")
  func ruin() {
    #expect(
      agree(cosine.predictionErrorGain(at: 999), 20_270.9, relative: 1e-4),
      "an error of 1 becomes 20,271 in the image: \(cosine.predictionErrorGain(at: 999))")
    #expect(
      agree(linear.predictionErrorGain(at: 999), 3.1483, relative: 1e-4),
      "with the linear schedule it becomes 3.15: \(linear.predictionErrorGain(at: 999))")
  }
}

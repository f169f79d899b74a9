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
          found, insteadOf: expected,
          [
            "this is ∏ 1 / α: a root is missing": expected * expected,
            "this is ∏ √α, what multiplying would do; x_t is divided by √α": 1 / expected,
            "this is ∏ α, what multiplying would do; x_t is divided by √α": 1 / expected / expected,
            "the step at t = 0 is missing": expected * schedule.alphas[0].squareRoot(),
            "the step at t = T − 1 is missing": expected * schedule.alphas[999].squareRoot(),
            "this is the gain of the step at t = 0 alone": 1 / schedule.alphas[0].squareRoot(),
            "this is the gain of the step at t = T − 1 alone": 1 / schedule.alphas[999].squareRoot(),
            "these are the factors 1 / √α added up; they are multiplied": schedule.alphas.reduce(0) {
              $0 + 1 / $1.squareRoot()
            },
            "no step is done": 1,
          ], within: 1e-9, otherwise: "the gain of all steps is 1 / √α for each"
        ).about("\(schedule.name) schedule"))
    }
  }

  @Test("The cosine schedule does it in the first few steps: 31.6, 2, 1.5, 1.33")
  func first() {
    var before = cosine.noiseGain(downTo: 1000)
    #expect(
      before == 1,
      likelyMistake(
        before, insteadOf: 1,
        ["a product of no factors is 1, not 0": 0], otherwise: "before any step is done, at t = T, nothing has grown"))
    // √1000 by the limit of 0.999 on β; then √(4), √(9 / 4), √(16 / 9), as cos² ends like a parabola: to 1e-5.
    for (t, expected) in [(999, 1000.0.squareRoot()), (998, 2), (997, 1.5), (996, 4.0 / 3)] {
      let gain = cosine.noiseGain(downTo: t)
      #expect(
        agree(gain / before, expected, relative: 1e-5),
        likelyMistake(
          gain / before, insteadOf: expected,
          [
            "the step at t = \(t) is left out: the gain is as before it": 1,
            "a root is missing in the gain of the step at t = \(t)": expected * expected,
            "the step at t = \(t) shrinks an error; x_t is divided by √α": 1 / expected,
          ], within: 1e-4, otherwise: "the gain down to t = \(t) is that down to \(t + 1) times 1 / √α_t"))
      before = gain
    }
  }

  @Test("From T − 1 to t it is √(ᾱ_{t−1} / ᾱ_{T−1})", arguments: [linear, cosine], [1, 17, 500, 998])
  func closedForm(schedule: NoiseSchedule, t: Int) {
    // A thousand roundings of 1e-16.
    let expected = (schedule.alphaBars[t - 1] / schedule.alphaBars[999]).squareRoot()
    let found = schedule.noiseGain(downTo: t)
    #expect(
      agree(found, expected, relative: 1e-10),
      likelyMistake(
        found, insteadOf: expected,
        [
          "these are the steps from t to 0; asked for are those from T − 1 to t": 1
            / schedule.alphaBars[t].squareRoot(),
          "these are the steps from t − 1 to 0; asked for are those from T − 1 to t": 1
            / schedule.alphaBars[t - 1].squareRoot(),
          "the step at t is left out here; down to t means that it is done as well":
            (schedule.alphaBars[t] / schedule.alphaBars[999])
            .squareRoot(),
          "the step at t − 1 is not yet done": (schedule.before(t - 1) / schedule.alphaBars[999]).squareRoot(),
          "a root is missing": expected * expected,
          "this is the gain of all steps": 1 / schedule.alphaBars[999].squareRoot(),
        ], within: 1e-9, otherwise: "this is not the product of 1 / √α from T − 1 down to t"
      ).about("down to \(schedule.place(t))"))
  }

  @Test("An error of 1 in ε̂, walked to the end", arguments: [linear, cosine], [0, 1, 500, 998, 999])
  func predictionError(schedule: NoiseSchedule, t: Int) {
    // The difference that the error makes, step by step.
    var error = schedule.betas[t] / (1 - schedule.alphaBars[t]).squareRoot() / schedule.alphas[t].squareRoot()
    let one = error
    for s in (0..<t).reversed() { error /= schedule.alphas[s].squareRoot() }
    let found = schedule.predictionErrorGain(at: t)
    // At t = 0, where 1 − ᾱ is β, some of the mistakes give the same number, so none of them is named.
    #expect(
      agree(found, error, relative: 1e-10),
      likelyMistake(
        found, insteadOf: error,
        [
          "this is what the step itself makes of it; the steps after it divide by their √α too": one,
          "√α_t is left out: the step at t divides the noise as well as x_t": error * schedule.alphas[t].squareRoot(),
          "this has √β_t where β_t belongs": t == 0 ? .nan : error / schedule.betas[t].squareRoot(),
          "this is 1 / √ᾱ_t, as if ε̂ had the weight 1; it has β_t / √(1 − ᾱ_t)": t == 0
            ? .nan : 1 / schedule.alphaBars[t].squareRoot(),
          "the root of 1 − ᾱ_t is missing": t == 0 ? .nan : error / (1 - schedule.alphaBars[t]).squareRoot(),
          "1 − ᾱ_t is missing below the line": error * (1 - schedule.alphaBars[t]).squareRoot(),
          "this is with ᾱ_t where √ᾱ_t belongs": error / schedule.alphaBars[t].squareRoot(),
          "these are the steps from T − 1 to t; the steps that come after it are t − 1 … 0": one
            * (schedule.before(t) / schedule.alphaBars[999]).squareRoot(),
          "the size of the error is asked for, which is positive": -error,
        ], within: 1e-9, otherwise: "this is not what an error of 1 in ε̂ becomes in the image"
      ).about(schedule.place(t)))
  }

  @Test("At the first cosine step an error of a thousandth ruins the image; at the first linear step it does not show")
  func ruin() {
    // The expectations have five digits or six.
    for (schedule, expected) in [(cosine, 20_270.9), (linear, 3.1483)] {
      let found = schedule.predictionErrorGain(at: 999)
      #expect(
        agree(found, expected, relative: 1e-4),
        likelyMistake(
          found, insteadOf: expected, [:],
          otherwise: "this is not what an error of 1 in ε̂ becomes in the image"
        ).about(schedule.place(999)))
    }
  }
}

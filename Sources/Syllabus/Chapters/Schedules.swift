extension Chapter {
  static let schedules = Chapter(
    2, module: "Schedules", title: "Schedules", text: "02-schedules.md",
    exercises: [
      Entry(
        title: "The linear schedule", file: "LinearSchedule.swift", points: 2,
        hints: [
          "Try T = 3 from 0 to 1: the numbers are 0, ½ and 1. How long is a step, and how many of them lead from the first of T numbers "
            + "to the last?",
          "Number t is the first plus t of those steps, for t in 0..<timestepCount. What about T = 1, where there is no step?",
          "first + (last − first) · t / (T − 1), with Double(t) and Double(timestepCount - 1); for T = 1 just [first].",
        ]),
      Entry(
        title: "The squared cosine schedule", file: "SquaredCosineSchedule.swift", points: 4,
        hints: [
          "Write f first, as a function within the function, and try it: f(0) is nearly 1, f(½) about a half, f(1) is 0. Mind that t / T "
            + "between Ints is 0.",
          "β_t is 1 less the ratio of f at the end of step t and f at its beginning. f(0) is not needed. Then the cap.",
          "min(1 - f(Double(t + 1) / Double(timestepCount)) / f(Double(t) / Double(timestepCount)), maximumBeta), where f squares "
            + "Double.cos((u + 0.008) / 1.008 * .pi / 2).",
        ]),
      Entry(
        title: "The posterior's mean", file: "PosteriorMean.swift", points: 4,
        hints: [
          "What both weights are divided by is a difference, 1 − ᾱ_t: give it a name first, and no bracket can get lost. Then there is a "
            + "product above it in each.",
          "Mind which α wears a bar: c_0 has √ᾱ of the step before, c_t has √α of this step alone.",
          "x0: alphaBarBefore(t).squareRoot() * betas[t] / lost, and xt: alphas[t].squareRoot() * (1 - alphaBarBefore(t)) / lost.",
        ]),
      Entry(
        title: "The posterior's variance", file: "PosteriorVariance.swift", points: 3,
        hints: [
          "It is a part of β_t. Which part: how noisy was it before the step, and how noisy is it after?",
          "The fraction has the smaller number above: there is less noise before step t than after it.",
          "betas[t] times (1 - alphaBarBefore(t)) over (1 - alphaBars[t]).",
        ]),
      Entry(
        title: "Fewer timesteps", file: "RespacedTimesteps.swift", points: 4,
        hints: [
          "Choose 3 of 10 by hand first: leading are 0, 3 and 6, linspace 0, 4 or 5, and 9, trailing 2, 6 and 9. Then it is three "
            + "formulas for number i, one for each case.",
          "`(0..<count).map { i in switch self { … } }`. ⌊T / n⌋ is what `/` does between Ints. The two others are divided as Doubles "
            + "and `.rounded()`.",
          "i * (timestepCount / count); Int((Double(i * (timestepCount - 1)) / Double(count - 1)).rounded()); "
            + "Int((Double((i + 1) * timestepCount) / Double(count)).rounded()) - 1.",
        ]),
      Entry(
        title: "The schedule of fewer timesteps", file: "RespacedSchedule.swift", points: 4,
        hints: [
          "Turn 1.3 round: there ᾱ was made of α by multiplying. Given ᾱ at the chosen timesteps, which are the products, what are the "
            + "factors?",
          "Each β' compares ᾱ with ᾱ at the timestep chosen before; the first is compared with 1.",
          "let kept = timesteps.map { alphaBars[$0] }, then zip(kept, [1] + kept).map { 1 - $0 / $1 }.",
        ]),
      Entry(
        title: "Nothing left in the end", file: "ZeroTerminalSNR.swift", points: 5,
        hints: [
          "Each of the five steps is a `map` over the whole array. Follow one example: 0.8, 0.5, 0.2 become 0.6, 0.3, 0 when shifted, and "
            + "0.8, 0.4, 0 when stretched.",
          "Shifted: r − last. Their first is now first − last; which factor makes it `first` again? Back to β it goes as in 2.6.",
          "($0 - last) * first / (first - last), squared; then zip(rescaled, [1] + rescaled).map { 1 - $0 / $1 }.",
        ]),
      Entry(
        title: "How many timesteps", file: "ChoosingT.swift", points: 3,
        hints: [
          "There is no formula to turn round for schedules of any kind, so try them: T = 1, 2, 3, … up to the limit, and stop at the first "
            + "that will do.",
          "For each T make the schedule and look at its last ᾱ. The threshold is for its root.",
          "(1...limit).first { … }, with schedule($0).alphaBars.last in it; `last` is optional, so unwrap it with guard or if let.",
        ]),
    ])
}

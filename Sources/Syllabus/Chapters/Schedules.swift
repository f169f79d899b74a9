extension Chapter {
  static let schedules = Chapter(
    2, module: "Schedules", title: "Schedules", text: "02-schedules.md",
    exercises: [
      Entry(
        title: "The linear schedule", file: "LinearSchedule.swift", points: 2,
        hints: [
          "T numbers in equal steps, both ends included. How many steps lie between T numbers?",
          "Number t is the first plus t of those steps, for t in 0..<timestepCount. What about T = 1, where there is no step?",
          "first + (last − first) · t / (T − 1), with Double(t) and Double(timestepCount - 1); for T = 1 just [first].",
        ]),
      Entry(
        title: "The squared cosine schedule", file: "SquaredCosineSchedule.swift", points: 4,
        hints: [
          "Write f first, as a function of a part of the way from 0 to 1. Step t goes from t / T to (t + 1) / T.",
          "β_t is 1 less the ratio of f at the end of step t and f at its beginning. f(0) is not needed. Then the cap.",
          "min(1 - f(Double(t + 1) / Double(timestepCount)) / f(Double(t) / Double(timestepCount)), maximumBeta), where f squares "
            + "Double.cos((u + 0.008) / 1.008 * .pi / 2).",
        ]),
      Entry(
        title: "The posterior's mean", file: "PosteriorMean.swift", points: 4,
        hints: [
          "Both weights have the same denominator, 1 − ᾱ_t. Name it first.",
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
          "Three formulas for number i, one for each case: `(0..<count).map { i in switch self { … } }`.",
          "⌊T / n⌋ is what `/` does between Ints. The two others are divided as Doubles and `.rounded()`.",
          "i * (timestepCount / count); Int((Double(i * (timestepCount - 1)) / Double(count - 1)).rounded()); "
            + "Int((Double((i + 1) * timestepCount) / Double(count)).rounded()) - 1.",
        ]),
      Entry(
        title: "The schedule of fewer timesteps", file: "RespacedSchedule.swift", points: 4,
        hints: [
          "First collect ᾱ at the chosen timesteps. Which β have these as the products of 1 − β?",
          "Each β' compares ᾱ with ᾱ at the timestep chosen before; the first is compared with 1.",
          "let kept = timesteps.map { alphaBars[$0] }, then zip(kept, [1] + kept).map { 1 - $0 / $1 }.",
        ]),
      Entry(
        title: "Nothing left in the end", file: "ZeroTerminalSNR.swift", points: 5,
        hints: [
          "Take the five steps one after the other, each a `map` over the whole array.",
          "Shifted: r − last. Their first is now first − last; which factor makes it `first` again?",
          "($0 - last) * first / (first - last), squared; then zip(rescaled, [1] + rescaled).map { 1 - $0 / $1 }.",
        ]),
      Entry(
        title: "How many timesteps", file: "ChoosingT.swift", points: 3,
        hints: [
          "Try T = 1, 2, 3, … up to the limit, and stop at the first that will do.",
          "For each T make the schedule and look at its last ᾱ. The threshold is for its root.",
          "(1...limit).first { … }, with schedule($0).alphaBars.last in it; `last` is optional, so unwrap it with guard or if let.",
        ]),
    ])
}

import ForwardDiffusion
import RealModule
import Schedules
import Tensors
import TestSupport
import Testing

/// A schedule that ends in pure noise.
@Suite("2.7 Nothing left in the end", .exercise("2.7"))
struct Exercise2_7 {
  /// The β, once there are as many as there should be.
  private func rescaled(_ betas: [Double]) throws -> [Double] {
    let found = NoiseSchedule(betas: betas).zeroTerminalBetas()
    try #require(
      found.count == betas.count,
      likelyMistake(
        found.count, insteadOf: betas.count,
        [
          "these are one too few: the first β compares ᾱ_0 with 1": betas.count - 1,
          "these are one too many: there is no timestep before the first": betas.count + 1,
        ], otherwise: "there are as many β as before"))
    return found
  }

  /// β of which the products are the given ᾱ.
  private func betas(ofAlphaBars alphaBars: [Double]) -> [Double] {
    zip(alphaBars, [1] + alphaBars).map { 1 - $0 / $1 }
  }

  private func squared(_ roots: [Double]) -> [Double] { roots.map { $0 * $0 } }

  @Test("Three steps by hand")
  func small() {
    // √ᾱ is 0.8, 0.5, 0.2, and becomes 0.8, 0.4, 0.
    let given = [0.64, 0.25, 0.04]
    let found = NoiseSchedule(betas: betas(ofAlphaBars: given)).zeroTerminalBetas()
    let right = [0.36, 0.75, 1]
    #expect(
      found.count == 3 && zip(found, right).allSatisfy { abs($0 - $1) < 1e-14 },
      likelyMistake(
        found, insteadOf: right,
        [
          "ᾱ is shifted and stretched, not its root: x_0 is weighted with √ᾱ": betas(
            ofAlphaBars: given.map { ($0 - 0.04) * 0.64 / 0.6 }),
          "shifted but not stretched: the first √ᾱ must stay what it was": betas(ofAlphaBars: [0.36, 0.09, 0]),
          "stretched so that the first √ᾱ is 1; it must stay what it was": betas(ofAlphaBars: [1, 0.25, 0]),
          "stretched by the wrong factor, upside down: the first √ᾱ must grow to what it was":
            betas(ofAlphaBars: squared([0.45, 0.225, 0])),
          "stretched by the wrong factor, the first √ᾱ itself": betas(ofAlphaBars: squared([0.48, 0.24, 0])),
          "stretched but not shifted: the last √ᾱ must become 0":
            betas(ofAlphaBars: squared([0.8, 0.5, 0.2].map { $0 * 0.8 / 0.6 })),
          "stretched before it was shifted: the last √ᾱ is not 0":
            betas(ofAlphaBars: squared([0.8, 0.5, 0.2].map { $0 * 0.8 / 0.6 - 0.2 })),
          "this is the schedule as it was": betas(ofAlphaBars: given),
          "only the last β is changed, and the schedule falls off a cliff there": betas(ofAlphaBars: [0.64, 0.25, 0]),
          "these are √ᾱ": [0.8, 0.4, 0],
          "these are ᾱ: go back to β": [0.64, 0.16, 0],
          "the square is missing: these β belong to √ᾱ": betas(ofAlphaBars: [0.8, 0.4, 0]),
          "these are 1 − ᾱ, of all steps: divide ᾱ by that of the step before": [0.36, 0.84, 1],
          "these are α: β is what they lack to 1": [0.64, 0.25, 0],
          "the first β is missing: ᾱ before it is 1": [0.75, 1],
          "no limit holds here: the last β is 1, not 0.999": [0.36, 0.75, 0.999],
          "stretched so that a √ᾱ of 1 stays; it is the first one, 0.8, that must stay":
            betas(ofAlphaBars: squared([0.75, 0.375, 0])),
        ], within: 1e-9, otherwise: "√ᾱ is 0.8, 0.5, 0.2 and becomes 0.8, 0.4, 0, and from that follows β"))
  }

  @Test("The last β is exactly 1, the first stays", arguments: [2, 10, 1000])
  func ends(timestepCount: Int) throws {
    let betas = referenceLinearBetas(timestepCount)
    let found = try rescaled(betas)
    let last = found[timestepCount - 1]
    // A root, a difference, a product, a quotient and a square, each rounded by 1.1e-16: some 1e-15 in all.
    #expect(
      last == 1,
      likelyMistake(
        last, insteadOf: 1, ["the last β is as it was": betas[timestepCount - 1]],
        otherwise: abs(last - 1) < 1e-9
          ? "the last β is 1 but for roundings: r − r is exactly 0, so shift before stretching"
          : "in the end nothing is left, so the last β is 1"
      ).about("T = \(timestepCount)"))
    #expect(
      abs(found[0] - betas[0]) < 1e-13,
      likelyMistake(found[0], insteadOf: betas[0], [:], otherwise: "the first β stays as it is")
        .about("T = \(timestepCount)"))
  }

  @Test("All √ᾱ are shifted and stretched alike")
  func alike() throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(300))
    let found = try rescaled(schedule.betas)
    let before = schedule.alphaBars.map { $0.squareRoot() }
    var left = 1.0
    let after = found.map { beta in
      left *= 1 - beta
      return max(left, 0).squareRoot()
    }
    let factor = (after[0] - after[299]) / (before[0] - before[299])
    for t in 0..<300 {
      let right = after[0] - factor * (before[0] - before[t])
      // Products of 300 factors rounded by 1.1e-16: 3e-14, and some for roots and the factor.
      try #require(
        abs(after[t] - right) < 1e-12,
        likelyMistake(
          after[t], insteadOf: right, [:],
          otherwise: "all √ᾱ are shifted and stretched alike, but here it is another shift or factor than at the ends"
        ).about("√ᾱ at t = \(t) of T = 300"))
    }
  }

  @Test("Every β lies between 0 and 1, and less is left at every step", arguments: ["linear", "cosine"])
  func valid(kind: String) throws {
    let betas = kind == "linear" ? referenceLinearBetas(1000) : referenceCosineBetas(1000)
    let found = try rescaled(betas)
    for t in 0..<1000 {
      let beta = found[t]
      try #require(
        beta > 0 && beta <= 1,
        "\(kind), t = \(t): a step adds a variance between 0 and 1 (yours is \(beta) instead of between 0 and 1)")
      // Something is taken away from each √ᾱ, so every β but the first is more than it was.
      try #require(
        t == 0 || beta > betas[t],
        """
        \(kind), t = \(t): to lose more in all, each step must lose more (yours is \(beta) instead of more than \(betas[t]))
        """)
    }
  }

  @Test("A schedule that ends with nothing stays as it is")
  func already() throws {
    let betas = [0.1, 0.3, 0.5, 1]
    let found = try rescaled(betas)
    // A root, a product, a quotient, a square and a ratio, each rounded by 1.1e-16.
    #expect(
      zip(found, betas).allSatisfy { abs($0 - $1) < 1e-13 },
      likelyMistake(found, insteadOf: betas, [:], otherwise: "the last √ᾱ is 0, so there is nothing to shift"))
  }

  /// Stable Diffusion's β: equal steps of √β. It leaves √ᾱ = 0.068265, as Lin et al. say.
  static let stableDiffusion = (0..<1000).map { t in
    let root = (0.00085).squareRoot() + ((0.012).squareRoot() - (0.00085).squareRoot()) * Double(t) / 999
    return root * root
  }

  /// β, and what becomes of them at t = 1, 500, 900 and 998, computed with 40 digits.
  static let table = [
    (NamedBetas.linear(1000), [0.0001206866355106, 0.01029261742639, 0.02913366295926, 0.7522672311505]),
    (
      NamedBetas("Stable Diffusion", stableDiffusion),
      [0.000917333593372, 0.005530567784482, 0.02396215482706, 0.7511370041765]
    ),
  ]

  @Test("Known numbers", arguments: table)
  func digits(example: NamedBetas, known: [Double]) throws {
    let betas = example.betas
    let found = try rescaled(betas)
    for (t, beta) in zip([1, 500, 900, 998], known) {
      // √ᾱ, good to some 1e-13, is up to 150 times its difference to the last; and β is 1 less a ratio: 1e-4 of it.
      try #require(
        agree(found[t], beta, relative: 1e-9),
        likelyMistake(
          found[t], insteadOf: beta, ["this β is as it was": betas[t]],
          otherwise: "this is not the β that belongs to the shifted and stretched √ᾱ"
        ).about("t = \(t), \(example)"))
    }
  }
}

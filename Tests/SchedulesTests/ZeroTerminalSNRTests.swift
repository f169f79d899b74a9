import ForwardDiffusion
import RealModule
import Schedules
import Tensors
import TestSupport
import Testing

/// A schedule that ends in pure noise.
@Suite("2.7 Nothing left in the end", .exercise("2.7"))
struct Exercise2_7 {
  /// β of which the products are the given ᾱ.
  private func betas(ofAlphaBars alphaBars: [Double]) -> [Double] {
    zip(alphaBars, [1] + alphaBars).map { 1 - $0 / $1 }
  }

  @Test("Three steps by hand")
  func small() {
    // √ᾱ is 0.8, 0.5, 0.2, and becomes 0.8, 0.4, 0.
    let given = [0.64, 0.25, 0.04]
    let found = NoiseSchedule(betas: betas(ofAlphaBars: given)).zeroTerminalBetas()
    let right = [0.36, 0.75, 1]
    #expect(
      found.count == 3 && zip(found, right).allSatisfy { abs($0 - $1) < 1e-14 },
      likelyMistake(
        found,
        [
          "ᾱ is shifted and stretched, not its root: x_0 is weighted with √ᾱ": betas(
            ofAlphaBars: given.map { ($0 - 0.04) * 0.64 / 0.6 }),
          "shifted but not stretched: the first β must stay as it is": betas(ofAlphaBars: [0.36, 0.09, 0]),
          "stretched so that the first √ᾱ is 1; it must stay what it was": betas(ofAlphaBars: [1, 0.25, 0]),
          "only the last β is changed, and the schedule falls off a cliff there": betas(ofAlphaBars: [0.64, 0.25, 0]),
          "these are √ᾱ": [0.8, 0.4, 0],
          "these are ᾱ: go back to β": [0.64, 0.16, 0],
          "these are α: β is what they lack to 1": [0.64, 0.25, 0],
          "the square is missing: these β belong to √ᾱ": betas(ofAlphaBars: [0.8, 0.4, 0]),
          "these are 1 − ᾱ, of all steps: divide ᾱ by that of the step before": [0.36, 0.84, 1],
        ], within: 1e-9, otherwise: "√ᾱ becomes 0.8, 0.4, 0; so β is 0.36, 0.75, 1"))
  }

  @Test("The last β is exactly 1, the first stays", arguments: [2, 10, 1000])
  func ends(timestepCount: Int) throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(timestepCount))
    let found = schedule.zeroTerminalBetas()
    try #require(found.count == timestepCount, "there are as many β as before: \(timestepCount)")
    // A root, a difference, a product, a quotient and a square, each rounded by 1.1e-16: some 1e-15 in all.
    #expect(
      found[timestepCount - 1] == 1,
      "the last β is \(found[timestepCount - 1]), not 1: shift √ᾱ by its last value, so that exactly 0 is left")
    #expect(
      abs(found[0] - schedule.betas[0]) < 4e-15,
      "the first β is \(found[0]), not \(schedule.betas[0]): shifting is made up for by stretching")
  }

  @Test("All √ᾱ are shifted and stretched alike")
  func alike() throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(300))
    let found = schedule.zeroTerminalBetas()
    try #require(found.count == 300, "there are as many β as before: 300")
    let before = schedule.alphaBars.map { $0.squareRoot() }
    var left = 1.0
    let after = found.map { beta in
      left *= 1 - beta
      return max(left, 0).squareRoot()
    }
    let factor = (after[0] - after[299]) / (before[0] - before[299])
    let wrong = (0..<300).first { !(abs((after[0] - after[$0]) - factor * (before[0] - before[$0])) < 1e-12) }
    #expect(
      wrong == nil,
      "the new √ᾱ are not a straight line's image of the old: at t = \(wrong ?? 0) another shift or factor was used than elsewhere"
    )
  }

  @Test("Every β lies between 0 and 1, and less is left at every step", arguments: ["linear", "cosine"])
  func valid(kind: String) throws {
    let betas = kind == "linear" ? referenceLinearBetas(1000) : referenceCosineBetas(1000)
    let found = NoiseSchedule(betas: betas).zeroTerminalBetas()
    try #require(found.count == 1000, "there are as many β as before: 1000")
    let wrong = found.firstIndex { !($0 > 0 && $0 <= 1) }
    #expect(wrong == nil, "β at t = \(wrong ?? 0) is no variance that a step could add")
    // Something is taken away from each √ᾱ, so every β but the first is more than it was.
    let less = (1..<1000).first { !(found[$0] > betas[$0]) }
    #expect(less == nil, "to lose more in all, each step must lose more; at t = \(less ?? 0) it does not")
  }

  @Test("A schedule that ends with nothing stays as it is")
  func already() throws {
    let betas = [0.1, 0.3, 0.5, 1]
    let found = NoiseSchedule(betas: betas).zeroTerminalBetas()
    try #require(found.count == 4, "there are as many β as before: 4")
    for t in 0..<4 {
      #expect(abs(found[t] - betas[t]) < 4e-15, "there is nothing to shift: β at t = \(t) stays \(betas[t])")
    }
  }

  /// Stable Diffusion's β: equal steps of √β. It leaves √ᾱ = 0.068265, as Lin et al. say.
  static let stableDiffusion = (0..<1000).map { t in
    let root = (0.00085).squareRoot() + ((0.012).squareRoot() - (0.00085).squareRoot()) * Double(t) / 999
    return root * root
  }

  /// β, and what becomes of them at t = 1, 500, 900 and 998, computed with 40 digits.
  static let table = [
    (referenceLinearBetas(1000), [0.0001206866355106, 0.01029261742639, 0.02913366295926, 0.7522672311505]),
    (stableDiffusion, [0.000917333593372, 0.005530567784482, 0.02396215482706, 0.7511370041765]),
  ]

  @Test("Known numbers", arguments: table)
  func digits(betas: [Double], known: [Double]) throws {
    let found = NoiseSchedule(betas: betas).zeroTerminalBetas()
    try #require(found.count == 1000, "there are as many β as before: 1000")
    for (t, beta) in zip([1, 500, 900, 998], known) {
      // √ᾱ, good to some 1e-13, is up to 150 times its difference to the last; and β is 1 less a ratio: 1e-4 of it.
      #expect(agree(found[t], beta, relative: 1e-9), "β at t = \(t) becomes \(beta), not \(found[t])")
    }
  }
}

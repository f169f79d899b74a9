import ForwardDiffusion
import Loss
import RealModule
import Tensors
import TestSupport
import Testing

@Suite("4.5 The variational bound", .exercise("4.5"))
struct Hidden4_5 {
  private let schedule = randomSchedule(7, seed: 1)
  private let levels: Tensor

  init() {
    var generator = RandomGenerator(seed: 2)
    levels = Tensor((0..<60).map { _ in 2 * Float(generator.integer(below: 256)) / 255 - 1 }, shape: [2, 3, 5, 2])
  }

  /// All terms, worked out from what the network is shown.
  private func expected(
    _ x0: Tensor, _ schedule: NoiseSchedule, _ variance: ReverseVariance, _ shown: [(xt: Tensor, t: Int)],
    _ predict: (Double) -> Double
  ) -> [Int: Double] {
    var terms: [Int: Double] = [:]
    for (xt, t) in shown {
      let left = alphaBar(schedule.betas, t)
      let pairs = zip(x0.scalars, xt.scalars).map { (Double($0), Double($1)) }
      if t == 0 {
        let variance = variance == .beta ? schedule.betas[0] : betaTilde(schedule.betas, 1)
        terms[0] =
          -pairs.reduce(0) { sum, pair in
            let mean = (pair.1 - (1 - left).squareRoot() * predict(pair.1)) / left.squareRoot()
            return sum + pixelLogLikelihood(pair.0, mean: mean, deviation: variance.squareRoot())
          } / Double(pairs.count) / Double.log(2)
        continue
      }
      let sigma = variance == .beta ? schedule.betas[t] : betaTilde(schedule.betas, t)
      let before = alphaBar(schedule.betas, t - 1)
      let (c0, ct) = (
        before.squareRoot() * schedule.betas[t] / (1 - left),
        (1 - schedule.betas[t]).squareRoot() * (1 - before) / (1 - left)
      )
      let sum = pairs.reduce(0) { sum, pair in
        let predicted = (pair.1 - (1 - left).squareRoot() * predict(pair.1)) / left.squareRoot()
        let distance = (c0 * pair.0 + ct * pair.1) - (c0 * predicted + ct * pair.1)
        let ratio = betaTilde(schedule.betas, t) / sigma
        return sum + (ratio - 1 - Double.log(ratio) + distance * distance / sigma) / 2
      }
      terms[t] = sum / Double(pairs.count) / Double.log(2)
    }
    return terms
  }

  private func check(_ x0: Tensor, _ schedule: NoiseSchedule, _ variance: ReverseVariance, seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    var shown: [(xt: Tensor, t: Int)] = []
    let terms = schedule.boundTerms(of: x0, variance: variance, using: &generator) { xt, timesteps in
      shown.append((xt, timesteps.first ?? -1))
      return xt * 0.6 + 0.1
    }
    let count = schedule.timestepCount
    try #require(terms.count == count + 1)
    try #require(shown.map(\.t) == (0..<count).reversed().map { $0 })
    let wanted = expected(x0, schedule, variance, shown) { 0.6 * $0 + 0.1 }
    for t in 0..<count {
      // Float rounds x_t, some 1e-6 of the noise where little of it is in x_t.
      #expect(
        try agree(terms[t], #require(wanted[t]), relative: 2e-4), "L_\(t) is \(terms[t]), not \(wanted[t] ?? .nan)")
    }
    let left = alphaBar(schedule.betas, count - 1)
    let square = Double(x0.squared().mean().item)
    #expect(agree(terms[count], (left * square - left - Double.log(1 - left)) / 2 / Double.log(2), relative: 1e-5))
  }

  @Test("Other inputs", arguments: ReverseVariance.allCases)
  func inputs(variance: ReverseVariance) throws { try check(levels, schedule, variance, seed: 3) }

  @Test("Other sizes", arguments: [1, 2, 30])
  func sizes(timestepCount: Int) throws {
    let schedule = randomSchedule(timestepCount, seed: 4)
    if timestepCount > 1 {
      try check(levels.sliced(axis: 0, 0..<1), schedule, .posterior, seed: 5)
    } else {
      var generator = RandomGenerator(seed: 5)
      let terms = schedule.boundTerms(of: levels, variance: .posterior, using: &generator) { xt, _ in xt }
      #expect(terms.count == 2 && terms.allSatisfy(\.isFinite), "with one timestep there are L_0 and L_1")
    }
  }

  @Test("Together with other exercises")
  func scaledNoise() throws {
    // Who knows the noise, but says s times as much, is wrong by (1 − s) · ε, and L_t is (1 − s)² · w_t · ‖ε‖² more than if
    // they were right: so whatever noise is drawn, what they pay is (1 − s)² times what is paid by one who says 0.
    func terms(_ s: Float) throws -> [Double] {
      var generator = RandomGenerator(seed: 6)
      let terms = schedule.boundTerms(of: levels, variance: .beta, using: &generator) { xt, timesteps in
        let left = alphaBar(schedule.betas, timesteps.first ?? 0)
        return (xt - levels * Float(left.squareRoot())) * (s / Float((1 - left).squareRoot()))
      }
      try #require(terms.count == 8)
      return terms
    }
    let (right, zero) = try (terms(1), terms(0))
    for s in [-3, 0.5, 2] as [Float] {
      let found = try terms(s)
      for t in 1..<7 {
        // ε is recovered from Float to some 1e-5.
        let expected = Double((1 - s) * (1 - s)) * (zero[t] - right[t])
        #expect(agree(found[t] - right[t], expected, relative: 1e-3), "L_\(t) of one who says \(s) · ε")
      }
    }
    var generator = RandomGenerator(seed: 6)
    let total = schedule.variationalBound(of: levels, variance: .beta, using: &generator) { xt, _ in xt * 0 }
    #expect(agree(total, zero.reduce(0, +), relative: 1e-12), "the bound is the sum of its terms")
  }

  @Test("Edge cases")
  func generator() {
    var (first, second) = (RandomGenerator(seed: 7), RandomGenerator(seed: 8))
    let predictor: NoisePredictor = { xt, _ in xt * 0.5 }
    let a = schedule.boundTerms(of: levels, variance: .beta, using: &first, predictNoise: predictor)
    let b = schedule.boundTerms(of: levels, variance: .beta, using: &second, predictNoise: predictor)
    let c = schedule.boundTerms(of: levels, variance: .beta, using: &first, predictNoise: predictor)
    #expect(a.count == 8 && a != b && a != c, "the noise comes from the generator, which moves on")
  }

  @Test("Bad input")
  func faults() {
    var generator = RandomGenerator(seed: 9)
    let good = schedule.boundTerms(of: levels, variance: .beta, using: &generator) { xt, _ in xt }
    #expect(good.count == 8)
    let bad = schedule.variationalBound(of: levels, variance: .beta, using: &generator) { _, _ in
      Tensor(fault: Fault("the network is unfinished"))
    }
    #expect(!bad.isFinite, "a fault must not become a number")
  }
}

import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

@Suite("2.7 Nothing left in the end", .exercise("2.7"))
struct Hidden2_7 {
  /// The new √ᾱ, from the definition.
  private func roots(_ betas: [Double]) -> [Double] {
    var left = 1.0
    let roots = betas.map { beta in
      left *= 1 - beta
      return left.squareRoot()
    }
    let (first, last) = (roots[0], roots[roots.count - 1])
    return roots.map { first * ($0 - last) / (first - last) }
  }

  private func compare(_ betas: [Double]) throws {
    let found = NoiseSchedule(betas: betas).zeroTerminalBetas()
    try #require(found.count == betas.count)
    var left = 1.0
    for (t, root) in roots(betas).enumerated() {
      left *= 1 - found[t]
      // Products of up to 1500 factors on either side, rounded by 1.1e-16 each: 3e-13.
      #expect(abs(left - root * root) < 1e-12, "ᾱ at \(t)")
    }
  }

  @Test("Other inputs", arguments: [121, 122, 123])
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    try compare((0..<30).map { _ in 0.01 + 0.3 * Double(generator.uniform()) })
  }

  @Test("Other sizes", arguments: [2, 5, 77, 1500])
  func sizes(timestepCount: Int) throws {
    try compare(referenceLinearBetas(timestepCount))
    try compare(referenceCosineBetas(timestepCount))
  }

  @Test("Edge cases")
  func two() {
    #expect(NoiseSchedule(betas: [0.75, 0.5]).zeroTerminalBetas() == [0.75, 1], "the first stays, the last is 1")
  }

  @Test("Precision", arguments: [10, 100, 1000])
  func exactlyOne(timestepCount: Int) {
    #expect(NoiseSchedule(betas: referenceCosineBetas(timestepCount)).zeroTerminalBetas().last == 1)
  }

  @Test("Together with other exercises")
  func nothingLeft() {
    let schedule = NoiseSchedule.linear(timestepCount: 200).rescaledToZeroTerminalSNR()
    #expect(schedule.alphaBars.last == 0)
    #expect(schedule.signalToNoiseRatio(at: 199) == 0)
    #expect(schedule.priorDivergence(meanSquare: 0.9) == 0)
    // β and 1 − ᾱ are 1 there, so β̃ is 1 − ᾱ_{198} but for a few roundings.
    #expect(agree(schedule.posteriorVariance(at: 199), 1 - schedule.alphaBars[198], relative: 1e-12))
  }

  @Test("Together with other exercises")
  func twice() {
    let once = NoiseSchedule(betas: referenceLinearBetas(50)).rescaledToZeroTerminalSNR()
    let twice = once.rescaledToZeroTerminalSNR()
    #expect(once.betas.last == 1)
    // Products of 50 factors and their roots, rounded by 1.1e-16 each: 1e-14; the last β but one is 1 less a ratio of small
    // numbers, and loses one digit by that.
    #expect(zip(once.betas, twice.betas).allSatisfy { abs($0 - $1) < 1e-12 }, "done once, there is nothing left to do")
  }
}

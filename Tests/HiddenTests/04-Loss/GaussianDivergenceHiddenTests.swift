import ForwardDiffusion
import Loss
import RealModule
import Tensors
import TestSupport
import Testing

@Suite("4.2 The divergence of two Gaussians", .exercise("4.2"))
struct Hidden4_2 {
  private func expected(_ mp: Double, _ vp: Double, _ mq: Double, _ vq: Double) -> Double {
    0.5 * (Double.log(vq) - Double.log(vp) + vp / vq + (mp - mq) * (mp - mq) / vq - 1)
  }

  @Test("Other inputs")
  func inputs() {
    var generator = RandomGenerator(seed: 1)
    for _ in 0..<100 {
      let (mp, mq) = (3 * Double(generator.normal()), 3 * Double(generator.normal()))
      let (vp, vq) = (Double.exp(2 * Double(generator.normal())), Double.exp(2 * Double(generator.normal())))
      let found = gaussianDivergence(of: (mp, vp), from: (mq, vq))
      // The ones cancel where both are nearly equal.
      #expect(abs(found - expected(mp, vp, mq, vq)) <= 1e-12 * (1 + abs(found)))
      #expect(found >= 0, "a divergence is never negative")
    }
  }

  @Test("Edge cases")
  func extremes() {
    // Some ten roundings of 1e-16, with nothing that cancels.
    #expect(agree(gaussianDivergence(of: (0, 1e-12), from: (0, 1)), expected(0, 1e-12, 0, 1), relative: 1e-12))
    #expect(agree(gaussianDivergence(of: (1e3, 1), from: (-1e3, 1e-6)), expected(1e3, 1, -1e3, 1e-6), relative: 1e-12))
  }

  @Test("Other sizes", arguments: [[], [5], [2, 1, 3, 2]] as [Shape])
  func sizes(shape: Shape) throws {
    var generator = RandomGenerator(seed: 2)
    let (a, b) = (Tensor.normal(shape, using: &generator), Tensor.normal(shape, using: &generator))
    let found = try gaussianDivergence(of: (a, 1.7), from: (b, 0.02)).checked()
    // A difference, a square, a product and a sum, 6e-8 each, of which the first two count double.
    let wanted = zip(a.scalars, b.scalars).map { Float(expected(Double($0), 1.7, Double($1), 0.02)) }
    expectClose(found, Tensor(wanted, shape: shape), "KL of each element", tolerance: 1e-6)
  }

  @Test("Precision")
  func precision() throws {
    let found = try gaussianDivergence(of: (Tensor([0]), 1), from: (Tensor([0]), 1.0001)).checked().item
    // ¼ x² − ⅓ x³ for x = 1e-4, with half a unit of Float: the next term is x² of it.
    #expect(agree(Double(found), 2.499_667e-9, relative: 1e-4), "the variances' part in Float has no digit left")
  }

  @Test("Together with other exercises")
  func prior() throws {
    // L_T is the divergence of q(x_T | x_0) from N(0, 1).
    let schedule = randomSchedule(9, seed: 3)
    let left = alphaBar(schedule.betas, 8)
    let x0 = Tensor([-1, 0.25, 0.5, 1])
    let found = try gaussianDivergence(of: (x0 * Float(left.squareRoot()), 1 - left), from: (x0 * 0, 1)).checked()
    let meanSquare = Double(x0.squared().mean().item)
    #expect(
      agree(Double(found.mean().item), (left * meanSquare - left - Double.log(1 - left)) / 2, relative: 1e-5))
  }

  @Test("Bad input")
  func bad() throws {
    try gaussianDivergence(of: (Tensor.ones([2]), 1), from: (Tensor.ones([2]), 1)).checked()
    #expect(gaussianDivergence(of: (Tensor.ones([2]), 1), from: (Tensor.ones([3]), 1)).fault != nil)
    let fault = Fault("from before")
    #expect(gaussianDivergence(of: (Tensor(fault: fault), 1), from: (Tensor.ones([3]), 1)).fault == fault)
  }
}

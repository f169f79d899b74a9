import TestSupport
import Testing

@testable import Tensors

@Suite("The ladder of convolutions")
struct ConvolutionLadderTests {
  /// Winograd's kernel, which has tests and a bound of its own, does not apply here.
  @Test("Every rung is the same convolution", arguments: ConvolutionLadder.allCases)
  func rungs(_ rung: ConvolutionLadder) {
    // The channels leave half a vector over four.
    let g = ConvolutionGeometry(2, 5, 7, 3, 4 * lanes + lanes / 2, kernel: (3, 2), stride: 2, padding: 1)
    let (x, w) = (random(g.inputShape, 1), random(g.weightShape, 2))
    expectWithinBound(
      rung.convolve(g, x, weight: w), shape: g.outputShape, depth: 3 * 2 * g.inputs,
      NaiveKernels.convolve(g, exact(x), weight: exact(w)),
      sizes: NaiveKernels.convolve(g, magnitudes(x), weight: magnitudes(w)))
  }

  /// s ← u + s/2 comes to 2u within some fifty rounds; twelve vectors of it are added up.
  @Test("The multiply-adds that measure the peak are done")
  func peak() {
    #expect(ConvolutionLadder.multiplyAdds(rounds: 100) == Float(100).ulp * 2 * Float(12 * lanes))
  }
}

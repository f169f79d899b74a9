import Convolution
import Tensors
import TestSupport
import Testing

/// The seven loops, against the engine's convolution.
@Suite("0.2 Convolution as seven loops", .exercise("0.2"))
struct Hidden0_2 {
  @Test("Other sizes", arguments: HiddenCase.all)
  func sizes(example: HiddenCase) {
    let (x, w, _) = example.draw(seed: 104)
    let (stride, padding) = (example.stride, example.padding)
    expectClose(
      naiveConvolution(x, weight: w, stride: stride, padding: padding), x.conv2d(w, stride: stride, padding: padding),
      "convolution", tolerance: hiddenTolerance)
  }

  @Test("Other inputs")
  func linear() {
    var generator = RandomGenerator(seed: 105)
    let (a, b) = (Tensor.normal([2, 5, 6, 3], using: &generator), Tensor.normal([2, 5, 6, 3], using: &generator))
    let w = Tensor.normal([3, 3, 3, 2], using: &generator)
    expectClose(
      naiveConvolution(a * 2 - b, weight: w, stride: 2, padding: 1),
      naiveConvolution(a, weight: w, stride: 2, padding: 1) * 2 - naiveConvolution(b, weight: w, stride: 2, padding: 1),
      "linearity", tolerance: hiddenTolerance)
  }

  @Test("Other inputs")
  func identity() {
    var generator = RandomGenerator(seed: 106)
    let x = Tensor.normal([2, 4, 7, 3], using: &generator)
    var w = Tensor.zeros([5, 3, 3, 3])
    for c in 0..<3 { w[3, 0, c, c] = 1 }
    let y = naiveConvolution(x, weight: w, padding: 2)
    for (i, j) in [(0, 1), (2, 3), (1, 7)] where y.fault == nil {
      #expect(y[1, i, j, 2] == x[1, i + 1, j - 2, 2] || j < 2 && y[1, i, j, 2] == 0)
    }
    #expect(y.shape == [2, 4, 9, 3])
  }

  @Test("Edge cases")
  func nothing() {
    #expect(naiveConvolution(.ones([0, 4, 4, 2]), weight: .ones([3, 3, 2, 5])).shape == [0, 2, 2, 5])
    #expect(naiveConvolution(.ones([1, 2, 4, 2]), weight: .ones([3, 3, 2, 5])).shape == [1, 0, 2, 5])
    #expect(
      naiveConvolution(.ones([1, 2, 2, 1]), weight: .ones([1, 1, 1, 1]), padding: 2).scalars.reduce(0, +) == 4)
  }

  @Test("Bad input")
  func faults() {
    let good = naiveConvolution(.ones([1, 3, 3, 2]), weight: .ones([3, 3, 2, 1]))
    #expect(good == Tensor([18], shape: [1, 1, 1, 1]))
    #expect(naiveConvolution(Tensor(fault: Fault("x")), weight: .ones([1, 1, 1, 1])).fault == Fault("x"))
    #expect(naiveConvolution(.ones([1, 3, 3, 2]), weight: .ones([3, 3, 2])).fault != nil)
    #expect(naiveConvolution(.ones([1, 3, 3, 2]), weight: .ones([3, 3, 2, 1]), padding: -1).fault != nil)
  }
}

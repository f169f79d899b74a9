import Convolution
import Tensors
import TestSupport
import Testing

/// The adjoint, against the engine's gradients and transposed convolution.
@Suite("0.4 The transposed convolution", .exercise("0.4"))
struct Hidden0_4 {
  /// Images, weight, stride and padding.
  static let cases: [(image: Shape, weight: Shape, stride: Int, padding: Int)] = [
    ([1, 1, 1, 1], [1, 1, 1, 1], 1, 0), ([2, 3, 9, 5], [3, 1, 5, 2], 1, 1), ([4, 6, 6, 1], [2, 2, 1, 6], 2, 0),
    ([1, 12, 3, 2], [5, 3, 2, 9], 4, 1), ([2, 4, 4, 3], [4, 4, 3, 17], 1, 3), ([1, 7, 8, 4], [3, 2, 4, 8], 5, 2),
  ]

  @Test("Other sizes", arguments: cases)
  func sizes(image: Shape, weight: Shape, stride: Int, padding: Int) throws {
    var generator = RandomGenerator(seed: 110)
    let x = Tensor.normal(image, using: &generator).variable
    let w = Tensor.normal(weight, using: &generator)
    let y = x.conv2d(w, stride: stride, padding: padding)
    let upstream = Tensor.normal(y.shape, using: &generator)
    expectClose(
      convolutionInputGradient(upstream: upstream, weight: w, images: image, stride: stride, padding: padding),
      try #require(y.gradients(from: upstream)[x]), "gradient", tolerance: 2e-5)
  }

  @Test("Other inputs", arguments: [(2, 4, 1, 0), (2, 3, 1, 1), (3, 2, 0, 2), (1, 5, 2, 0)])
  func layer(stride: Int, kernel: Int, padding: Int, outputPadding: Int) {
    var generator = RandomGenerator(seed: 111)
    let y = Tensor.normal([2, 3, 4, 5], using: &generator)
    let w = Tensor.normal([kernel, kernel, 2, 5], using: &generator)
    expectClose(
      transposedConvolution(y, weight: w, stride: stride, padding: padding, outputPadding: outputPadding),
      y.convTransposed2d(w, stride: stride, padding: padding, outputPadding: outputPadding), "layer", tolerance: 2e-5)
  }

  @Test("Together with other exercises")
  func adjoint() {
    var generator = RandomGenerator(seed: 112)
    let x = Tensor.normal([2, 9, 6, 3], using: &generator)
    let w = Tensor.normal([4, 3, 3, 2], using: &generator)
    let forward = naiveConvolution(x, weight: w, stride: 2, padding: 2)
    let y = Tensor.normal([2, 5, 4, 2], using: &generator)
    let back = convolutionInputGradient(upstream: y, weight: w, images: x.shape, stride: 2, padding: 2)
    // Inner products of a few hundred random terms around 10, each good to 1e-6.
    #expect(abs((forward * y).sum().item - (x * back).sum().item) < 1e-2)
  }

  @Test("Edge cases")
  func empty() {
    let none = convolutionInputGradient(
      upstream: .ones([0, 2, 2, 1]), weight: .ones([1, 1, 3, 1]), images: [0, 2, 2, 3])
    #expect(none.shape == [0, 2, 2, 3])
    // A stride above the kernel leaves pixels that no window sees.
    let gaps = convolutionInputGradient(
      upstream: .ones([1, 1, 2, 1]), weight: .ones([1, 1, 1, 1]), images: [1, 1, 6, 1], stride: 3)
    #expect(gaps.scalars == [1, 0, 0, 1, 0, 0])
  }

  @Test("Bad input")
  func faults() {
    let w = Tensor.ones([2, 2, 1, 1])
    #expect(transposedConvolution(.ones([1, 2, 2, 1]), weight: w).shape == [1, 3, 3, 1])
    #expect(transposedConvolution(.ones([1, 2, 2, 2]), weight: w).fault != nil)
    #expect(transposedConvolution(.ones([2, 2, 1]), weight: w).fault != nil)
    #expect(
      convolutionInputGradient(upstream: Tensor(fault: Fault("y")), weight: w, images: [1, 2, 2, 1]).fault == Fault("y")
    )
    #expect(convolutionInputGradient(upstream: .ones([1, 2, 2, 1]), weight: w, images: [1, 5, 3, 1]).fault != nil)
  }
}

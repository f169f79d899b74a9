import Convolution
import Tensors
import TestSupport
import Testing

/// The adjoint, against the engine's gradients and transposed convolution.
@Suite("0.4 The transposed convolution", .exercise("0.4"))
struct Hidden0_4 {
  @Test("Other sizes", arguments: HiddenCase.all)
  func sizes(example: HiddenCase) throws {
    let (images, w, drawn) = example.draw(seed: 110)
    var generator = drawn
    let x = images.variable
    let (stride, padding) = (example.stride, example.padding)
    let y = x.conv2d(w, stride: stride, padding: padding)
    let upstream = Tensor.normal(y.shape, using: &generator)
    expectClose(
      convolutionInputGradient(upstream: upstream, weight: w, images: example.image, stride: stride, padding: padding),
      try #require(y.gradients(from: upstream)[x]), "gradient", tolerance: hiddenTolerance)
  }

  @Test("Other inputs", arguments: [(2, 4, 1, 0), (2, 3, 1, 1), (3, 2, 0, 2), (1, 5, 2, 0)])
  func layer(stride: Int, kernel: Int, padding: Int, outputPadding: Int) {
    var generator = RandomGenerator(seed: 111)
    let y = Tensor.normal([2, 3, 4, 5], using: &generator)
    let w = Tensor.normal([kernel, kernel, 2, 5], using: &generator)
    expectClose(
      transposedConvolution(y, weight: w, stride: stride, padding: padding, outputPadding: outputPadding),
      y.convTransposed2d(w, stride: stride, padding: padding, outputPadding: outputPadding), "layer",
      tolerance: hiddenTolerance)
  }

  @Test("Together with other exercises")
  func adjoint() {
    var generator = RandomGenerator(seed: 112)
    let x = Tensor.normal([2, 9, 6, 3], using: &generator)
    let w = Tensor.normal([4, 3, 3, 2], using: &generator)
    let forward = naiveConvolution(x, weight: w, stride: 2, padding: 2)
    let y = Tensor.normal([2, 5, 4, 2], using: &generator)
    let back = convolutionInputGradient(upstream: y, weight: w, images: x.shape, stride: 2, padding: 2)
    // 80 outputs of 36 products of size 1 or so, and 36 roundings by 6e-8 of partial sums of up to 36: 80 · 36 · 36 · 6e-8 =
    // 6e-3 at worst on either side, and 1e-5 as roundings wander. A wrong adjoint is off by √80 · √36 = 50.
    #expect(abs(innerProduct(forward, y) - innerProduct(x, back)) < 1e-2)
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

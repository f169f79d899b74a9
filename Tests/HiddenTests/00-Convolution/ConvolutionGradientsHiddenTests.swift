import Convolution
import Tensors
import TestSupport
import Testing

/// The gradients for weight and bias, against the engine's.
@Suite("0.5 Gradients for weight and bias", .exercise("0.5"))
struct Hidden0_5 {
  @Test("Other sizes", arguments: HiddenCase.all)
  func sizes(example: HiddenCase) throws {
    let (x, weight, drawn) = example.draw(seed: 113)
    var generator = drawn
    let w = weight.variable
    let (stride, padding) = (example.stride, example.padding)
    let y = x.conv2d(w, stride: stride, padding: padding)
    let upstream = Tensor.normal(y.shape, using: &generator)
    expectClose(
      convolutionWeightGradient(
        of: x, upstream: upstream, kernel: (weight.shape[0], weight.shape[1]), stride: stride, padding: padding),
      try #require(y.gradients(from: upstream)[w]), "gradient", tolerance: hiddenTolerance)
  }

  @Test("Other inputs", arguments: [[1, 1, 1, 1], [3, 2, 5, 4], [1, 9, 2, 13]] as [Shape])
  func bias(shape: Shape) throws {
    var generator = RandomGenerator(seed: 114)
    let upstream = Tensor.normal(shape, using: &generator)
    let channels = shape[3]
    var sums = [Double](repeating: 0, count: channels)
    for (place, element) in upstream.scalars.enumerated() { sums[place % channels] += Double(element) }
    let gradient = convolutionBiasGradient(upstream: upstream)
    #expect(gradient.shape == [channels])
    // Sums of up to 30 normal numbers: 30 roundings by 6e-8 of partial sums below 20 are 4e-5 at worst.
    for (found, expected) in zip(gradient.scalars, sums) { #expect(abs(Double(found) - expected) < 1e-4) }
  }

  @Test("Together with other exercises")
  func bilinear() {
    var generator = RandomGenerator(seed: 115)
    let x = Tensor.normal([2, 6, 5, 3], using: &generator)
    let w = Tensor.normal([3, 2, 3, 4], using: &generator)
    let y = naiveConvolution(x, weight: w, stride: 2, padding: 1)
    let upstream = Tensor.normal([2, 3, 3, 4], using: &generator)
    let gradient = convolutionWeightGradient(of: x, upstream: upstream, kernel: (3, 2), stride: 2, padding: 1)
    // ⟨conv(x; w), ȳ⟩ = ⟨w, w̄⟩. There are 72 outputs of 18 products of size 1 or so, and 18 roundings by 6e-8 of partial sums
    // of up to 18: 72 · 18 · 18 · 6e-8 = 1.4e-3 at worst on either side, and 1e-5 as roundings wander. A wrong gradient is off
    // by √72 · √18 = 36.
    #expect(abs(innerProduct(y, upstream) - innerProduct(w, gradient)) < 5e-3)
  }

  @Test("Edge cases")
  func empty() {
    let none = convolutionWeightGradient(of: .ones([0, 3, 3, 2]), upstream: .ones([0, 2, 2, 3]), kernel: (2, 2))
    #expect(none == .zeros([2, 2, 2, 3]))
    // Pixels that no window sees do not count.
    let gaps = convolutionWeightGradient(
      of: Tensor([1, 2, 4, 8, 16, 32], shape: [1, 1, 6, 1]), upstream: .ones([1, 1, 2, 1]), kernel: (1, 2), stride: 3)
    #expect(gaps.scalars == [9, 18])
  }

  @Test("Bad input")
  func faults() {
    #expect(convolutionBiasGradient(upstream: .ones([2, 3])).fault != nil)
    #expect(convolutionBiasGradient(upstream: .ones([1, 1, 2, 3])) == Tensor([2, 2, 2]))
    #expect(
      convolutionWeightGradient(of: .ones([1, 3, 3, 1]), upstream: .ones([1, 3, 3, 1]), kernel: (2, 2)).fault != nil)
  }
}

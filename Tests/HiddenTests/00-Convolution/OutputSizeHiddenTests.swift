import Convolution
import Tensors
import TestSupport
import Testing

/// Output sizes, of inputs that the public tests do not name.
@Suite("0.1 Output sizes", .exercise("0.1"))
struct Hidden0_1 {
  @Test("Other inputs")
  func windows() {
    var generator = RandomGenerator(seed: 101)
    for _ in 0..<300 {
      let (input, kernel) = (generator.integer(below: 200), 1 + generator.integer(below: 30))
      let (stride, padding) = (1 + generator.integer(below: 12), generator.integer(below: 15))
      let expected = Array(Swift.stride(from: -padding, through: input + padding - kernel, by: stride)).count
      #expect(convolutionOutputSize(input: input, kernel: kernel, stride: stride, padding: padding) == expected)
    }
  }

  @Test("Other sizes")
  func wayBack() {
    var generator = RandomGenerator(seed: 102)
    for _ in 0..<300 {
      let (input, kernel) = (1 + generator.integer(below: 50), 1 + generator.integer(below: 9))
      let (stride, padding) = (1 + generator.integer(below: 6), generator.integer(below: 3))
      let outputPadding = generator.integer(below: stride)
      // The pixels from the margin's end to where the last window ends, one by one.
      let pixels = (0..<(input - 1) * stride + kernel + outputPadding).count - 2 * padding
      let size = transposedConvolutionOutputSize(
        input: input, kernel: kernel, stride: stride, padding: padding, outputPadding: outputPadding)
      #expect(size == (pixels < 0 ? 0 : pixels))
    }
  }

  @Test("Edge cases")
  func nothing() {
    for stride in 1...7 {
      #expect(convolutionOutputSize(input: 0, kernel: 1, stride: stride) == 0)
      #expect(convolutionOutputSize(input: 10, kernel: 15, stride: stride, padding: 2) == 0)
      #expect(convolutionOutputSize(input: 10, kernel: 14, stride: stride, padding: 2) == 1)
      #expect(transposedConvolutionOutputSize(input: 0, kernel: 9, stride: stride) == 0)
      #expect(transposedConvolutionOutputSize(input: 1, kernel: 3, stride: stride, padding: 2) == 0)
    }
  }

  @Test("Edge cases")
  func defaults() {
    #expect(convolutionOutputSize(input: 31, kernel: 4) == 28)
    #expect(transposedConvolutionOutputSize(input: 28, kernel: 4) == 31)
  }

  @Test("Together with other exercises")
  func engine() {
    var generator = RandomGenerator(seed: 103)
    for _ in 0..<20 {
      let (height, width) = (5 + generator.integer(below: 8), 5 + generator.integer(below: 8))
      let (kernel, stride, padding) = (
        1 + generator.integer(below: 5), 1 + generator.integer(below: 3), generator.integer(below: 3)
      )
      let y = Tensor.ones([1, height, width, 1]).conv2d(
        .ones([kernel, kernel, 1, 1]), stride: stride, padding: padding)
      #expect(convolutionOutputSize(input: height, kernel: kernel, stride: stride, padding: padding) == y.shape[1])
      #expect(convolutionOutputSize(input: width, kernel: kernel, stride: stride, padding: padding) == y.shape[2])
    }
  }
}

import GANComparison
import Tensors
import TestSupport
import Testing

@Suite("7.1 The sizes in a generator", .exercise("7.1"))
struct Exercise7_1 {
  private func size(_ input: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> Int {
    transposedConvolutionOutputSize(
      input: input, layer: TransposedConvolution(kernel: kernel, stride: stride, padding: padding))
  }

  @Test("(input − 1) · stride − 2 · padding + kernel")
  func formula() {
    let answer = size(5, 4, 3, 1)
    let expected = 4 * 3 - 2 + 4
    let mistake =
      switch answer {
      case 5 * 3 - 2 + 4: "five kernels have four gaps between them: stride counts input − 1 times, not input times"
      case 4 * 3 + 2 + 4: "padding is cut off here, where a convolution adds it"
      case 4 * 3 - 1 + 4: "padding is cut off on both sides"
      case (5 + 2 - 4) / 3 + 1: "this is the size after a convolution; a transposed one goes the other way"
      default: "5 pixels, kernel 4, stride 3, padding 1 make \(expected)"
      }
    #expect(answer == expected, "\(mistake); the answer is \(answer)")
  }

  @Test("A single pixel becomes as large as the kernel; nothing is smaller than 0")
  func ends() {
    #expect(size(1, 4, 1, 0) == 4, "one pixel lays down one kernel")
    #expect(size(1, 7, 5, 0) == 7, "one pixel lays down one kernel, whatever the stride")
    #expect(size(1, 2, 1, 1) == 0, "the padding may cut off all there is")
    #expect(size(1, 2, 1, 3) == 0, "an image has no negative extent")
  }

  @Test("Kernel 4, stride 2 and padding 1 double an image", arguments: [1, 2, 7, 16])
  func doubles(input: Int) {
    #expect(size(input, 4, 2, 1) == 2 * input)
  }

  @Test("The convolution leads back to the input's size")
  func back() {
    var generator = RandomGenerator(seed: 1)
    let wrong = (0..<200).compactMap { _ -> String? in
      let (input, kernel) = (1 + generator.integer(below: 20), 1 + generator.integer(below: 6))
      let (stride, padding) = (1 + generator.integer(below: kernel), generator.integer(below: (kernel + 1) / 2))
      let output = size(input, kernel, stride, padding)
      let back = (output + 2 * padding - kernel) / stride + 1
      return back == input
        ? nil : "\(input) → \(output) → \(back), kernel \(kernel), stride \(stride), padding \(padding)"
    }
    #expect(wrong.isEmpty, "a convolution would not lead back: \(wrong.first ?? "")")
  }

  @Test("The engine's transposed convolution has this size")
  func engine() throws {
    var generator = RandomGenerator(seed: 2)
    for _ in 0..<20 {
      let (input, kernel) = (1 + generator.integer(below: 5), 1 + generator.integer(below: 5))
      let (stride, padding) = (1 + generator.integer(below: 3), generator.integer(below: (kernel + 1) / 2))
      let image = Tensor.ones([1, input, input, 1])
      let made = try image.convTransposed2d(.ones([kernel, kernel, 1, 1]), stride: stride, padding: padding).checked()
      #expect(
        size(input, kernel, stride, padding) == made.shape[1],
        "\(input) pixels, kernel \(kernel), stride \(stride), padding \(padding)")
    }
  }

  @Test("The report's generator: 1 → 4 → 8 → 16 → 32")
  func report() {
    let sizes = generatorSizes(from: 1, through: TransposedConvolution.reportGenerator)
    #expect(
      sizes == [1, 4, 8, 16, 32],
      sizes == [4, 8, 16, 32]
        ? "the first number is the input's own size" : "each layer is given what the one before it made, not \(sizes)")
  }

  @Test("Without layers there is the input alone")
  func noLayers() {
    #expect(generatorSizes(from: 5, through: []) == [5])
  }
}

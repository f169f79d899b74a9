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
    let found = size(5, 4, 3, 1)
    #expect(
      found == 4 * 3 - 2 + 4,
      likelyMistake(
        found, insteadOf: 4 * 3 - 2 + 4,
        [
          "five kernels have four gaps between them: stride counts input − 1 times, not input times": 5 * 3 - 2 + 4,
          "padding is cut off here, where a convolution adds it": 4 * 3 + 2 + 4,
          "padding is cut off on both sides, not on one": 4 * 3 - 1 + 4,
          "the padding is not cut off": 4 * 3 + 4,
          "the kernel of the last pixel is missing": 4 * 3 - 2,
          "this is the size after a convolution; a transposed one goes the other way": (5 + 2 - 4) / 3 + 1,
          "the size has not changed": 5,
        ], otherwise: "the extent is off"
      ).about("5 pixels, kernel 4, stride 3, padding 1"))
  }

  @Test("A single pixel becomes as large as the kernel; nothing is smaller than 0")
  func ends() {
    for (kernel, stride) in [(4, 1), (7, 5)] {
      let found = size(1, kernel, stride, 0)
      #expect(
        found == kernel,
        likelyMistake(
          found, insteadOf: kernel, ["the stride counts from the second pixel on, and here is one": kernel + stride],
          otherwise: "one pixel lays down one kernel, whatever the stride"
        ).about("1 pixel, kernel \(kernel), stride \(stride)"))
    }
    let (nothing, less) = (size(1, 2, 1, 1), size(1, 2, 1, 3))
    #expect(
      nothing == 0,
      "the padding may cut off all there is, here 1 of 2 pixels on each side: yours is \(nothing) instead of 0")
    #expect(
      less == 0,
      likelyMistake(
        less, insteadOf: 0,
        ["an image has no negative extent; where the padding cuts off more than there is, 0 is left": -4],
        otherwise: "where the padding cuts off more than there is, 0 is left"
      ).about("1 pixel, kernel 2, stride 1, padding 3"))
  }

  @Test("Kernel 4, stride 2 and padding 1 double an image", arguments: [1, 2, 7, 16])
  func doubles(input: Int) {
    let found = size(input, 4, 2, 1)
    #expect(
      found == 2 * input,
      likelyMistake(
        found, insteadOf: 2 * input, [:],
        otherwise: "kernel 4, stride 2 and padding 1 double an extent of \(input)"))
  }

  @Test("The convolution leads back to the input's size")
  func back() {
    var generator = RandomGenerator(seed: 1)
    for _ in 0..<200 {
      let (input, kernel) = (1 + generator.integer(below: 20), 1 + generator.integer(below: 6))
      let (stride, padding) = (1 + generator.integer(below: kernel), generator.integer(below: (kernel + 1) / 2))
      let output = size(input, kernel, stride, padding)
      let back = (output + 2 * padding - kernel) / stride + 1
      guard back != input else { continue }
      Issue.record(
        """
        of input \(input), with kernel \(kernel), stride \(stride) and padding \(padding), yours makes \(output), and of \
        these a convolution makes \(back) instead of \(input)
        """)
      return
    }
  }

  @Test("The engine's transposed convolution has this size")
  func engine() throws {
    var generator = RandomGenerator(seed: 2)
    for _ in 0..<20 {
      let (input, kernel) = (1 + generator.integer(below: 5), 1 + generator.integer(below: 5))
      let (stride, padding) = (1 + generator.integer(below: 3), generator.integer(below: (kernel + 1) / 2))
      let image = Tensor.ones([1, input, input, 1])
      let made = try image.convTransposed2d(.ones([kernel, kernel, 1, 1]), stride: stride, padding: padding).checked()
      let found = size(input, kernel, stride, padding)
      guard found != made.shape[1] else { continue }
      Issue.record(
        likelyMistake(
          found, insteadOf: made.shape[1],
          [
            "what lies between kernels that are shorter than the stride is not behind the last one: (input − 1) · stride + kernel":
              max(input * stride + max(kernel - stride, 0) - 2 * padding, 0)
          ],
          otherwise: "the engine's transposed convolution makes images of another extent"
        ).about("input \(input), kernel \(kernel), stride \(stride), padding \(padding)"))
      return
    }
  }

  @Test("The report's generator: 1 → 4 → 8 → 16 → 32")
  func report() {
    let layers = TransposedConvolution.reportGenerator
    let sizes = generatorSizes(from: 1, through: layers)
    // The chain that follows from the size after one layer, right or wrong.
    let own = layers.reduce(into: [1]) { sizes, layer in
      sizes.append(transposedConvolutionOutputSize(input: sizes.last ?? 1, layer: layer))
    }
    #expect(
      sizes == [1, 4, 8, 16, 32],
      likelyMistake(
        sizes, insteadOf: [1, 4, 8, 16, 32],
        [
          "the chain is right, but not yet the size after a single layer: see to that first": own,
          "the first number is the input's own size": Array(own.dropFirst()),
          "the sizes after each layer are asked for, not the last one alone": Array(own.suffix(1)),
          "each layer is given what the one before it made, not the first size": [1]
            + layers.map { transposedConvolutionOutputSize(input: 1, layer: $0) },
          "the last layer is left out": Array(own.dropLast()),
          "the layers are applied in the order in which they are listed": layers.reversed().reduce(into: [1]) {
            sizes, layer in
            sizes.append(transposedConvolutionOutputSize(input: sizes.last ?? 1, layer: layer))
          },
        ], otherwise: "the chain has the input's size and then the size after each of the four layers"))
  }

  @Test("Without layers there is the input alone")
  func noLayers() {
    let sizes = generatorSizes(from: 5, through: [])
    #expect(
      sizes == [5],
      likelyMistake(sizes, insteadOf: [5], [:], otherwise: "where nothing is applied the input's size is left"))
  }

  @Test("Padding may cut off more than a kernel, and a layer may leave nothing")
  func largePadding() {
    let wide = TransposedConvolution(kernel: 1, stride: 3, padding: 1)
    let size = transposedConvolutionOutputSize(input: 5, layer: wide)
    #expect(
      size == 11, "(5 − 1) · 3 − 2 · 1 + 1 is 11, also where the padding is wider than the kernel: yours is \(size)")
    let cutting = TransposedConvolution(kernel: 2, stride: 1, padding: 3)
    let sizes = generatorSizes(from: 2, through: [cutting])
    #expect(sizes == [2, 0], "a layer that would cut off more than there is leaves 0 pixels: yours are \(sizes)")
  }
}

import GANComparison
import Tensors
import TestSupport
import Testing

@Suite("7.1 The sizes in a generator", .exercise("7.1"))
struct Hidden7_1 {
  private func size(_ input: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> Int {
    transposedConvolutionOutputSize(
      input: input, layer: TransposedConvolution(kernel: kernel, stride: stride, padding: padding))
  }

  @Test(
    "Other inputs",
    arguments: [(3, 5, 2, 2, 5), (10, 3, 3, 0, 30), (1, 1, 1, 0, 1), (28, 4, 2, 1, 56), (7, 2, 4, 0, 26)])
  func values(input: Int, kernel: Int, stride: Int, padding: Int, expected: Int) {
    #expect(size(input, kernel, stride, padding) == expected)
  }

  @Test("Other sizes", arguments: [11, 12] as [UInt64])
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    for _ in 0..<15 {
      let (input, kernel) = (1 + generator.integer(below: 8), 1 + generator.integer(below: 6))
      let (stride, padding) = (1 + generator.integer(below: 4), generator.integer(below: (kernel + 1) / 2))
      let made = try Tensor.ones([1, input, input, 2])
        .convTransposed2d(.ones([kernel, kernel, 1, 2]), stride: stride, padding: padding).checked()
      #expect(size(input, kernel, stride, padding) == made.shape[1])
    }
  }

  @Test("Edge cases")
  func edges() {
    #expect(size(2, 1, 1, 1) == 0)
    #expect(size(3, 2, 1, 5) == 0)
    #expect(generatorSizes(from: 7, through: []) == [7])
    #expect(TransposedConvolution.reportGenerator.count == 4)
  }

  @Test("Together with other exercises")
  func chains() throws {
    let layers = [(3, 2, 1), (5, 1, 0), (4, 2, 1)].map { TransposedConvolution(kernel: $0, stride: $1, padding: $2) }
    #expect(generatorSizes(from: 4, through: layers) == [4, 7, 11, 22])
    var generator = RandomGenerator(seed: 13)
    let network = Generator(latentWidth: 3, widths: [2, 2, 2, 2], imageChannels: 1, using: &generator)
    let doubling = TransposedConvolution(kernel: 4, stride: 2, padding: 1)
    let sizes = generatorSizes(from: 1, through: TransposedConvolution.reportGenerator + [doubling])
    #expect(sizes.last == 64)
    #expect(try network(.ones([2, 3])).checked().shape[1] == 64)
  }
}

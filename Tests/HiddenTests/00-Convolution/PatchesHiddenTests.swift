import Convolution
import Tensors
import TestSupport
import Testing

/// Windows as rows, against the images they are cut from.
@Suite("0.6 Convolution as a product of matrices", .exercise("0.6"))
struct Hidden0_6 {
  @Test("Other sizes", arguments: HiddenCase.all)
  func sizes(example: HiddenCase) {
    let (x, w, _) = example.draw(seed: 116)
    let (stride, padding) = (example.stride, example.padding)
    expectClose(
      patchConvolution(x, weight: w, stride: stride, padding: padding), x.conv2d(w, stride: stride, padding: padding),
      "convolution", tolerance: hiddenTolerance)
  }

  @Test("Other inputs")
  func windows() throws {
    var generator = RandomGenerator(seed: 117)
    let x = Tensor.normal([2, 6, 8, 3], using: &generator)
    let matrix = patches(of: x, kernel: (3, 2), stride: 2)
    try #require(matrix.shape == [2 * 2 * 4, 18])
    for (n, i, j) in [(0, 0, 0), (1, 1, 3), (0, 1, 2), (1, 0, 1)] {
      let window = x.sliced(axis: 0, n..<n + 1).sliced(axis: 1, 2 * i..<2 * i + 3).sliced(axis: 2, 2 * j..<2 * j + 2)
      let row = (n * 2 + i) * 4 + j
      #expect(matrix.sliced(axis: 0, row..<row + 1).scalars == window.scalars)
    }
  }

  @Test("Edge cases")
  func pointwise() {
    var generator = RandomGenerator(seed: 118)
    let x = Tensor.normal([2, 3, 4, 5], using: &generator)
    #expect(patches(of: x, kernel: (1, 1)) == x.reshaped([24, 5]))
    #expect(patches(of: x, kernel: (3, 4)) == x.reshaped([2, 60]))
  }

  @Test("Edge cases")
  func margin() {
    let matrix = patches(of: .ones([1, 1, 1, 2]), kernel: (1, 1), padding: 3)
    #expect(matrix.shape == [49, 2])
    #expect(matrix.scalars.reduce(0, +) == 2)
    #expect(matrix[24, 0] == 1 && matrix[24, 1] == 1)
  }

  @Test("Together with other exercises")
  func gradient() throws {
    var generator = RandomGenerator(seed: 119)
    let x = Tensor.normal([2, 5, 4, 2], using: &generator)
    let upstream = Tensor.normal([2, 3, 2, 3], using: &generator)
    // The weight's gradient is the patches, transposed, times the upstream gradient.
    let matrix = patches(of: x, kernel: (3, 3), stride: 2, padding: 1).transposed()
    expectClose(
      matrix.matmul(upstream.reshaped([12, 3])).reshaped([3, 3, 2, 3]),
      convolutionWeightGradient(of: x, upstream: upstream, kernel: (3, 3), stride: 2, padding: 1), "gradient",
      tolerance: hiddenTolerance)
  }

  @Test("Bad input")
  func faults() {
    #expect(patches(of: .ones([3, 3]), kernel: (2, 2)).fault != nil)
    #expect(patchConvolution(.ones([1, 3, 3, 1]), weight: .ones([2, 2, 2, 1])).fault != nil)
    #expect(patches(of: .ones([1, 2, 2, 1]), kernel: (2, 2)).shape == [1, 4])
  }
}

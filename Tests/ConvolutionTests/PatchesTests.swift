import Convolution
import Tensors
import TestSupport
import Testing

/// Windows as the rows of a matrix, and convolution as a product with it.
@Suite("0.6 Convolution as a product of matrices", .exercise("0.6"))
struct Exercise0_6 {
  @Test("The windows of a 3×3 image, by hand")
  func byHand() throws {
    let square = Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [1, 3, 3, 1])
    let matrix = try patches(of: square, kernel: (2, 2)).checked()
    #expect(
      matrix.shape == [4, 4],
      "the shape is \(matrix.shape): four windows, a row each, of four pixels; not more axes than that")
    #expect(
      matrix.scalars == [1, 2, 4, 5, 2, 3, 5, 6, 4, 5, 7, 8, 5, 6, 8, 9],
      """
      \(matrix.scalars): windows go along the rows of the image, and so do the pixels of each window; \
      1, 4, 2, 5 would be columns before rows
      """)
  }

  @Test("Margins are zeros, and count")
  func margin() throws {
    let pair = Tensor([1, 2], shape: [1, 1, 2, 1])
    let matrix = patches(of: pair, kernel: (1, 3), stride: 1, padding: 1)
    // Three rows of windows, for the padding is above and below as well.
    let expected: [Float] = [0, 0, 0, 0, 0, 0, 0, 1, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0]
    #expect(
      matrix.fault == nil,
      "\(matrix.fault?.reason ?? ""): pixels outside are zeros in the matrix; they cannot be left out as in a sum")
    #expect(matrix.fault != nil || matrix.scalars == expected, "\(matrix.scalars) instead of \(expected)")
  }

  @Test("The channels of a pixel stand together, as in the weight")
  func channels() throws {
    // Pixel p has the channels p, 10·p and 100·p.
    let image = Tensor([1, 10, 100, 2, 20, 200, 3, 30, 300, 4, 40, 400], shape: [1, 2, 2, 3])
    let matrix = try patches(of: image, kernel: (2, 2)).checked()
    try #require(matrix.shape == [1, 12])
    #expect(
      matrix.scalars == image.scalars,
      """
      \(matrix.scalars): a weight [.., .., input, output] has its inputs within each tap, so the channels of a pixel stand \
      side by side. 1, 2, 3, 4, 10, 20, … would be channel by channel, PyTorch's order
      """)
  }

  @Test("A row for each window of each image")
  func rows() throws {
    let example = ConvolutionCase([2, 5, 4, 3], [3, 2, 3, 1], stride: 2, padding: 1)
    let (x, _, _) = example.draw(seed: 8)
    let matrix = try patches(of: x, kernel: (3, 2), stride: 2, padding: 1).checked()
    let shape: Shape = [18, 18]
    try #require(matrix.shape == shape, "count · rows · columns times kernel height · kernel width · inputs")
    var expected = Tensor.zeros(matrix.shape)
    example.forEachTap { n, window, tap, pixel in
      for c in 0..<3 {
        expected[(n * 3 + window.i) * 3 + window.j, (tap.ky * 2 + tap.kx) * 3 + c] = x[n, pixel.row, pixel.column, c]
      }
    }
    // Copied, not computed: exact.
    expectAnswer(matrix, expected, "The windows of two images", tolerance: 0)
  }

  @Test("Patches times weight is the convolution", arguments: ConvolutionCase.all)
  func product(example: ConvolutionCase) throws {
    let (x, weight, _) = example.draw(seed: 9)
    let y = patchConvolution(x, weight: weight, stride: example.stride, padding: example.padding)
    #expect(
      y.fault != nil || y.shape == example.output,
      "the shape is \(y.shape): the product has a row for each window, and is to be images \(example.output) again")
    expectAnswer(y, example.convolved(x, weight), "Convolution of \(example)")
  }

  @Test("The weight learns through it: a product of matrices has its gradients")
  func learning() throws {
    let example = ConvolutionCase([2, 4, 5, 2], [3, 3, 2, 3], stride: 1, padding: 1)
    let (x, weights, upstream) = example.draw(seed: 10)
    let weight = weights.variable
    let found = patchConvolution(x, weight: weight, padding: 1).gradients(from: upstream)[weight]
    let expected = x.conv2d(weight, padding: 1).gradients(from: upstream)[weight]
    expectAnswer(
      try #require(found, "no gradient reaches the weight: use reshaped and matmul, which record themselves"),
      try #require(expected), "The weight's gradient")
  }

  @Test("It is PyTorch's conv2d without a bias", arguments: ["k3p1", "k3s2p1", "k5x3p2"])
  func oracle(kind: String) throws {
    let fixture = try Fixture(named: "operations")
    let name = "conv2d.\(kind)"
    expectAnswer(
      patchConvolution(
        fixture["\(name)/x"], weight: fixture["\(name)/weight"], stride: try fixture.integer("\(name)/stride"),
        padding: try fixture.integer("\(name)/padding")) + fixture["\(name)/bias"],
      fixture["\(name)/output"], "conv2d, \(kind)", tolerance: 2e-5)
  }
}

import Convolution
import Tensors
import TestSupport
import Testing

/// Windows as the rows of a matrix, and convolution as a product with it.
@Suite("0.6 Convolution as a product of matrices", .exercise("0.6"))
struct Exercise0_6 {
  /// The matrix's elements, once it has a row for each window.
  ///
  /// - Parameter inside: How many numbers there are without what lies outside the image.
  private func elements(_ matrix: Tensor, shape: Shape, inside: Int? = nil) throws -> [Double] {
    let reason = matrix.fault?.reason ?? ""
    let leavesOut = inside.map { reason.hasPrefix("\($0) numbers") } ?? false
    let sentence: Comment =
      leavesOut
      ? "pixels outside are zeros in the matrix; they cannot be left out as in a sum (\(reason))"
      : "the result is faulty: \(reason)"
    try #require(matrix.fault == nil, sentence)
    try #require(
      matrix.shape == shape,
      """
      a row for each window of each image, and in it kernel height · kernel width · inputs numbers: yours is \
      \(matrix.shape) instead of \(shape)
      """)
    return matrix.scalars.map(Double.init)
  }

  @Test("The windows of a 3×3 image, by hand")
  func byHand() throws {
    let square = Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [1, 3, 3, 1])
    let matrix = try elements(patches(of: square, kernel: (2, 2)), shape: [4, 4])
    let right = [1.0, 2, 4, 5, 2, 3, 5, 6, 4, 5, 7, 8, 5, 6, 8, 9]
    #expect(
      matrix == right,
      likelyMistake(
        matrix, insteadOf: right,
        [
          "the pixels of a window go along its columns; they go along its rows": [
            1, 4, 2, 5, 2, 5, 3, 6, 4, 7, 5, 8, 5, 8, 6, 9,
          ],
          "the windows go down the columns of the image; they go along its rows": [
            1, 2, 4, 5, 4, 5, 7, 8, 2, 3, 5, 6, 5, 6, 8, 9,
          ],
          "the windows are mirrored": [5, 4, 2, 1, 6, 5, 3, 2, 8, 7, 5, 4, 9, 8, 6, 5],
        ], otherwise: "windows go along the rows of the image, and so do the pixels of each window"))
  }

  @Test("Margins are zeros, and count")
  func margin() throws {
    let pair = Tensor([1, 2], shape: [1, 1, 2, 1])
    // Three rows of windows, for the padding is above and below as well.
    let matrix = try elements(patches(of: pair, kernel: (1, 3), stride: 1, padding: 1), shape: [6, 3], inside: 4)
    let right = [0.0, 0, 0, 0, 0, 0, 0, 1, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0]
    #expect(
      matrix == right,
      likelyMistake(
        matrix, insteadOf: right,
        ["the padding is missing: windows begin at −padding": [1, 2, 0, 2, 0, 0] + [Double](repeating: 0, count: 12)],
        otherwise: matrix.contains { $0.isNaN }
          ? "a tensor gives NaN outside of its shape; outside of the image there are zeros"
          : "only the windows of the middle row see the image"))
  }

  @Test("The channels of a pixel stand together, as in the weight")
  func channels() throws {
    // Pixel p has the channels p, 10·p and 100·p.
    let image = Tensor([1, 10, 100, 2, 20, 200, 3, 30, 300, 4, 40, 400], shape: [1, 2, 2, 3])
    let matrix = try elements(patches(of: image, kernel: (2, 2)), shape: [1, 12])
    let right = image.scalars.map(Double.init)
    #expect(
      matrix == right,
      likelyMistake(
        matrix, insteadOf: right,
        [
          "this is channel by channel, PyTorch's order": [1, 2, 3, 4, 10, 20, 30, 40, 100, 200, 300, 400],
          "only the first channel is there, again and again": [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
        ],
        otherwise:
          "a weight [.., .., input, output] has its inputs within each tap, so the channels of a pixel stand side by side"
      ))
  }

  @Test("A row for each window of each image")
  func rows() throws {
    let example = ConvolutionCase([2, 5, 4, 3], [3, 2, 3, 1], stride: 2, padding: 1)
    let (x, _, _) = example.draw(seed: 8)
    let matrix = patches(of: x, kernel: (3, 2), stride: 2, padding: 1)
    _ = try elements(matrix, shape: [18, 18])
    func windows(_ place: ((Int, Int) -> Int)? = nil) -> Tensor {
      var matrix = Tensor.zeros([18, 18])
      example.forEachTap(at: place) { n, window, tap, pixel in
        for c in 0..<3 {
          matrix[(n * 3 + window.i) * 3 + window.j, (tap.ky * 2 + tap.kx) * 3 + c] = x[n, pixel.row, pixel.column, c]
        }
      }
      return matrix
    }
    // Copied, not computed: exact.
    expectClose(
      matrix, windows(), "The windows of two images", tolerance: 0,
      mistakes: [
        "the padding is missing: windows begin at −padding": windows { $0 * 2 + $1 },
        "the stride is missing: windows begin a stride apart": windows { $0 + $1 - 1 },
        "the second image is missing": Tensor.concatenated(
          [Tensor](repeating: windows().sliced(axis: 0, 0..<9), count: 2), axis: 0),
        "the images take turns, window by window; all windows of an image stand together, (n · rows + i) · columns + j":
          windows().gathered(rows: (0..<18).map { $0 % 2 * 9 + $0 / 2 }),
        "the windows go down the columns of the image; they go along its rows":
          windows().gathered(rows: (0..<18).map { $0 / 9 * 9 + $0 % 3 * 3 + $0 % 9 / 3 }),
      ])
  }

  @Test("Patches times weight is the convolution", arguments: ConvolutionCase.all)
  func product(example: ConvolutionCase) throws {
    let (x, weight, _) = example.draw(seed: 9)
    let y = patchConvolution(x, weight: weight, stride: example.stride, padding: example.padding)
    let windows = Shape([example.output.elementCount / example.weight[3], example.weight[3]])
    try #require(
      y.fault != nil || y.shape == example.output,
      """
      \(y.shape == windows ? "the product has a row for each window, and is to be images again" : "the output has the wrong shape") \
      (yours is \(y.shape) instead of \(example.output))
      """)
    let rest = example.weight.elementCount / example.weight[3]
    // A product of another number of rows does not become images, and the fault tells how many there are.
    func isFilled(stride: Int, padding: Int) -> Bool {
      let other = ConvolutionCase(example.image, example.weight, stride: stride, padding: padding).output
      let rows = Shape([other.elementCount / other[3], other[3]])
      return rows != windows && y.fault?.reason.contains("\(rows) ") == true
    }
    let missing =
      isFilled(stride: example.stride, padding: 0)
      ? "the padding"
      : isFilled(stride: 1, padding: example.padding)
        ? "the stride" : isFilled(stride: 1, padding: 0) ? "stride and padding" : nil
    expectClose(
      y, example.convolved(x, weight),
      "Convolution of \(example)\(missing.map { ": as many windows as if \($0) had not been handed on to `patches`" } ?? (y.fault == nil ? "" : ": is the kernel's height handed on first, then its width?"))",
      tolerance: roundingTolerance,
      mistakes: [
        "the outputs are the weight's last axis, so they are the columns as it is, and nothing is to be transposed":
          example.convolved(x, weight.reshaped([example.weight[3], rest]).transposed().reshaped(example.weight)),
        "the kernel is mirrored: networks correlate, they do not mirror":
          example.convolved(x, example.mirrored(weight)),
      ])
  }

  @Test("The weight learns through it: a product of matrices has its gradients")
  func learning() throws {
    let example = ConvolutionCase([2, 4, 5, 2], [3, 3, 2, 3], stride: 1, padding: 1)
    let (x, weights, upstream) = example.draw(seed: 10)
    let weight = weights.variable
    let y = try patchConvolution(x, weight: weight, padding: 1).checked()
    try #require(
      y.shape == upstream.shape, "the output has the wrong shape: yours is \(y.shape) instead of \(upstream.shape)")
    let found = y.gradients(from: upstream)[weight]
    let expected = x.conv2d(weight, padding: 1).gradients(from: upstream)[weight]
    // Sums of 40 products.
    expectClose(
      try #require(found, "no gradient reaches the weight: use reshaped and matmul, which record themselves"),
      try #require(expected), "The weight's gradient", tolerance: roundingTolerance)
  }

  @Test("It is PyTorch's conv2d without a bias", arguments: ["k3p1", "k3s2p1", "k5x3p2"])
  func oracle(kind: String) throws {
    let fixture = try Fixture(named: "operations")
    let name = "conv2d.\(kind)"
    expectClose(
      patchConvolution(
        fixture["\(name)/x"], weight: fixture["\(name)/weight"], stride: try fixture.integer("\(name)/stride"),
        padding: try fixture.integer("\(name)/padding")) + fixture["\(name)/bias"],
      fixture["\(name)/output"], "conv2d, \(kind)", tolerance: oracleTolerance)
  }
}

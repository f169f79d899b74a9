import Convolution
import Tensors
import TestSupport
import Testing

/// The formula as loops: against numbers worked out by hand, against the formula in Double, and against PyTorch.
@Suite("0.2 Convolution as seven loops", .exercise("0.2"))
struct Exercise0_2 {
  /// The numbers from 1 to 9 in three rows.
  private let square = Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [1, 3, 3, 1])

  /// The answer's elements, once it has the shape that it must have.
  private func elements(_ y: Tensor, shape: Shape) throws -> [Double] {
    let y = try y.checked()
    try #require(
      y.shape == shape,
      "there is an output for each image, window and output channel: yours is \(y.shape) instead of \(shape)")
    return y.scalars.map(Double.init)
  }

  @Test("A 2×2 kernel over a 3×3 image, by hand")
  func byHand() throws {
    let kernel = Tensor([1, 2, 3, 4], shape: [2, 2, 1, 1])
    let y = try elements(naiveConvolution(square, weight: kernel), shape: [1, 2, 2, 1])
    // 1·1 + 2·2 + 4·3 + 5·4 = 37, and so on: whole numbers, so exact.
    let right = [37.0, 47, 67, 77]
    #expect(
      y == right,
      likelyMistake(
        y, insteadOf: right,
        [
          "the kernel is mirrored: networks correlate, they do not mirror": [23, 33, 53, 63],
          "the kernel's rows and columns are mixed up": [35, 45, 65, 75],
          "the windows' rows and columns are mixed up": [37, 67, 47, 77],
          "only the last tap is kept: products add up": [20, 24, 32, 36],
          "this is the sum of what the window sees; each pixel is multiplied with its weight first": [12, 16, 24, 28],
          "the sum goes on from window to window; each begins with 0": [37, 84, 151, 228],
        ], otherwise: "an output is the sum of four pixels, each times the weight at its place in the window"))
  }

  @Test("A kernel that has a one off its middle shifts the image, and zeros come in from outside")
  func shift() throws {
    var kernel = Tensor.zeros([3, 3, 1, 1])
    kernel[0, 1, 0, 0] = 1
    let y = try elements(naiveConvolution(square, weight: kernel, padding: 1), shape: [1, 3, 3, 1])
    let missing = y.count { $0.isNaN }
    try #require(
      missing == 0,
      "\(missing) of 9 outputs are NaN, which is what a tensor gives outside of its shape: outside of the image there are zeros"
    )
    #expect(
      y == [0, 0, 0, 1, 2, 3, 4, 5, 6],
      likelyMistake(
        y, insteadOf: [0, 0, 0, 1, 2, 3, 4, 5, 6],
        [
          "the image is shifted upwards: the kernel is mirrored, or the tap subtracted": [4, 5, 6, 7, 8, 9, 0, 0, 0],
          "the image is shifted to the right: rows and columns of the kernel are mixed up": [
            0, 1, 2, 0, 4, 5, 0, 7, 8,
          ],
          "the padding is missing: windows begin at −padding": [2, 3, 0, 5, 6, 0, 8, 9, 0],
          "the padding is added, not subtracted": [6, 0, 0, 9, 0, 0, 0, 0, 0],
          "the image's first row and column are left out; they are inside": [0, 0, 0, 0, 0, 0, 0, 5, 6],
          "at the edge the nearest pixel comes in; outside of the image there are zeros": [1, 2, 3, 1, 2, 3, 4, 5, 6],
          "a tap outside of the image ends the loop over the others; it alone is left out: `continue`, not `break`": [
            0, 0, 0, 0, 2, 3, 0, 5, 6,
          ],
        ], otherwise: "every output is the pixel above it, and 0 in the first row"))
  }

  @Test("Channels are mixed by the weights [.., .., input, output]")
  func channels() throws {
    let pixel = Tensor([1, 10], shape: [1, 1, 1, 2])
    let weight = Tensor([1, 2, 3, 4, 5, 6], shape: [1, 1, 2, 3])
    let y = try elements(naiveConvolution(pixel, weight: weight), shape: [1, 1, 1, 3])
    #expect(
      y == [41, 52, 63],
      likelyMistake(
        y, insteadOf: [41, 52, 63],
        [
          "only the first input is heard": [1, 2, 3], "only the last input is kept: they add up": [40, 50, 60],
          "the sum goes on from output to output; each begins with 0": [41, 93, 156],
        ],
        otherwise: y.contains { $0.isNaN }
          ? "a tensor gives NaN outside of its shape: the weight's indices are ky, kx, input and output"
          : "each output sums over all inputs: 1·1 + 10·4, 1·2 + 10·5, 1·3 + 10·6"))
  }

  @Test("Each image is convolved as if it were alone")
  func images() throws {
    let example = ConvolutionCase([3, 4, 3, 2], [2, 2, 2, 3], stride: 1, padding: 1)
    let (x, weight, _) = example.draw(seed: 3)
    let together = naiveConvolution(x, weight: weight, padding: 1)
    _ = try elements(together, shape: example.output)
    for n in 0..<3 {
      let alone = naiveConvolution(x.sliced(axis: 0, n..<n + 1), weight: weight, padding: 1)
      let missing = alone.scalars.count { $0.isNaN }
      try #require(
        missing == 0,
        "image \(n): \(missing) of \(alone.scalars.count) outputs are NaN, which is what a tensor gives outside of its shape: rows go to the height, columns to the width"
      )
      // The same sums in the same order: exact.
      expectClose(
        together.sliced(axis: 0, n..<n + 1), alone, "image \(n) of three differs from what it is alone", tolerance: 0,
        mistakes: ["it is the first image again": together.sliced(axis: 0, 0..<1)])
    }
  }

  @Test("The weight must fit the images")
  func misfit() {
    #expect(
      naiveConvolution(square, weight: .ones([3, 3, 2, 1])).fault != nil,
      "a weight for two channels does not fit gray images: the result must be faulty, and yours is not")
    #expect(
      naiveConvolution(square, weight: .ones([3, 3, 1, 1]), stride: 0).fault != nil,
      "a stride of 0 goes nowhere: the result must be faulty, and yours is not")
    // A kernel as large as the image and its margin does fit, once: a sum of whole numbers, so exact.
    expectClose(
      naiveConvolution(square, weight: .ones([5, 5, 1, 1]), padding: 1), Tensor([45], shape: [1, 1, 1, 1]),
      "A window as large as image and margin", tolerance: 0)
  }

  @Test("All strides, paddings, rows and columns", arguments: ConvolutionCase.all)
  func formula(example: ConvolutionCase) {
    let (x, weight, _) = example.draw(seed: 1)
    let (stride, padding) = (example.stride, example.padding)
    let found = naiveConvolution(x, weight: weight, stride: stride, padding: padding)
    let expected = example.convolved(x, weight)
    // Without the columns on the right that a square image would not have.
    var square = x
    // Without the outputs of windows that begin in the margin.
    var (inside, within) = (expected, expected)
    for n in 0..<example.image[0] {
      for row in 0..<example.image[1] {
        for column in 0..<example.image[2] where column >= example.image[1] {
          for c in 0..<example.image[3] { square[n, row, column, c] = 0 }
        }
      }
      for i in 0..<example.output[1] {
        for j in 0..<example.output[2] {
          for o in 0..<example.output[3] {
            if j * stride < padding { inside[n, i, j, o] = 0 }
            if i * stride < padding || j * stride < padding { within[n, i, j, o] = 0 }
          }
        }
      }
    }
    let leavesImage = found.fault == nil && found.scalars.contains(where: \.isNaN)
    expectClose(
      found, expected,
      "Convolution of \(example)\(leavesImage ? ": NaN is what a tensor gives outside of its shape: rows go to the height, columns to the width" : "")",
      tolerance: roundingTolerance,
      mistakes: [
        "columns are compared with the height, not with the width": example.convolved(square, weight),
        "a tap outside of the image ends the loop over the others; it alone is left out: `continue`, not `break`":
          inside,
        "a tap outside of the image ends the loops over the others; it alone is left out: `continue`, not `break`":
          within,
        "the kernel is mirrored: networks correlate, they do not mirror":
          example.convolved(x, example.mirrored(weight)),
        "the padding is missing: windows begin at −padding": example.convolved(x, weight) { $0 * stride + $1 },
        "the padding is added, not subtracted": example.convolved(x, weight) { $0 * stride + $1 + padding },
        "the stride is missing: windows begin a stride apart": example.convolved(x, weight) { $0 + $1 - padding },
        "the taps of a kernel are neighbors: the stride multiplies the window's index, not the tap's":
          example.convolved(x, weight) { $0 * stride + $1 * stride - padding },
        "the stride multiplies the window's index alone": example.convolved(x, weight) { ($0 + $1 - padding) * stride },
        "the padding is multiplied by the stride; it is taken from i · stride + ky as it is":
          example.convolved(x, weight) { ($0 - padding) * stride + $1 },
      ])
  }

  @Test("It is PyTorch's conv2d without a bias", arguments: ["k3p1", "k3s2p1", "k4s2p1", "k5x3p2", "k7s7"])
  func oracle(kind: String) throws {
    let fixture = try Fixture(named: "operations")
    let name = "conv2d.\(kind)"
    expectClose(
      naiveConvolution(
        fixture["\(name)/x"], weight: fixture["\(name)/weight"], stride: try fixture.integer("\(name)/stride"),
        padding: try fixture.integer("\(name)/padding")) + fixture["\(name)/bias"],
      fixture["\(name)/output"], "conv2d, \(kind)", tolerance: oracleTolerance)
  }
}

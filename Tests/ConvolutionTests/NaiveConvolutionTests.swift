import Convolution
import Tensors
import TestSupport
import Testing

/// The formula as loops: against numbers worked out by hand, against the formula in Double, and against PyTorch.
@Suite("0.2 Convolution as seven loops", .exercise("0.2"))
struct Exercise0_2 {
  /// The numbers from 1 to 9 in three rows.
  private let square = Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [1, 3, 3, 1])

  @Test("A 2×2 kernel over a 3×3 image, by hand")
  func byHand() throws {
    let kernel = Tensor([1, 2, 3, 4], shape: [2, 2, 1, 1])
    let y = try naiveConvolution(square, weight: kernel).checked()
    #expect(y.shape == [1, 2, 2, 1])
    // 1·1 + 2·2 + 4·3 + 5·4 = 37, and so on: whole numbers, so exact.
    #expect(
      y.scalars == [37, 47, 67, 77],
      """
      [23, 33, 53, 63] would be the kernel mirrored: networks correlate, they do not mirror. [34, 44, 64, 74] would be \
      rows and columns of the kernel mixed up
      """)
  }

  @Test("A kernel that has a one off its middle shifts the image, and zeros come in from outside")
  func shift() throws {
    var kernel = Tensor.zeros([3, 3, 1, 1])
    kernel[0, 1, 0, 0] = 1
    let y = try naiveConvolution(square, weight: kernel, padding: 1).checked()
    #expect(
      !y.scalars.contains { $0.isNaN }, "NaN is what tensors give outside: there the image is 0, so leave it out")
    #expect(
      y.scalars == [0, 0, 0, 1, 2, 3, 4, 5, 6],
      "y[i, j] = x[i − 1, j]: is it i·stride + ky − padding, and are rows and columns not mixed up?")
  }

  @Test("Channels are mixed by the weights [.., .., input, output]")
  func channels() throws {
    let pixel = Tensor([1, 10], shape: [1, 1, 1, 2])
    let weight = Tensor([1, 2, 3, 4, 5, 6], shape: [1, 1, 2, 3])
    let y = try naiveConvolution(pixel, weight: weight).checked()
    #expect(y.scalars == [41, 52, 63], "each output sums over all inputs: 1·1 + 10·4, 1·2 + 10·5, 1·3 + 10·6")
  }

  @Test("Each image is convolved as if it were alone")
  func images() throws {
    let example = ConvolutionCase([3, 4, 3, 2], [2, 2, 2, 3], stride: 1, padding: 1)
    let (x, weight, _) = example.draw(seed: 3)
    let together = try naiveConvolution(x, weight: weight, padding: 1).checked()
    try #require(together.shape == example.output)
    for n in 0..<3 {
      let alone = naiveConvolution(x.sliced(axis: 0, n..<n + 1), weight: weight, padding: 1)
      #expect(together.sliced(axis: 0, n..<n + 1) == alone, "image \(n) comes out otherwise in company")
    }
  }

  @Test("The weight must fit the images")
  func misfit() {
    #expect(
      naiveConvolution(square, weight: .ones([3, 3, 2, 1])).fault != nil,
      "a weight for two channels does not fit grey images: the result must be faulty, not a crash")
    #expect(
      naiveConvolution(square, weight: .ones([3, 3, 1, 1]), stride: 0).fault != nil, "a stride of 0 goes nowhere")
    // A kernel as large as the image and its margin does fit, once.
    expectAnswer(
      naiveConvolution(square, weight: .ones([5, 5, 1, 1]), padding: 1), Tensor([45], shape: [1, 1, 1, 1]),
      "A kernel of 5×5 over an image of 3×3 with a padding of 1: the sum of all")
  }

  @Test("All strides, paddings, rows and columns", arguments: ConvolutionCase.all)
  func formula(example: ConvolutionCase) {
    let (x, weight, _) = example.draw(seed: 1)
    let (stride, padding) = (example.stride, example.padding)
    expectAnswer(
      naiveConvolution(x, weight: weight, stride: stride, padding: padding), example.convolved(x, weight),
      "Convolution of \(example)",
      mistakes: [
        (
          example.convolved(x, example.mirrored(weight)),
          "the kernel is mirrored: networks correlate, they do not mirror"
        ),
        (example.convolved(x, weight) { $0 * stride + $1 }, "the padding is missing: windows begin at −padding"),
        (example.convolved(x, weight) { $0 * stride + $1 + padding }, "the padding is added, not subtracted"),
        (example.convolved(x, weight) { $0 + $1 - padding }, "the stride is missing: windows begin a stride apart"),
        (
          example.convolved(x, weight) { $0 * stride + $1 * stride - padding },
          "the taps of a kernel are neighbours: the stride multiplies the window's index, not the tap's"
        ),
      ])
  }

  @Test("It is PyTorch's conv2d without a bias", arguments: ["k3p1", "k3s2p1", "k4s2p1", "k5x3p2", "k7s7"])
  func oracle(kind: String) throws {
    let fixture = try Fixture(named: "operations")
    let name = "conv2d.\(kind)"
    expectAnswer(
      naiveConvolution(
        fixture["\(name)/x"], weight: fixture["\(name)/weight"], stride: try fixture.integer("\(name)/stride"),
        padding: try fixture.integer("\(name)/padding")) + fixture["\(name)/bias"],
      fixture["\(name)/output"], "conv2d, \(kind)", tolerance: 2e-5)
  }
}

import Convolution
import Tensors
import TestSupport
import Testing

/// What a convolution's weight and bias learn from: by hand, by finite differences, and as PyTorch has it.
@Suite("0.5 Gradients for weight and bias", .exercise("0.5"))
struct Exercise0_5 {
  @Test("The bias gathers from all pixels of all images")
  func bias() throws {
    // Two images of 1×3 pixels and 2 channels: the second channel is ten times the first.
    let upstream = Tensor([1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60], shape: [2, 1, 3, 2])
    let gradient = try convolutionBiasGradient(upstream: upstream).checked()
    #expect(
      gradient == Tensor([21, 210]),
      """
      \(gradient) instead of the sums [21, 210], one for each channel. [3.5, 35] would be the mean: whether the loss is a mean \
      is already in the upstream gradient. A shape with the images in it has not been summed over them
      """)
  }

  @Test("The gradient of one output is the window that it saw")
  func window() throws {
    let x = Tensor((1...16).map { Float($0) }, shape: [1, 4, 4, 1])
    var upstream = Tensor.zeros([1, 3, 3, 1])
    upstream[0, 1, 2, 0] = 1
    let gradient = try convolutionWeightGradient(of: x, upstream: upstream, kernel: (2, 2)).checked()
    #expect(gradient.shape == [2, 2, 1, 1])
    #expect(
      gradient.scalars == [7, 8, 11, 12],
      """
      output 1, 2 saw the pixels 7, 8, 11, 12. The same backwards would be mirrored; [10, 11, 14, 15] would be rows and columns \
      mixed up
      """)
    var corner = Tensor.zeros([1, 5, 5, 1])
    corner[0, 0, 0, 0] = 1
    let padded = try convolutionWeightGradient(of: x, upstream: corner, kernel: (2, 2), padding: 1).checked()
    #expect(
      padded.scalars == [0, 0, 0, 1], "of the window at the corner three pixels lie in the margin, where x is 0")
  }

  @Test("All windows and all images are added up, without dividing")
  func sums() throws {
    let (x, upstream) = (Tensor.ones([3, 4, 5, 1]), Tensor.ones([3, 3, 3, 1]))
    let gradient = try convolutionWeightGradient(of: x, upstream: upstream, kernel: (2, 3)).checked()
    try #require(gradient.shape == [2, 3, 1, 1])
    for element in gradient.scalars where element != 27 {
      Issue.record(
        """
        \(element) instead of 3 images · 3 · 3 windows = 27: \
        \(element == 9 ? "only one image, or their mean" : element == 1 ? "a mean or the last one" : "count what is added") \
        is not the gradient, which is the sum over all images and windows
        """)
      return
    }
  }

  @Test("Central differences of ⟨conv x, upstream⟩", arguments: ConvolutionCase.all)
  func differences(example: ConvolutionCase) throws {
    let (x, weight, upstream) = example.draw(seed: 6)
    let gradient = try convolutionWeightGradient(
      of: x, upstream: upstream, kernel: (example.weight[0], example.weight[1]), stride: example.stride,
      padding: example.padding
    ).checked()
    try #require(gradient.shape == example.weight)
    // The convolution is linear in its weight, so differences are exact for any step: one of 1/2 either way rounds least.
    for (place, element) in gradient.scalars.enumerated().filter({ $0.offset % 5 == 0 }) {
      var (above, below) = (weight.scalars, weight.scalars)
      above[place] += 0.5
      below[place] -= 0.5
      let slope =
        innerProduct(example.convolved(x, Tensor(above, shape: weight.shape)), upstream)
        - innerProduct(example.convolved(x, Tensor(below, shape: weight.shape)), upstream)
      // The outputs are rounded to Float, 6e-8 of numbers around 10, and the up to 200 products with normal numbers add up
      // like a walk: √200 · 1e-6 = 1e-5. A wrong gradient is off by about 1.
      guard !(abs(slope - Double(element)) < 1e-3) else { continue }
      Issue.record(
        "element \(place) of the gradient is \(element), but the loss rises by \(slope) for 1 more of that weight")
      return
    }
  }

  @Test("It is the gradient that the engine's convolution has", arguments: ConvolutionCase.all)
  func engine(example: ConvolutionCase) throws {
    let (x, weights, upstream) = example.draw(seed: 7)
    let weight = weights.variable
    let (stride, padding) = (example.stride, example.padding)
    let gradients = x.conv2d(weight, stride: stride, padding: padding).gradients(from: upstream)
    let expected = try #require(gradients[weight])
    let count = Float(example.image[0])
    // Sums of up to 70 products.
    expectAnswer(
      convolutionWeightGradient(
        of: x, upstream: upstream, kernel: (example.weight[0], example.weight[1]), stride: stride, padding: padding),
      expected, "The gradient for the weight of \(example)",
      mistakes: [
        (expected / count, "the mean over the images: the gradient is the sum"),
        (gathered(example, x, upstream) { $0 * stride + $1 }, "the padding is missing: windows begin at −padding"),
        (gathered(example, x, upstream) { $0 + $1 - padding }, "the stride is missing: windows are a stride apart"),
        (
          gathered(example, x, upstream) { $0 * stride - $1 + padding },
          "the tap and the padding have the wrong signs: it is the same row and column as in the convolution"
        ),
      ])
  }

  @Test("PyTorch has the same gradients", arguments: ["k3p1", "k3s2p1", "k5x3p2", "k7s7"])
  func oracle(kind: String) throws {
    let fixture = try Fixture(named: "operations")
    let name = "conv2d.\(kind)"
    let (weight, upstream) = (fixture["\(name)/weight"], fixture["\(name)/upstream"])
    try #require(weight.shape.rank == 4)
    expectAnswer(
      convolutionWeightGradient(
        of: fixture["\(name)/x"], upstream: upstream, kernel: (weight.shape[0], weight.shape[1]),
        stride: try fixture.integer("\(name)/stride"), padding: try fixture.integer("\(name)/padding")),
      fixture["\(name)/grad.weight"], "The weight's gradient, \(kind)", tolerance: 2e-5)
    expectAnswer(
      convolutionBiasGradient(upstream: upstream), fixture["\(name)/grad.bias"], "The bias's gradient, \(kind)",
      tolerance: 2e-5)
  }

  /// What comes of each tap gathering from pixels at some place.
  private func gathered(
    _ example: ConvolutionCase, _ x: Tensor, _ upstream: Tensor, at place: @escaping (Int, Int) -> Int
  ) -> Tensor {
    var weight = Tensor.zeros(example.weight)
    example.forEachTap(at: place) { n, window, tap, pixel in
      for c in 0..<example.weight[2] {
        for o in 0..<example.weight[3] {
          weight[tap.ky, tap.kx, c, o] += x[n, pixel.row, pixel.column, c] * upstream[n, window.i, window.j, o]
        }
      }
    }
    return weight
  }
}

import Convolution
import Tensors
import TestSupport
import Testing

/// What a convolution's weight and bias learn from: by hand, by finite differences, and as PyTorch has it.
@Suite("0.5 Gradients for weight and bias", .exercise("0.5"))
struct Exercise0_5 {
  /// The weight's gradient, once it has the weight's shape.
  private func weightGradient(
    _ x: Tensor, _ upstream: Tensor, _ weight: Shape, stride: Int = 1, padding: Int = 0
  ) throws -> [Double] {
    let gradient = try convolutionWeightGradient(
      of: x, upstream: upstream, kernel: (weight[0], weight[1]), stride: stride, padding: padding
    ).checked()
    try #require(
      gradient.shape == weight, "w̄ has the shape of the weight: yours is \(gradient.shape) instead of \(weight)")
    return gradient.scalars.map(Double.init)
  }

  @Test("The bias gathers from all pixels of all images")
  func bias() throws {
    // Two images of 1×3 pixels and 2 channels: the second channel is ten times the first.
    let upstream = Tensor([1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60], shape: [2, 1, 3, 2])
    let gradient = try convolutionBiasGradient(upstream: upstream).checked()
    try #require(
      gradient.shape == [2],
      """
      the bias has a number for each output channel\
      \(gradient.shape == [2, 2] ? ", not for each image: the images are to be summed over too" : "") \
      (yours has the shape \(gradient.shape) instead of [2])
      """)
    let found = gradient.scalars.map(Double.init)
    #expect(
      found == [21, 210],
      likelyMistake(
        found, insteadOf: [21, 210],
        [
          "this is the mean: whether the loss is one is already in the upstream gradient": [3.5, 35],
          "this is the mean over the images; it is the sum": [10.5, 105],
          "this is the sum over the first image alone": [6, 60],
        ], otherwise: "each element is the sum of its channel over all pixels of all images"))
    let fault = Fault("earlier")
    #expect(convolutionBiasGradient(upstream: Tensor(fault: fault)).fault == fault, "a fault is passed on")
  }

  @Test("The gradient of one output is the window that it saw")
  func window() throws {
    let x = Tensor((1...16).map { Float($0) }, shape: [1, 4, 4, 1])
    var upstream = Tensor.zeros([1, 3, 3, 1])
    upstream[0, 1, 2, 0] = 1
    let gradient = try weightGradient(x, upstream, [2, 2, 1, 1])
    #expect(
      gradient == [7, 8, 11, 12],
      likelyMistake(
        gradient, insteadOf: [7, 8, 11, 12],
        [
          "the kernel is mirrored": [12, 11, 8, 7],
          "rows and columns of the kernel are mixed up": [7, 11, 8, 12],
          "rows and columns of the windows are mixed up": [10, 11, 14, 15],
          "every weight gets the window's first pixel; the tap is missing": [7, 7, 7, 7],
        ], otherwise: "output 1, 2 saw the pixels 7, 8, 11, 12"))
    var corner = Tensor.zeros([1, 5, 5, 1])
    corner[0, 0, 0, 0] = 1
    let padded = try weightGradient(x, corner, [2, 2, 1, 1], padding: 1)
    #expect(
      padded == [0, 0, 0, 1],
      likelyMistake(
        padded, insteadOf: [0, 0, 0, 1],
        [
          "the padding is missing: the first window begins in the margin": [1, 2, 5, 6],
          "the kernel is mirrored": [1, 0, 0, 0],
        ],
        otherwise: padded.contains { $0.isNaN }
          ? "a tensor gives NaN outside of its shape; in the margin x is 0"
          : "of the window at the corner three pixels lie in the margin, where x is 0"))
  }

  @Test("All windows and all images are added up, without dividing")
  func sums() throws {
    let (x, upstream) = (Tensor.ones([3, 4, 5, 1]), Tensor.ones([3, 3, 3, 1]))
    let gradient = try weightGradient(x, upstream, [2, 3, 1, 1])
    func all(_ number: Double) -> [Double] { [Double](repeating: number, count: 6) }
    #expect(
      gradient == all(27),
      likelyMistake(
        gradient, insteadOf: all(27),
        [
          "only one image, or their mean: the gradient is the sum over the images": all(9),
          "only one window of each image, or their mean: the gradient is the sum over the windows": all(3),
          "only one window of one image, or a mean over all: the gradient is the sum": all(1),
        ], otherwise: "each element is the sum over 3 images of 3 · 3 windows"))
  }

  /// The gradient for an element of the weight where windows begin one pixel apart and taps lie a stride apart.
  private func slopeWithStride(at place: Int, of example: ConvolutionCase, _ x: Tensor, _ upstream: Tensor) -> Double {
    var alone = Tensor.zeros([example.weight.elementCount]).scalars
    alone[place] = 1
    let (stride, padding) = (example.stride, example.padding)
    return innerProduct(
      example.convolved(x, Tensor(alone, shape: example.weight)) { $0 + $1 * stride - padding }, upstream)
  }

  @Test("Central differences of ⟨conv x, upstream⟩", arguments: ConvolutionCase.all)
  func differences(example: ConvolutionCase) throws {
    let (x, weight, upstream) = example.draw(seed: 6)
    let gradient = try weightGradient(x, upstream, example.weight, stride: example.stride, padding: example.padding)
    // The convolution is linear in its weight, so differences are exact for any step: one of 1/2 either way rounds least.
    for (place, element) in gradient.enumerated().filter({ $0.offset % 5 == 0 }) {
      var (above, below) = (weight.scalars, weight.scalars)
      above[place] += 0.5
      below[place] -= 0.5
      let slope =
        innerProduct(example.convolved(x, Tensor(above, shape: weight.shape)), upstream)
        - innerProduct(example.convolved(x, Tensor(below, shape: weight.shape)), upstream)
      // The outputs are rounded to Float, 6e-8 of numbers around 10, and the up to 200 products with normal numbers add up
      // like a walk: √200 · 1e-6 = 1e-5. A wrong gradient is off by about 1.
      try #require(
        abs(slope - element) < 1e-3,
        likelyMistake(
          element, insteadOf: slope,
          [
            "the gradient has the wrong sign": -slope,
            "the stride multiplies the window's index, i, and not the tap's, ky":
              slopeWithStride(at: place, of: example, x, upstream),
          ], within: 1e-3,
          otherwise: "the gradient is what the loss rises by for 1 more of that weight"
        ).about("element \(place)"))
    }
  }

  @Test("It is the gradient that the engine's convolution has", arguments: ConvolutionCase.all)
  func engine(example: ConvolutionCase) throws {
    let (x, weights, upstream) = example.draw(seed: 7)
    let weight = weights.variable
    let (stride, padding) = (example.stride, example.padding)
    let gradients = x.conv2d(weight, stride: stride, padding: padding).gradients(from: upstream)
    let expected = try #require(gradients[weight])
    // Sums of up to 70 products.
    expectClose(
      convolutionWeightGradient(
        of: x, upstream: upstream, kernel: (example.weight[0], example.weight[1]), stride: stride, padding: padding),
      expected, "The gradient for the weight of \(example)", tolerance: roundingTolerance,
      mistakes: [
        "the mean over the images: the gradient is the sum": expected / Float(example.image[0]),
        "the kernel is mirrored": example.mirrored(expected),
        "the padding is missing: windows begin at −padding": gathered(example, x, upstream) { $0 * stride + $1 },
        "the stride is missing: windows are a stride apart": gathered(example, x, upstream) { $0 + $1 - padding },
        "the tap and the padding have the wrong signs: it is the same row and column as in the convolution":
          gathered(example, x, upstream) { $0 * stride - $1 + padding },
      ])
  }

  @Test("PyTorch has the same gradients", arguments: ["k3p1", "k3s2p1", "k5x3p2", "k7s7"])
  func oracle(kind: String) throws {
    let fixture = try Fixture(named: "operations")
    let name = "conv2d.\(kind)"
    let (weight, upstream) = (fixture["\(name)/weight"], fixture["\(name)/upstream"])
    try #require(weight.shape.rank == 4)
    expectClose(
      convolutionWeightGradient(
        of: fixture["\(name)/x"], upstream: upstream, kernel: (weight.shape[0], weight.shape[1]),
        stride: try fixture.integer("\(name)/stride"), padding: try fixture.integer("\(name)/padding")),
      fixture["\(name)/grad.weight"], "The weight's gradient, \(kind)", tolerance: oracleTolerance)
    expectClose(
      convolutionBiasGradient(upstream: upstream), fixture["\(name)/grad.bias"], "The bias's gradient, \(kind)",
      tolerance: oracleTolerance)
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

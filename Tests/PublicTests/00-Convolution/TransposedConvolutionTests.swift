import Convolution
import Tensors
import TestSupport
import Testing

/// The adjoint: by hand, by ⟨conv x, y⟩ = ⟨x, convᵀ y⟩, as the engine's gradient, and as PyTorch's conv_transpose2d.
@Suite("0.4 The transposed convolution", .exercise("0.4"))
struct Exercise0_4 {
  /// The gradient's elements, once it has the images' shape.
  private func inputGradient(
    _ upstream: Tensor, _ weight: Tensor, images: Shape, stride: Int = 1, padding: Int = 0
  ) throws -> [Double] {
    let x = try convolutionInputGradient(
      upstream: upstream, weight: weight, images: images, stride: stride, padding: padding
    ).checked()
    try #require(x.shape == images, "x̄ has the shape of the images: yours is \(x.shape) instead of \(images)")
    return x.scalars.map(Double.init)
  }

  @Test("One pixel becomes a kernel, as it is")
  func spread() throws {
    let kernel = Tensor([1, 2, 3, 4], shape: [2, 2, 1, 1])
    let x = try inputGradient(Tensor([10], shape: [1, 1, 1, 1]), kernel, images: [1, 2, 2, 1])
    #expect(
      x == [10, 20, 30, 40],
      likelyMistake(
        x, insteadOf: [10, 20, 30, 40],
        [
          "the kernel is mirrored; it is spread as it is": [40, 30, 20, 10],
          "the kernel's rows and columns are mixed up": [10, 30, 20, 40],
          "this is the kernel itself: the output's gradient is a factor": [1, 2, 3, 4],
        ], otherwise: "it is 10 times the kernel"))
  }

  @Test("Where kernels overlap they add up")
  func overlap() throws {
    let kernel = Tensor([1, 10, 100], shape: [1, 3, 1, 1])
    let row = Tensor([1, 2, 3], shape: [1, 1, 3, 1])
    let close = try inputGradient(row, kernel, images: [1, 1, 5, 1])
    #expect(
      close == [1, 12, 123, 230, 300],
      likelyMistake(
        close, insteadOf: [1, 12, 123, 230, 300],
        [
          "the kernel is mirrored; it is spread as it is": [100, 210, 321, 32, 3],
          "where kernels overlap they add up: what is there already is written over": [1, 2, 3, 30, 300],
          "where kernels overlap they add up: only what came first is kept": [1, 10, 100, 200, 300],
        ], otherwise: "each pixel gathers from all windows that it lies in: 1, 10 + 2, 100 + 20 + 3, …"))
    let apart = try inputGradient(row, kernel, images: [1, 1, 7, 1], stride: 2)
    #expect(
      apart == [1, 10, 102, 20, 203, 30, 300],
      likelyMistake(
        apart, insteadOf: [1, 10, 102, 20, 203, 30, 300],
        [
          "the stride is missing: with a stride of 2 the kernels begin 2 pixels apart": [1, 12, 123, 230, 300, 0, 0],
          "where kernels overlap they add up: what is there already is written over": [1, 10, 2, 20, 3, 30, 300],
          "the kernel is mirrored; it is spread as it is": [100, 10, 201, 20, 302, 30, 3],
          "the taps of a kernel are neighbors: the stride multiplies the window's index, not the tap's":
            [1, 2, 13, 20, 130, 200, 300],
        ], otherwise: "with a stride of 2 the kernels begin at the pixels 0, 2 and 4"))
    // With a margin above and below too, a kernel of three rows, of which only the middle one is not zero.
    let middle = Tensor([0, 0, 0, 1, 10, 100, 0, 0, 0], shape: [3, 3, 1, 1])
    let cut = try inputGradient(row, middle, images: [1, 1, 3, 1], padding: 1)
    #expect(
      cut == [12, 123, 230],
      likelyMistake(
        cut, insteadOf: [12, 123, 230],
        [
          "where kernels overlap they add up: what is there already is written over": [2, 3, 30],
          "the kernel is mirrored; it is spread as it is": [210, 321, 32],
        ],
        otherwise:
          "with a padding of 1 the kernels begin a pixel earlier in either direction, and what falls into the margin is dropped"
      ))
  }

  @Test("From the weight's outputs to its inputs")
  func channels() throws {
    let weight = Tensor([1, 2, 3, 4, 5, 6], shape: [1, 1, 2, 3])
    let x = try inputGradient(Tensor([1, 10, 100], shape: [1, 1, 1, 3]), weight, images: [1, 1, 1, 2])
    #expect(
      x == [321, 654],
      likelyMistake(
        x, insteadOf: [321, 654],
        ["only the last output is kept: they add up": [300, 600], "only the first output is heard": [1, 4]],
        otherwise:
          "input c gathers weight[.., .., c, o] from all outputs o: 1·1 + 2·10 + 3·100, 4·1 + 5·10 + 6·100"))
  }

  @Test("⟨conv x, y⟩ = ⟨x, convᵀ y⟩", arguments: ConvolutionCase.all)
  func adjoint(example: ConvolutionCase) throws {
    let (x, weight, y) = example.draw(seed: 4)
    let forward = example.convolved(x, weight)
    let back = Tensor(
      try inputGradient(y, weight, images: example.image, stride: example.stride, padding: example.padding).map {
        Float($0)
      },
      shape: example.image)
    let (outer, inner) = (innerProduct(forward, y), innerProduct(x, back))
    // By Cauchy and Schwarz an error of 1e-5 in either convolution moves its inner product by 1e-5 of the two norms.
    let tolerance = 1e-5 * (norm(forward) * norm(y) + norm(x) * norm(back))
    let mistake = mistakes(example, y, weight).first { isClose(back, $0.value, roundingTolerance) }?.key
    #expect(
      abs(outer - inner) <= tolerance,
      likelyMistake(
        inner, insteadOf: outer, [:],
        otherwise: "⟨x, convᵀ y⟩ is not ⟨conv x, y⟩: \(mistake ?? "something is lost or misplaced between them")"))
  }

  @Test("It is the gradient that the engine's convolution has", arguments: ConvolutionCase.all)
  func gradient(example: ConvolutionCase) throws {
    let (images, weight, upstream) = example.draw(seed: 5)
    let x = images.variable
    let gradients = x.conv2d(weight, stride: example.stride, padding: example.padding).gradients(from: upstream)
    let expected = try #require(gradients[x])
    let (stride, padding) = (example.stride, example.padding)
    expectClose(
      convolutionInputGradient(
        upstream: upstream, weight: weight, images: example.image, stride: stride, padding: padding),
      expected, "The gradient for the input of \(example)", tolerance: roundingTolerance,
      mistakes: mistakes(example, upstream, weight))
  }

  /// What wrong answers give.
  private func mistakes(
    _ example: ConvolutionCase, _ upstream: Tensor, _ weight: Tensor
  ) -> KeyValuePairs<String, Tensor> {
    let (stride, padding) = (example.stride, example.padding)
    return [
      "the kernel is mirrored; it is spread as it is":
        scattered(example, upstream, example.mirrored(weight)) { $0 * stride + $1 - padding },
      "what arrives at a pixel adds up: what is there already is written over":
        scattered(example, upstream, weight, overwrites: true) { $0 * stride + $1 - padding },
      "the padding is missing: windows begin at i·stride − padding":
        scattered(example, upstream, weight) { $0 * stride + $1 },
      "the stride is missing: windows are a stride apart":
        scattered(example, upstream, weight) { $0 + $1 - padding },
      "the tap and the padding have the wrong signs: it is the same row and column as in the convolution":
        scattered(example, upstream, weight) { $0 * stride - $1 + padding },
    ]
  }

  @Test("It is PyTorch's conv_transpose2d without a bias", arguments: ["k4s2p1", "k4s1p0", "k3s2p1o1"])
  func oracle(kind: String) throws {
    let fixture = try Fixture(named: "operations")
    let name = "convTransposed2d.\(kind)"
    expectClose(
      transposedConvolution(
        fixture["\(name)/x"], weight: fixture["\(name)/weight"], stride: try fixture.integer("\(name)/stride"),
        padding: try fixture.integer("\(name)/padding"),
        outputPadding: try fixture.integer("\(name)/outputPadding")) + fixture["\(name)/bias"],
      fixture["\(name)/output"], "conv_transpose2d, \(kind)", tolerance: oracleTolerance)
  }

  @Test("What does not fit together is a fault")
  func misfit() {
    let weight = Tensor.ones([3, 3, 2, 4])
    let fits = convolutionInputGradient(upstream: .ones([1, 2, 2, 4]), weight: weight, images: [1, 4, 4, 2])
    #expect(
      fits.shape == [1, 4, 4, 2], "x̄ has the shape of the images: yours is \(fits.shape) instead of [1, 4, 4, 2]")
    for upstream: Shape in [[1, 2, 2, 2], [1, 3, 2, 4], [2, 2, 2, 4]] {
      #expect(
        convolutionInputGradient(upstream: .ones(upstream), weight: weight, images: [1, 4, 4, 2]).fault != nil,
        """
        the output of this convolution is [1, 2, 2, 4], so the result for a gradient \(upstream) must be faulty, and yours \
        is not
        """)
    }
  }

  /// What comes of each output spreading its kernel over pixels at some place.
  private func scattered(
    _ example: ConvolutionCase, _ upstream: Tensor, _ weight: Tensor, overwrites: Bool = false,
    at place: @escaping (Int, Int) -> Int
  ) -> Tensor {
    var x = Tensor.zeros(example.image)
    example.forEachTap(at: place) { n, window, tap, pixel in
      for c in 0..<example.weight[2] {
        for o in 0..<example.weight[3] {
          let number = upstream[n, window.i, window.j, o] * weight[tap.ky, tap.kx, c, o]
          x[n, pixel.row, pixel.column, c] = number + (overwrites ? 0 : x[n, pixel.row, pixel.column, c])
        }
      }
    }
    return x
  }
}

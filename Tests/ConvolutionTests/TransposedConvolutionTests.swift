import Convolution
import Tensors
import TestSupport
import Testing

/// The adjoint: by hand, by ⟨conv x, y⟩ = ⟨x, convᵀ y⟩, by finite differences, and as PyTorch's conv_transpose2d.
@Suite("0.4 The transposed convolution", .exercise("0.4"))
struct Exercise0_4 {
  @Test("One pixel becomes a kernel, as it is")
  func spread() throws {
    let kernel = Tensor([1, 2, 3, 4], shape: [2, 2, 1, 1])
    let x = try convolutionInputGradient(
      upstream: Tensor([10], shape: [1, 1, 1, 1]), weight: kernel, images: [1, 2, 2, 1]
    ).checked()
    #expect(
      x.scalars == [10, 20, 30, 40],
      "10 times the kernel. [40, 30, 20, 10] would be the kernel mirrored; [10, 30, 20, 40], rows and columns mixed up")
  }

  @Test("Where kernels overlap they add up")
  func overlap() throws {
    let kernel = Tensor([1, 10, 100], shape: [1, 3, 1, 1])
    let row = Tensor([1, 2, 3], shape: [1, 1, 3, 1])
    let close = try convolutionInputGradient(upstream: row, weight: kernel, images: [1, 1, 5, 1]).checked()
    #expect(
      close.scalars == [1, 12, 123, 230, 300],
      """
      \(close.scalars): \(close.scalars == [100, 210, 321, 32, 3]
        ? "the kernel is mirrored; it is spread as it is"
        : "each pixel gathers from all windows that it lies in: what is there already is added to, not written over")
      """)
    let apart = try convolutionInputGradient(upstream: row, weight: kernel, images: [1, 1, 7, 1], stride: 2).checked()
    #expect(apart.scalars == [1, 10, 102, 20, 203, 30, 300], "with a stride of 2 the kernels begin 2 pixels apart")
    // With a margin above and below too, a kernel of three rows, of which only the middle one is not zero.
    let middle = Tensor([0, 0, 0, 1, 10, 100, 0, 0, 0], shape: [3, 3, 1, 1])
    let cut = try convolutionInputGradient(upstream: row, weight: middle, images: [1, 1, 3, 1], padding: 1).checked()
    #expect(cut.scalars == [12, 123, 230], "what falls into the margin is dropped, at both ends")
  }

  @Test("From the weight's outputs to its inputs")
  func channels() throws {
    let weight = Tensor([1, 2, 3, 4, 5, 6], shape: [1, 1, 2, 3])
    let x = try convolutionInputGradient(
      upstream: Tensor([1, 10, 100], shape: [1, 1, 1, 3]), weight: weight, images: [1, 1, 1, 2]
    ).checked()
    #expect(
      x.scalars == [321, 654],
      "input c gathers weight[.., .., c, o] from all outputs o: 1·1 + 2·10 + 3·100, 4·1 + 5·10 + 6·100")
  }

  @Test("⟨conv x, y⟩ = ⟨x, convᵀ y⟩", arguments: ConvolutionCase.all)
  func adjoint(example: ConvolutionCase) throws {
    let (x, weight, y) = example.draw(seed: 4)
    let forward = example.convolved(x, weight)
    let back = try convolutionInputGradient(
      upstream: y, weight: weight, images: example.image, stride: example.stride, padding: example.padding
    ).checked()
    try #require(back.shape == example.image)
    let (outer, inner) = (innerProduct(forward, y), innerProduct(x, back))
    // By Cauchy and Schwarz an error of 1e-5 in either convolution moves its inner product by 1e-5 of the two norms.
    let mirrored = innerProduct(example.convolved(x, example.mirrored(weight)), y)
    // By Cauchy and Schwarz an error of 1e-5 in either convolution moves its inner product by 1e-5 of the two norms.
    let tolerance = 1e-5 * (norm(forward) * norm(y) + norm(x) * norm(back))
    let meaning =
      abs(mirrored - inner) <= tolerance
      ? "the kernel is mirrored" : "some pixel goes back by another weight than it came"
    #expect(abs(outer - inner) <= tolerance, "⟨conv x, y⟩ = \(outer), ⟨x, convᵀ y⟩ = \(inner): \(meaning)")
  }

  @Test("It is the gradient that the engine's convolution has", arguments: ConvolutionCase.all)
  func gradient(example: ConvolutionCase) throws {
    let (images, weight, upstream) = example.draw(seed: 5)
    let x = images.variable
    let gradients = x.conv2d(weight, stride: example.stride, padding: example.padding).gradients(from: upstream)
    let expected = try #require(gradients[x])
    let (stride, padding) = (example.stride, example.padding)
    expectAnswer(
      convolutionInputGradient(
        upstream: upstream, weight: weight, images: example.image, stride: stride, padding: padding),
      expected, "The gradient for the input of \(example)",
      mistakes: [
        (
          scattered(example, upstream, weight) { $0 * stride + $1 },
          "the padding is missing: windows begin at i·stride − padding"
        ),
        (
          scattered(example, upstream, weight) { $0 + $1 - padding },
          "the stride is missing: windows are a stride apart"
        ),
        (
          scattered(example, upstream, weight) { $0 * stride - $1 + padding },
          "the tap and the padding have the wrong signs: it is the same row and column as in the convolution"
        ),
      ])
  }

  @Test("It is PyTorch's conv_transpose2d without a bias", arguments: ["k4s2p1", "k4s1p0", "k3s2p1o1"])
  func oracle(kind: String) throws {
    let fixture = try Fixture(named: "operations")
    let name = "convTransposed2d.\(kind)"
    expectAnswer(
      transposedConvolution(
        fixture["\(name)/x"], weight: fixture["\(name)/weight"], stride: try fixture.integer("\(name)/stride"),
        padding: try fixture.integer("\(name)/padding"),
        outputPadding: try fixture.integer("\(name)/outputPadding")) + fixture["\(name)/bias"],
      fixture["\(name)/output"], "conv_transpose2d, \(kind)", tolerance: 2e-5)
  }

  @Test("What does not fit together is a fault")
  func misfit() {
    let weight = Tensor.ones([3, 3, 2, 4])
    let fits = convolutionInputGradient(upstream: .ones([1, 2, 2, 4]), weight: weight, images: [1, 4, 4, 2])
    #expect(fits.shape == [1, 4, 4, 2])
    for upstream: Shape in [[1, 2, 2, 2], [1, 3, 2, 4], [2, 2, 2, 4]] {
      #expect(
        convolutionInputGradient(upstream: .ones(upstream), weight: weight, images: [1, 4, 4, 2]).fault != nil,
        "a gradient \(upstream) is none for the output of this convolution, which is [1, 2, 2, 4]")
    }
  }

  /// What comes of each output spreading its kernel over pixels at some place.
  private func scattered(
    _ example: ConvolutionCase, _ upstream: Tensor, _ weight: Tensor, at place: @escaping (Int, Int) -> Int
  ) -> Tensor {
    var x = Tensor.zeros(example.image)
    example.forEachTap(at: place) { n, window, tap, pixel in
      for c in 0..<example.weight[2] {
        for o in 0..<example.weight[3] {
          x[n, pixel.row, pixel.column, c] += upstream[n, window.i, window.j, o] * weight[tap.ky, tap.kx, c, o]
        }
      }
    }
    return x
  }
}

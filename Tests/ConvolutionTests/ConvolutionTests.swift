import Convolution
import Tensors
import TestSupport
import Testing

/// The formula as loops: against numbers worked out by hand, against the engine's convolution, and its adjointness.
@Suite("Convolution by the formula")
struct NaiveConvolutionTests {
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
      "[23, 33, 53, 63] would be the kernel mirrored: networks correlate, they do not mirror")
  }

  @Test("A kernel that has a one off its middle shifts the image, and zeros come in from outside")
  func shift() throws {
    var kernel = Tensor.zeros([3, 3, 1, 1])
    kernel[0, 1, 0, 0] = 1
    let y = try naiveConvolution(square, weight: kernel, padding: 1).checked()
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

  @Test("The weight's inputs must be the image's channels")
  func misfit() {
    #expect(
      naiveConvolution(square, weight: .ones([3, 3, 2, 1])).fault != nil,
      "a weight for two channels does not fit grey images: the result must be faulty, not a crash")
    #expect(
      naiveConvolution(square, weight: .ones([3, 3, 1, 1]), stride: 0).fault != nil, "a stride of 0 goes nowhere")
  }

  /// Images, kernels, strides and paddings in which no two extents are alike.
  static let cases: [(image: Shape, weight: Shape, stride: Int, padding: Int)] = [
    ([2, 7, 5, 3], [3, 3, 3, 4], 1, 1), ([1, 8, 9, 2], [3, 3, 2, 5], 2, 1), ([3, 6, 4, 1], [1, 1, 1, 3], 1, 0),
    ([1, 9, 7, 2], [4, 2, 2, 3], 2, 1), ([1, 10, 8, 3], [2, 5, 3, 2], 3, 2), ([2, 5, 6, 4], [5, 3, 4, 1], 1, 0),
  ]

  @Test("It equals the engine's convolution", arguments: cases)
  func engine(image: Shape, weight: Shape, stride: Int, padding: Int) {
    var generator = RandomGenerator(seed: 1)
    let x = Tensor.normal(image, using: &generator)
    let w = Tensor.normal(weight, using: &generator)
    // Both add the same n ≤ 60 products in Float, in different orders: the sums differ by at most 2n units of rounding,
    // 2 · 60 · 6e-8 = 7e-6 of the sum of magnitudes, which exceeds the largest result by little.
    expectClose(
      naiveConvolution(x, weight: w, stride: stride, padding: padding),
      x.conv2d(w, stride: stride, padding: padding),
      "images \(image), weight \(weight), stride \(stride), padding \(padding)", tolerance: 1e-5)
  }

  @Test("The transposed convolution is its adjoint: ⟨conv x, y⟩ = ⟨x, convᵀ y⟩", arguments: cases)
  func adjoint(image: Shape, weight: Shape, stride: Int, padding: Int) throws {
    var generator = RandomGenerator(seed: 2)
    let x = Tensor.normal(image, using: &generator)
    let w = Tensor.normal(weight, using: &generator)
    let forward = try naiveConvolution(x, weight: w, stride: stride, padding: padding).checked()
    let y = Tensor.normal(forward.shape, using: &generator)
    // Rows and columns that no window covers come back as zeros; they are added by hand, as a stride may leave out
    // different numbers of rows and columns.
    let back = try y.convTransposed2d(w, stride: stride, padding: padding).checked()
    var inner = 0.0
    for n in 0..<image[0] {
      for i in 0..<min(image[1], back.shape[1]) {
        for j in 0..<min(image[2], back.shape[2]) {
          for c in 0..<image[3] { inner += Double(x[n, i, j, c]) * Double(back[n, i, j, c]) }
        }
      }
    }
    let outer = zip(forward.scalars, y.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    // By Cauchy and Schwarz an error of 1e-5 in either convolution moves its inner product by 1e-5 of the two norms.
    let scale = norm(forward) * norm(y) + norm(x) * norm(back)
    #expect(
      abs(outer - inner) <= 1e-5 * scale,
      "⟨conv x, y⟩ = \(outer), ⟨x, convᵀ y⟩ = \(inner): some pixel is read with another weight than it should be")
  }

  private func norm(_ x: Tensor) -> Double { x.scalars.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
}

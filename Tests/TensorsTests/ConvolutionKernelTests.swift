import Tensors
import TestSupport
import Testing

/// The fast convolutions against the naive ones, on random shapes.
///
/// The bounds are theorems, not experience. A sum of n products, added in any order, with or without fused multiply-add,
/// is off by at most γ · Σ|x·w| with γ = (n + 2)·u / (1 − (n + 2)·u) and u = 2⁻²⁴ (Higham 2002, §3.1); the two are for a
/// bias and for rounding the reference to compare. And Σ|x·w| is the naive kernel on absolute values.
@Suite("Fast convolutions against naive ones")
struct ConvolutionKernelTests {
  /// Shapes drawn so that what a tile, a panel of columns, a block of rows and a phase leave over takes all values.
  static let geometries = anyGeometries + fewChannels + depthwise + wide + fewPixels

  private static let anyGeometries: [ConvolutionGeometry] = {
    var generator = RandomGenerator(seed: 11)
    var found: [ConvolutionGeometry] = []
    while found.count < 60 {
      let groups = [1, 1, 2, 3][generator.integer(below: 4)]
      let depthwise = generator.integer(below: 5) == 0
      let (inputs, outputs) = (1 + generator.integer(below: 40 / groups), 1 + generator.integer(below: 40 / groups))
      let g = ConvolutionGeometry(
        1 + generator.integer(below: 3), 1 + generator.integer(below: 13), 1 + generator.integer(below: 13),
        groups * inputs, groups * (depthwise ? inputs : outputs),
        kernel: (1 + generator.integer(below: 5), 1 + generator.integer(below: 5)),
        stride: 1 + generator.integer(below: 3),
        padding: generator.integer(below: 3), groups: depthwise ? groups * inputs : groups)
      if g.height + 2 * g.padding >= g.kernelHeight, g.width + 2 * g.padding >= g.kernelWidth { found.append(g) }
    }
    return found
  }()

  /// Few outputs, where vectors run along (kernel column, channel), and few inputs, on images that are smaller than a tile, odd,
  /// and wider than a block of rows; with runs of terms that are shorter than a vector, as long, and a little longer.
  private static let fewChannels: [ConvolutionGeometry] =
    [(1, 1), (5, 7), (27, 31)].flatMap { height, width in
      [(32, 1), (33, 3), (11, 2), (6, 1), (1, 32), (3, 17), (2, 40)].map { inputs, outputs in
        ConvolutionGeometry(2, height, width, inputs, outputs, kernel: (3, 3), padding: 1)
      }
    } + [
      ConvolutionGeometry(3, 9, 10, 40, 1, kernel: (1, 1)),
      ConvolutionGeometry(3, 9, 10, 19, 4, kernel: (5, 2), stride: 2, padding: 2),
      ConvolutionGeometry(3, 8, 9, 5, 1, kernel: (3, 8), stride: 3, padding: 1),
      ConvolutionGeometry(2, 10, 9, 66, 6, kernel: (3, 3), padding: 1, groups: 3),
      ConvolutionGeometry(2, 10, 9, 2, 70, kernel: (4, 4), stride: 2, padding: 1, groups: 2),
      ConvolutionGeometry(9, 6, 6, 32, 1, kernel: (3, 3), padding: 1),
      ConvolutionGeometry(0, 6, 6, 32, 1, kernel: (3, 3), padding: 1),
      ConvolutionGeometry(0, 6, 6, 1, 32, kernel: (3, 3), padding: 1),
    ]

  /// As many groups as channels: whole vectors of them, some more, and fewer than one.
  private static let depthwise: [ConvolutionGeometry] =
    [(1, 1), (5, 7), (27, 31)].flatMap { height, width in
      [16, 20, 33, 3].map {
        ConvolutionGeometry(2, height, width, $0, $0, kernel: (3, 3), padding: 1, groups: $0)
      }
    } + [
      ConvolutionGeometry(3, 9, 12, 37, 37, kernel: (7, 7), padding: 3, groups: 37),
      ConvolutionGeometry(3, 9, 12, 24, 24, kernel: (5, 4), stride: 2, padding: 1, groups: 24),
      ConvolutionGeometry(2, 10, 7, 18, 18, kernel: (2, 2), stride: 3, groups: 18),
      ConvolutionGeometry(9, 4, 4, 16, 16, kernel: (3, 3), padding: 1, groups: 16),
      ConvolutionGeometry(0, 5, 5, 16, 16, kernel: (3, 3), padding: 1, groups: 16),
    ]

  /// Columns for several panels, and for a last one that is moved back by any number.
  private static let wide = [16, 31, 32, 39, 40, 41, 65].map {
    ConvolutionGeometry(2, 7, 15, 9, $0, kernel: (3, 3), stride: 1 + $0 % 2, padding: 1)
  }

  /// Images so small for so many channels that patches are multiplied with the weights: with every kernel, stride and margin that
  /// the networks have, one image and several, tiles and panels that are not full, and a pixel too many for that.
  private static let fewPixels: [ConvolutionGeometry] = [
    ConvolutionGeometry(1, 2, 2, 64, 64, kernel: (3, 3), padding: 1),
    ConvolutionGeometry(5, 2, 4, 48, 96, kernel: (3, 3), padding: 1),
    ConvolutionGeometry(3, 7, 6, 80, 64, kernel: (3, 3), stride: 2, padding: 1),
    ConvolutionGeometry(2, 4, 4, 64, 128, kernel: (4, 4), stride: 2, padding: 1),
    ConvolutionGeometry(5, 4, 4, 32, 144, kernel: (4, 4)),
    ConvolutionGeometry(1, 2, 7, 256, 16, kernel: (1, 1)),
    ConvolutionGeometry(1, 1, 1, 64, 64, kernel: (3, 3), padding: 1),
    ConvolutionGeometry(7, 3, 3, 64, 64, kernel: (2, 3), padding: 1),
    ConvolutionGeometry(1, 1, 17, 64, 64, kernel: (1, 1)),
  ]

  @Test("conv2d", arguments: geometries)
  func convolution(_ g: ConvolutionGeometry) {
    let (x, w, b) = (random(g.inputShape, 1), random(g.weightShape, 2), random([g.outputs], 3))
    let y = x.conv2d(w, bias: b, stride: g.stride, padding: g.padding, groups: g.groups)
    expectWithinBound(
      y, shape: g.outputShape, depth: g.kernelHeight * g.kernelWidth * g.inputsPerGroup,
      NaiveKernels.convolve(g, exact(x), weight: exact(w), bias: exact(b)),
      sizes: NaiveKernels.convolve(g, magnitudes(x), weight: magnitudes(w), bias: magnitudes(b)))
  }

  @Test("The adjoint: convTransposed2d and the gradient of the images", arguments: geometries)
  func adjoint(_ g: ConvolutionGeometry) {
    let (y, w, x) = (random(g.outputShape, 4), random(g.weightShape, 5), random(g.inputShape, 6).variable)
    let gradient = x.conv2d(w, stride: g.stride, padding: g.padding, groups: g.groups).gradients(from: y)[x]
    expectWithinBound(
      gradient, shape: g.inputShape, depth: g.kernelHeight * g.kernelWidth * g.outputsPerGroup,
      NaiveKernels.convolveAdjoint(g, exact(y), weight: exact(w)),
      sizes: NaiveKernels.convolveAdjoint(g, magnitudes(y), weight: magnitudes(w)))
  }

  @Test("The gradient of the weights", arguments: geometries)
  func weightGradient(_ g: ConvolutionGeometry) {
    let (x, y, w) = (random(g.inputShape, 7), random(g.outputShape, 8), random(g.weightShape, 9).variable)
    let gradient = x.conv2d(w, stride: g.stride, padding: g.padding, groups: g.groups).gradients(from: y)[w]
    expectWithinBound(
      gradient, shape: g.weightShape, depth: g.count * g.outputHeight * g.outputWidth,
      NaiveKernels.convolveWeightGradient(g, exact(x), exact(y)),
      sizes: NaiveKernels.convolveWeightGradient(g, magnitudes(x), magnitudes(y)))
  }

  /// ⟨conv x, y⟩ = ⟨x, convᵀ y⟩ for the naive kernels in Double: what the fast ones are held against holds together.
  @Test("The naive adjoint is the adjoint of the naive convolution", arguments: anyGeometries.prefix(12))
  func adjointness(_ g: ConvolutionGeometry) {
    let (x, y, w) = (exact(random(g.inputShape, 1)), exact(random(g.outputShape, 2)), exact(random(g.weightShape, 3)))
    let product = { (a: [Double], b: [Double]) in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let left = product(NaiveKernels.convolve(g, x, weight: w), y)
    #expect(abs(left - product(x, NaiveKernels.convolveAdjoint(g, y, weight: w))) < 1e-9 * (1 + abs(left)))
    #expect(abs(left - product(w, NaiveKernels.convolveWeightGradient(g, x, y))) < 1e-9 * (1 + abs(left)))
  }

  /// 1·1 + 2·10 + 4·100 + 5·1000 and so on, by hand: the kernel is not mirrored, and w is [row, column].
  @Test("The naive convolution of nine pixels with four weights")
  func byHand() {
    let g = ConvolutionGeometry(1, 3, 3, 1, 1, kernel: (2, 2))
    let y = NaiveKernels.convolve(g, [1, 2, 3, 4, 5, 6, 7, 8, 9], weight: [1, 10, 100, 1000], bias: [0.5])
    #expect(y == [5421.5, 6532.5, 8754.5, 9865.5])
  }
}

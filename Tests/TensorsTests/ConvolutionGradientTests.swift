import Tensors
import TestSupport
import Testing

/// Convolutions and transposed convolutions: results and gradients with respect to images, weights and biases.
@Suite("Gradients of convolutions")
struct ConvolutionGradientTests {
  /// Image sizes from one pixel up, all strides, margins, kernels and groupings, channels that are no multiple of a
  /// vector's numbers. The large image has few channels to keep the central differences cheap.
  static let geometries: [ConvolutionGeometry] = [
    .init(2, 1, 1, 1, 1, kernel: (1, 1)),
    .init(1, 1, 1, 5, 7, kernel: (3, 3), padding: 1),
    .init(2, 5, 7, 3, 4, kernel: (3, 3), padding: 1),
    .init(1, 5, 7, 40, 9, kernel: (1, 1)),
    .init(1, 5, 7, 6, 37, kernel: (2, 2)),
    .init(2, 5, 7, 3, 5, kernel: (3, 3), stride: 2, padding: 1),
    .init(1, 6, 8, 3, 5, kernel: (4, 4), stride: 2, padding: 1),
    .init(1, 5, 7, 2, 3, kernel: (5, 5), padding: 2),
    .init(1, 7, 5, 4, 3, kernel: (3, 2), stride: 3, padding: 2),
    .init(1, 7, 8, 3, 2, kernel: (1, 1), stride: 3),
    .init(1, 8, 7, 3, 2, kernel: (2, 2), stride: 3, padding: 1),
    .init(2, 6, 8, 3, 5, kernel: (3, 3), stride: 2, padding: 1),
    .init(1, 7, 10, 4, 6, kernel: (2, 2), stride: 3, groups: 2),
    .init(2, 5, 7, 6, 8, kernel: (3, 3), padding: 1, groups: 2),
    .init(1, 5, 7, 34, 34, kernel: (3, 3), padding: 1, groups: 2),
    .init(2, 5, 7, 6, 6, kernel: (3, 3), stride: 2, padding: 1, groups: 6),
    .init(1, 5, 7, 3, 6, kernel: (3, 3), padding: 1, groups: 3),
    .init(1, 27, 31, 3, 5, kernel: (3, 3), padding: 1),
    .init(1, 27, 31, 2, 3, kernel: (3, 3), stride: 2, padding: 1),
  ]

  @Test(
    "conv2d",
    arguments: geometries.map { g in
      GradientCase(
        "conv2d of stride \(g.stride), padding \(g.padding), \(g.groups) groups",
        [g.inputShape, g.weightShape, [g.outputs]]
      ) {
        $0[0].conv2d($0[1], bias: $0[2], stride: g.stride, padding: g.padding, groups: g.groups)
      } reference: {
        DoubleArray(
          NaiveKernels.convolve(g, $0[0].elements, weight: $0[1].elements, bias: $0[2].elements), shape: g.outputShape)
      }
    })
  func convolution(_ example: GradientCase) { example.check() }

  /// The sizes are those of the convolution whose adjoint it is. Where its stride leaves rows or columns over, they are the
  /// output padding.
  @Test(
    "convTransposed2d",
    arguments: geometries.compactMap { g -> GradientCase? in
      let over = (g.height + 2 * g.padding - g.kernelHeight) % g.stride
      guard over == (g.width + 2 * g.padding - g.kernelWidth) % g.stride else { return nil }
      return GradientCase(
        "convTransposed2d of stride \(g.stride), padding \(g.padding) + \(over), \(g.groups) groups",
        [g.outputShape, g.weightShape, [g.inputs]]
      ) {
        $0[0].convTransposed2d(
          $0[1], bias: $0[2], stride: g.stride, padding: g.padding, outputPadding: over, groups: g.groups)
      } reference: {
        DoubleArray(
          NaiveKernels.convolveAdjoint(g, $0[0].elements, weight: $0[1].elements, bias: $0[2].elements),
          shape: g.inputShape)
      }
    })
  func transposedConvolution(_ example: GradientCase) { example.check() }

  @Test("Without a bias there is none")
  func withoutBias() {
    let (x, w) = (Tensor.ones([1, 2, 2, 3]), Tensor.ones([1, 1, 3, 2]))
    #expect(x.conv2d(w) == Tensor(repeating: 3, shape: [1, 2, 2, 2]))
    #expect(x.convTransposed2d(Tensor.ones([1, 1, 2, 3])) == Tensor(repeating: 3, shape: [1, 2, 2, 2]))
  }

  @Test("Some geometry leaves rows over, so that output padding is tested")
  func outputPaddingOccurs() {
    let over = Self.geometries.filter { g in
      let rows = (g.height + 2 * g.padding - g.kernelHeight) % g.stride
      return rows > 0 && rows == (g.width + 2 * g.padding - g.kernelWidth) % g.stride
    }
    #expect(!over.isEmpty)
  }
}

extension ConvolutionGeometry {
  /// The sizes in the order of the shapes: images, then channels, then the kernel.
  init(
    _ count: Int, _ height: Int, _ width: Int, _ inputs: Int, _ outputs: Int, kernel: (Int, Int), stride: Int = 1,
    padding: Int = 0, groups: Int = 1
  ) {
    self.init(
      count: count, height: height, width: width, inputs: inputs, outputs: outputs, kernelHeight: kernel.0,
      kernelWidth: kernel.1, stride: stride, padding: padding, groups: groups)
  }
}

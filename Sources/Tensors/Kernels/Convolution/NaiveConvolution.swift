// One loop nest, read in three directions: from the input to the output, back from the output to the input, and from both
// to the weights.

extension NaiveKernels {
  /// y[n, i, j, o] = bias[o] + Σ x[n, i·s + ky − p, j·s + kx − p, c] · w[ky, kx, c, o], where pixels outside the image are 0
  /// and the sum runs over the kernel and the input channels of o's group.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package static func convolve<Scalar: BinaryFloatingPoint & Sendable>(
    _ g: ConvolutionGeometry, _ x: [Scalar], weight: [Scalar], bias: [Scalar]? = nil
  ) -> [Scalar] {
    var y = (0..<g.outputShape.elementCount).map { bias?[$0 % g.outputs] ?? 0 }
    forEachProduct(g) { input, weightIndex, output in y[output] += x[input] * weight[weightIndex] }
    return y
  }

  /// x[n, i, j, c] = bias[c] + Σ y[n, i′, j′, o] · w[ky, kx, c, o] over all places where a convolution uses x[n, i, j, c].
  ///
  /// Each output pixel scatters the kernel over the input. Without a bias it is the gradient of a convolution's input; with
  /// one it is the transposed convolution.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package static func convolveAdjoint<Scalar: BinaryFloatingPoint & Sendable>(
    _ g: ConvolutionGeometry, _ y: [Scalar], weight: [Scalar], bias: [Scalar]? = nil
  ) -> [Scalar] {
    var x = (0..<g.inputShape.elementCount).map { bias?[$0 % g.inputs] ?? 0 }
    forEachProduct(g) { input, weightIndex, output in x[input] += y[output] * weight[weightIndex] }
    return x
  }

  /// w[ky, kx, c, o] = Σ x[n, i·s + ky − p, j·s + kx − p, c] · y[n, i, j, o] over all images and output pixels: the gradient
  /// of a convolution's weights, where y is what comes back.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package static func convolveWeightGradient<Scalar: BinaryFloatingPoint & Sendable>(
    _ g: ConvolutionGeometry, _ x: [Scalar], _ y: [Scalar]
  ) -> [Scalar] {
    var weight = [Scalar](repeating: 0, count: g.weightShape.elementCount)
    forEachProduct(g) { input, weightIndex, output in weight[weightIndex] += x[input] * y[output] }
    return weight
  }

  /// Visits every product that a convolution adds up: which input number meets which weight for which output number.
  @inline(__always)
  private static func forEachProduct(
    _ g: ConvolutionGeometry, _ visit: (_ input: Int, _ weight: Int, _ output: Int) -> Void
  ) {
    for n in 0..<g.count {
      for i in 0..<g.outputHeight {
        for j in 0..<g.outputWidth {
          for ky in 0..<g.kernelHeight {
            for kx in 0..<g.kernelWidth {
              let (row, column) = (i * g.stride + ky - g.padding, j * g.stride + kx - g.padding)
              guard (0..<g.height).contains(row), (0..<g.width).contains(column) else { continue }
              for o in 0..<g.outputs {
                let group = o / g.outputsPerGroup
                for c in 0..<g.inputsPerGroup {
                  visit(
                    ((n * g.height + row) * g.width + column) * g.inputs + group * g.inputsPerGroup + c,
                    ((ky * g.kernelWidth + kx) * g.inputsPerGroup + c) * g.outputs + o,
                    ((n * g.outputHeight + i) * g.outputWidth + j) * g.outputs + o)
                }
              }
            }
          }
        }
      }
    }
  }
}

/// Two-dimensional convolution, its adjoint, and the gradient of its weights, on channels-last images: chooses the kernel
/// that is fastest for the sizes at hand.
enum ConvolutionKernels {
  /// y[n, i, j, o] = bias[o] + Σ x[n, i·s + ky − p, j·s + kx − p, c] · w[ky, kx, c, o].
  static func convolve(_ g: ConvolutionGeometry, _ x: Buffer, weight: Buffer, bias: Buffer?, into y: Buffer) {
    if PatchConvolution.isWorthwhile(g) {
      PatchConvolution.convolve(g, x, weight: weight, bias: bias, into: y)
    } else if WinogradConvolution.isWorthwhile(g) {
      WinogradConvolution.convolve(g, x, weight: weight, bias: bias, into: y)
    } else {
      DirectConvolution.convolve(g, x, weight: weight, bias: bias, into: y)
    }
  }

  /// x[n, i, j, c] = bias[c] + Σ y[n, (i + p − ky) / s, (j + p − kx) / s, o] · w[ky, kx, c, o] over the taps for which the
  /// divisions leave no remainder: the gradient of a convolution's input, and the transposed convolution.
  static func convolveAdjoint(_ g: ConvolutionGeometry, _ y: Buffer, weight: Buffer, bias: Buffer?, into x: Buffer) {
    if PatchConvolution.isWorthwhile(g) {
      PatchConvolution.adjoint(g, y, weight: weight, bias: bias, into: x)
    } else if WinogradConvolution.isWorthwhile(g) {
      WinogradConvolution.adjoint(g, y, weight: weight, bias: bias, into: x)
    } else {
      DirectConvolution.adjoint(g, y, weight: weight, bias: bias, into: x)
    }
  }

  /// dw[ky, kx, c, o] = Σ x[n, i·s + ky − p, j·s + kx − p, c] · dy[n, i, j, o] over all images and output pixels.
  static func convolveWeightGradient(_ g: ConvolutionGeometry, _ x: Buffer, _ dy: Buffer, into dw: Buffer) {
    if PatchConvolution.isWorthwhile(g) {
      PatchConvolution.weightGradient(g, x, dy, into: dw)
    } else if WinogradConvolution.isWorthwhile(g) {
      WinogradConvolution.weightGradient(g, x, dy, into: dw)
    } else {
      DirectConvolution.weightGradient(g, x, dy, into: dw)
    }
  }

  // MARK: Along what the vectors of a direct convolution run

  /// Along the channels, which do not mix.
  static func isDepthwise(_ g: ConvolutionGeometry) -> Bool {
    g.groups == g.inputs && g.groups == g.outputs && g.groups >= lanes
  }

  /// What computes a group's sums: along the terms where there are few columns, along the columns otherwise.
  static func kernel(_ sum: WeightedSum) -> any RowKernel {
    if DotKernel.suits(columns: sum.columns), let dots = DotKernel(sum) { return dots }
    return GatherKernel(sum)
  }

  /// What sums the weight gradient of a group, likewise.
  static func gradientKernel(terms: [Int], columns: Int) -> any WeightGradientKernel {
    if DotKernel.suits(columns: columns), let vectors = TermVectors(terms) {
      return DotGradient(vectors, columns: columns)
    }
    return GatherGradient(terms: terms, columns: columns)
  }
}

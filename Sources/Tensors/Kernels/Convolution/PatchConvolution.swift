/// Convolutions of very small images with many channels, whose weights outweigh all else: at 2×2 pixels and 512 channels 8 KB of
/// pixels meet 9 MB of weights.
///
/// What each output pixel depends on, its *patch*, is copied together to one row of a matrix. Then all three directions are
/// products of matrices, in which every weight is read once and where it lies.
enum PatchConvolution {
  /// Whether it applies, and pays: channels that fill vectors, and so small images that Winograd's tiles would be half empty, or
  /// the direct kernels' rows short. The number of images does not matter, so that an image's result does not depend on the
  /// others.
  static func isWorthwhile(_ g: ConvolutionGeometry) -> Bool {
    g.count > 0 && g.groups == 1 && g.inputs % lanes == 0 && g.outputs % lanes == 0 && g.inputs * g.outputs >= 1 << 12
      && g.outputHeight * g.outputWidth <= (WinogradConvolution.isWorthwhile(g) ? 8 : 16)
  }

  /// y = patches · weights + bias.
  static func convolve(_ g: ConvolutionGeometry, _ x: Buffer, weight: Buffer, bias: Buffer?, into y: Buffer) {
    let patches = Patches(g)
    MatrixKernels.multiply(
      patches.read(x), weight, count: 1, rows: patches.count, depth: patches.width, columns: g.outputs,
      transposedRight: false, into: y)
    guard let bias else { return }
    parallel(patches.count) { pixel in
      let target = y.base + pixel * g.outputs
      for channel in 0..<g.outputs { target[channel] += bias.base[channel] }
    }
  }

  /// The patches' gradients are y · weightsᵀ; each pixel's is the sum over the patches that it is part of.
  static func adjoint(_ g: ConvolutionGeometry, _ y: Buffer, weight: Buffer, bias: Buffer?, into x: Buffer) {
    let patches = Patches(g)
    let gradients = Buffer(uninitialized: patches.count * patches.width)
    MatrixKernels.multiply(
      y, weight, count: 1, rows: patches.count, depth: g.outputs, columns: patches.width, transposedRight: true,
      into: gradients)
    for pixel in 0..<(g.count * g.height * g.width) {
      let target = x.base + pixel * g.inputs
      for channel in 0..<g.inputs { target[channel] = bias?.base[channel] ?? 0 }
    }
    for patch in 0..<patches.count {
      patches.forEachTap(of: patch) { pixel, place in
        let (target, source) = (x.base + pixel, gradients.base + place)
        for channel in 0..<g.inputs { target[channel] += source[channel] }
      }
    }
  }

  /// dw = patchesᵀ · dy.
  static func weightGradient(_ g: ConvolutionGeometry, _ x: Buffer, _ dy: Buffer, into dw: Buffer) {
    let patches = Patches(g)
    let transposed = Buffer(uninitialized: patches.count * patches.width)
    MatrixKernels.transpose(patches.read(x), count: 1, rows: patches.count, columns: patches.width, into: transposed)
    MatrixKernels.multiply(
      transposed, dy, count: 1, rows: patches.width, depth: patches.count, columns: g.outputs, transposedRight: false,
      into: dw)
  }

  /// The patches of all output pixels, each the pixels under the kernel's taps one after the other.
  private struct Patches: Sendable {
    private let g: ConvolutionGeometry

    init(_ g: ConvolutionGeometry) { self.g = g }

    var count: Int { g.count * g.outputHeight * g.outputWidth }
    var width: Int { g.kernelHeight * g.kernelWidth * g.inputs }

    /// The patches of some images; outside of an image there are zeros.
    func read(_ x: Buffer) -> Buffer {
      // Of a kernel of one pixel the images are the patches.
      guard g.kernelHeight * g.kernelWidth > 1 || g.stride > 1 || g.padding > 0 else { return x }
      let patches = Buffer(uninitialized: count * width)
      parallel(count) { patch in
        (patches.base + patch * width).update(repeating: 0, count: width)
        forEachTap(of: patch) { pixel, place in
          (patches.base + place).update(from: x.base + pixel, count: g.inputs)
        }
      }
      return patches
    }

    /// Calls `body` for each tap of a patch that lies inside its image: where its pixel lies among the images, and where among
    /// the patches.
    func forEachTap(of patch: Int, _ body: (_ pixel: Int, _ place: Int) -> Void) {
      let (line, column) = (patch / g.outputWidth, patch % g.outputWidth)
      let (image, row) = (line / g.outputHeight, line % g.outputHeight)
      for tap in 0..<(g.kernelHeight * g.kernelWidth) {
        let y = row * g.stride + tap / g.kernelWidth - g.padding
        let x = column * g.stride + tap % g.kernelWidth - g.padding
        if y >= 0, y < g.height, x >= 0, x < g.width {
          body(((image * g.height + y) * g.width + x) * g.inputs, patch * width + tap * g.inputs)
        }
      }
    }
  }
}

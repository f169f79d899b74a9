/// Two-dimensional convolution and its adjoint, for any kernel, stride and groups, as sums over the numbers that each pixel
/// depends on, read where they lie.
enum DirectConvolution {
  /// A place of the kernel, as seen from an output pixel.
  struct Tap: Sendable {
    /// Its number in the kernel, row by row.
    let index: Int
    /// Where the pixel under it begins, counted from the output pixel's input offset.
    let offset: Int
  }

  // MARK: Forward

  /// y[n, i, j, o] = bias[o] + Σ x[n, i·s + ky − p, j·s + kx − p, c] · w[ky, kx, c, o].
  static func convolve(_ g: ConvolutionGeometry, _ x: Buffer, weight: Buffer, bias: Buffer?, into y: Buffer) {
    let paddedWidth = g.width + 2 * g.padding
    let kernels = kernels(g, taps: taps(g, paddedWidth: paddedWidth), weight: weight, bias: bias, adjoint: false)
    let blocks = RowBlocks(images: g.count, rows: g.outputHeight) { height in
      RowOffsets(
        height: height, width: g.outputWidth, inputSteps: (g.stride * paddedWidth * g.inputs, g.stride * g.inputs),
        outputSteps: (g.outputWidth * g.outputs, g.outputs))
    }
    blocks.share { image, rows, offsets in
      let input = PaddedImage(
        x.base + image * g.height * g.width * g.inputs, height: g.height, width: g.width, channels: g.inputs,
        window: .init(
          firstRow: rows.lowerBound * g.stride - g.padding,
          rowCount: (rows.count - 1) * g.stride + g.kernelHeight, left: g.padding, paddedWidth: paddedWidth))
      let output = y.base + (image * g.outputHeight + rows.lowerBound) * g.outputWidth * g.outputs
      offsets.withRows(input: input.pixels, output: output) { $0.compute(kernels, step: g.outputsPerGroup) }
      withExtendedLifetime(input) {}
    }
  }

  /// The kernel's places over an image `paddedWidth` pixels wide, in the order of the weights.
  static func taps(_ g: ConvolutionGeometry, paddedWidth: Int) -> [Tap] {
    (0..<(g.kernelHeight * g.kernelWidth)).map {
      Tap(index: $0, offset: ($0 / g.kernelWidth * paddedWidth + $0 % g.kernelWidth) * g.inputs)
    }
  }

  // MARK: Adjoint

  /// x[n, i, j, c] = Σ y[n, (i + p − ky) / s, (j + p − kx) / s, o] · w[ky, kx, c, o] over the taps for which the divisions
  /// leave no remainder: the gradient of a convolution's input, and the transposed convolution.
  ///
  /// The input's pixels fall into s × s phases, by their remainders; each phase depends on taps of its own, so that each
  /// is a small convolution without gaps.
  static func adjoint(_ g: ConvolutionGeometry, _ y: Buffer, weight: Buffer, bias: Buffer?, into x: Buffer) {
    let down = (0..<g.stride).map { PhaseTaps(kernel: g.kernelHeight, stride: g.stride, padding: g.padding, phase: $0) }
    let across = (0..<g.stride).map {
      PhaseTaps(kernel: g.kernelWidth, stride: g.stride, padding: g.padding, phase: $0)
    }
    // One margin serves all phases: as far as any of them reaches outside the output.
    let left = Swift.max(0, -(across.compactMap(\.lowest).min() ?? 0))
    let right = Swift.max(
      0, across.map { ($0.highest ?? 0) + (g.width + g.stride - 1) / g.stride - g.outputWidth }.max() ?? 0)
    let paddedWidth = left + g.outputWidth + right
    for phase in 0..<(g.stride * g.stride) {
      let (phaseY, phaseX) = (phase / g.stride, phase % g.stride)
      let phaseRows = (g.height - phaseY + g.stride - 1) / g.stride
      let phaseColumns = (g.width - phaseX + g.stride - 1) / g.stride
      guard phaseRows > 0, phaseColumns > 0 else { continue }
      let top = down[phaseY].lowest ?? 0
      let reach = (down[phaseY].highest ?? 0) - top
      let taps = down[phaseY].taps.flatMap { ky in
        across[phaseX].taps.map { kx in
          Tap(
            index: ky.index * g.kernelWidth + kx.index,
            offset: ((ky.shift - top) * paddedWidth + left + kx.shift) * g.outputs)
        }
      }
      let kernels = kernels(g, taps: taps, weight: weight, bias: bias, adjoint: true)
      let blocks = RowBlocks(images: g.count, rows: phaseRows) { height in
        RowOffsets(
          height: height, width: phaseColumns, inputSteps: (paddedWidth * g.outputs, g.outputs),
          outputSteps: (g.stride * g.width * g.inputs, g.stride * g.inputs))
      }
      blocks.share { image, rows, offsets in
        let input = PaddedImage(
          y.base + image * g.outputHeight * g.outputWidth * g.outputs, height: g.outputHeight, width: g.outputWidth,
          channels: g.outputs,
          window: .init(
            firstRow: rows.lowerBound + top, rowCount: rows.count + reach, left: left, paddedWidth: paddedWidth))
        let firstPixel = (image * g.height + rows.lowerBound * g.stride + phaseY) * g.width + phaseX
        offsets.withRows(input: input.pixels, output: x.base + firstPixel * g.inputs) {
          $0.compute(kernels, step: g.inputsPerGroup)
        }
        withExtendedLifetime(input) {}
      }
    }
  }

  /// Along one axis, the taps that reach the input positions of one remainder, and for each how far from the position's
  /// quotient the output that used it lies.
  private struct PhaseTaps {
    let taps: [(index: Int, shift: Int)]

    /// Taps in descending order: their shifts then ascend, and neighboring pixels are read one after the other.
    init(kernel: Int, stride: Int, padding: Int, phase: Int) {
      taps = (0..<kernel).reversed().filter { (phase + padding - $0) % stride == 0 }
        .map { (index: $0, shift: (phase + padding - $0) / stride) }
    }

    var lowest: Int? { taps.map(\.shift).min() }
    var highest: Int? { taps.map(\.shift).max() }
  }

  // MARK: Kernels

  /// What together computes all channels of a pixel from the taps around it: one kernel for each group.
  private static func kernels(
    _ g: ConvolutionGeometry, taps: [Tap], weight: Buffer, bias: Buffer?, adjoint: Bool
  ) -> [any RowKernel] {
    let bias = bias.map { UnsafePointer($0.base) }
    if ConvolutionKernels.isDepthwise(g) {
      return [
        DepthwiseKernel(
          WeightedSum(
            terms: taps.map(\.offset), columns: g.groups, weights: weight, place: { taps[$0].index * g.groups },
            columnStep: 1, bias: bias))
      ]
    }
    let (read, written) = adjoint ? (g.outputsPerGroup, g.inputsPerGroup) : (g.inputsPerGroup, g.outputsPerGroup)
    return (0..<g.groups).map { group in
      ConvolutionKernels.kernel(
        WeightedSum(
          terms: taps.flatMap { tap in (0..<read).map { tap.offset + group * read + $0 } }, columns: written,
          weights: weight,
          place: { k in
            let (tap, channel) = (taps[k / read].index, k % read)
            let (input, output) = adjoint ? (0, channel) : (channel, 0)
            return (tap * g.inputsPerGroup + input) * g.outputs + group * g.outputsPerGroup + output
          },
          columnStep: adjoint ? g.outputs : 1, bias: bias.map { $0 + group * written }))
    }
  }
}

/// The results' rows of pixels in pieces for the threads: whole images, or blocks of rows where there are fewer images than
/// threads can use. How the rows are grouped changes no result: each output pixel is one sum.
private struct RowBlocks {
  private let images: Int
  private let rows: Int
  private let height: Int
  private let whole: RowOffsets
  private let last: RowOffsets

  /// `offsets` makes the offsets of a block of so many rows.
  init(images: Int, rows: Int, offsets: (_ height: Int) -> RowOffsets) {
    self.images = images
    self.rows = rows
    let pieces = Swift.max(1, Swift.min(rows, 4 * ThreadPool.shared.activeCount / Swift.max(images, 1)))
    height = Swift.max(1, (rows + pieces - 1) / pieces)
    whole = offsets(height)
    last = rows % height == 0 ? whole : offsets(rows % height)
  }

  func share(_ body: @escaping @Sendable (_ image: Int, _ rows: Range<Int>, _ offsets: RowOffsets) -> Void) {
    let (rows, height, whole, last) = (rows, height, whole, last)
    let blocks = (rows + height - 1) / height
    parallel(images * blocks) { item in
      let first = item % blocks * height
      let end = Swift.min(rows, first + height)
      body(item / blocks, first..<end, end - first == height ? whole : last)
    }
  }
}

/// Two-dimensional convolution, its adjoint, and the gradient of its weights, for any kernel, stride and groups.
///
/// For a fixed row of the kernel the numbers that an output pixel depends on, (kernel column, channel), lie side by side in
/// memory, so a 3×3 convolution is three segments of 3 · channels numbers for ``GatherKernel``.
enum DirectConvolution {
  typealias Segment = TileKernels.Segment

  // MARK: Forward

  /// y[n, i, j, o] = bias[o] + Σ x[n, i·s + ky − p, j·s + kx − p, c] · w[ky, kx, c, o].
  static func convolve(_ g: ConvolutionGeometry, _ x: Buffer, weight: Buffer, bias: Buffer?, into y: Buffer) {
    let paddedWidth = g.width + 2 * g.padding
    let groups = (0..<g.groups).map { group in
      GatherKernel.Weights(
        depth: g.kernelHeight * g.kernelWidth * g.inputsPerGroup, columns: g.outputsPerGroup,
        element: { UnsafePointer(weight.base) + ($0 * g.outputs + group * g.outputsPerGroup + $1) }, columnStep: 1)
    }
    let segments = (0..<g.groups).map { group in
      merged(
        (0..<(g.kernelHeight * g.kernelWidth)).map { tap in
          let (ky, kx) = (tap / g.kernelWidth, tap % g.kernelWidth)
          return Segment(
            offset: (ky * paddedWidth + kx) * g.inputs + group * g.inputsPerGroup, length: g.inputsPerGroup)
        })
    }
    forEachBlock(images: g.count, rows: g.outputHeight) { image, rows in
      let input = PaddedImage(
        x.base + image * g.height * g.width * g.inputs, height: g.height, width: g.width, channels: g.inputs,
        window: .init(
          firstRow: rows.lowerBound * g.stride - g.padding,
          rowCount: (rows.count - 1) * g.stride + g.kernelHeight, left: g.padding, paddedWidth: paddedWidth))
      let output = y.base + (image * g.outputHeight + rows.lowerBound) * g.outputWidth * g.outputs
      withOffsets(
        rows: rows.count, columns: g.outputWidth,
        input: (g.stride * input.rowStride, g.stride * g.inputs), output: (g.outputWidth * g.outputs, g.outputs)
      ) { inputOffsets, outputOffsets in
        for group in 0..<g.groups {
          let work = GatherKernel.Rows(
            count: rows.count * g.outputWidth, input: input.pixels, inputOffsets: inputOffsets,
            output: output + group * g.outputsPerGroup, outputOffsets: outputOffsets)
          GatherKernel.run(
            work, segments: segments[group], weights: groups[group],
            bias: bias.map { UnsafePointer($0.base) + group * g.outputsPerGroup })
        }
      }
      withExtendedLifetime(input) {}
    }
  }

  // MARK: Adjoint

  /// x[n, i, j, c] = Σ y[n, (i + p − ky) / s, (j + p − kx) / s, o] · w[ky, kx, c, o] over the taps for which the divisions
  /// come out even: the gradient of a convolution's input, and the transposed convolution.
  ///
  /// The input's pixels fall into s × s phases, by their remainders; each phase depends on taps of its own, so that each
  /// is a small convolution without gaps.
  static func adjoint(_ g: ConvolutionGeometry, _ y: Buffer, weight: Buffer, bias: Buffer?, into x: Buffer) {
    let taps = (0..<g.stride).map { PhaseTaps(kernel: g.kernelHeight, stride: g.stride, padding: g.padding, phase: $0) }
    let columns = (0..<g.stride).map {
      PhaseTaps(kernel: g.kernelWidth, stride: g.stride, padding: g.padding, phase: $0)
    }
    // One margin serves all phases: as far as any of them reaches outside the output.
    let left = Swift.max(0, -(columns.compactMap(\.lowest).min() ?? 0))
    let right = Swift.max(
      0, columns.map { ($0.highest ?? 0) + (g.width + g.stride - 1) / g.stride - g.outputWidth }.max() ?? 0)
    let paddedWidth = left + g.outputWidth + right
    for phase in 0..<(g.stride * g.stride) {
      let (phaseY, phaseX) = (phase / g.stride, phase % g.stride)
      let (down, across) = (taps[phaseY], columns[phaseX])
      let pairs = down.taps.flatMap { ky in across.taps.map { kx in (ky: ky, kx: kx) } }
      let phaseRows = (g.height - phaseY + g.stride - 1) / g.stride
      let phaseColumns = (g.width - phaseX + g.stride - 1) / g.stride
      guard phaseRows > 0, phaseColumns > 0 else { continue }
      let top = down.lowest ?? 0
      let reach = (down.highest ?? 0) - top
      let weights = (0..<g.groups).map { group in
        GatherKernel.Weights(
          depth: pairs.count * g.outputsPerGroup, columns: g.inputsPerGroup,
          element: { k, column in
            let (tap, channel) = (pairs[k / g.outputsPerGroup], k % g.outputsPerGroup)
            let place = (tap.ky.index * g.kernelWidth + tap.kx.index) * g.inputsPerGroup + column
            return UnsafePointer(weight.base) + (place * g.outputs + group * g.outputsPerGroup + channel)
          }, columnStep: g.outputs)
      }
      let segments = (0..<g.groups).map { group in
        merged(
          pairs.map { tap in
            Segment(
              offset: ((tap.ky.shift - top) * paddedWidth + left + tap.kx.shift) * g.outputs
                + group * g.outputsPerGroup,
              length: g.outputsPerGroup)
          })
      }
      forEachBlock(images: g.count, rows: phaseRows) { image, rows in
        let input = PaddedImage(
          y.base + image * g.outputHeight * g.outputWidth * g.outputs, height: g.outputHeight, width: g.outputWidth,
          channels: g.outputs,
          window: .init(
            firstRow: rows.lowerBound + top, rowCount: rows.count + reach, left: left, paddedWidth: paddedWidth))
        let firstPixel = (image * g.height + rows.lowerBound * g.stride + phaseY) * g.width + phaseX
        let output = x.base + firstPixel * g.inputs
        withOffsets(
          rows: rows.count, columns: phaseColumns, input: (input.rowStride, g.outputs),
          output: (g.stride * g.width * g.inputs, g.stride * g.inputs)
        ) { inputOffsets, outputOffsets in
          for group in 0..<g.groups {
            let work = GatherKernel.Rows(
              count: rows.count * phaseColumns, input: input.pixels, inputOffsets: inputOffsets,
              output: output + group * g.inputsPerGroup, outputOffsets: outputOffsets)
            GatherKernel.run(
              work, segments: segments[group], weights: weights[group],
              bias: bias.map { UnsafePointer($0.base) + group * g.inputsPerGroup })
          }
        }
        withExtendedLifetime(input) {}
      }
    }
  }

  /// Along one axis, the taps that reach the input positions of one remainder, and for each how far from the position's
  /// quotient the output that used it lies.
  private struct PhaseTaps {
    let taps: [(index: Int, shift: Int)]

    /// Taps in descending order: their shifts then ascend, and neighbours merge into long segments.
    init(kernel: Int, stride: Int, padding: Int, phase: Int) {
      taps = (0..<kernel).reversed().filter { (phase + padding - $0) % stride == 0 }
        .map { (index: $0, shift: (phase + padding - $0) / stride) }
    }

    var lowest: Int? { taps.map(\.shift).min() }
    var highest: Int? { taps.map(\.shift).max() }
  }

  // MARK: Sharing the work

  /// Calls `body` for every image, or for blocks of its rows where there are fewer images than threads can use. How the
  /// rows are grouped changes no result: each output pixel is one sum.
  private static func forEachBlock(
    images: Int, rows: Int, _ body: @escaping @Sendable (_ image: Int, _ rows: Range<Int>) -> Void
  ) {
    let wanted = (4 * ThreadPool.shared.activeCount + Swift.max(images, 1) - 1) / Swift.max(images, 1)
    let blocks = images >= 4 * ThreadPool.shared.activeCount ? 1 : Swift.min(wanted, rows)
    let height = (rows + blocks - 1) / blocks
    parallel(images * blocks) { item in
      let first = item % blocks * height
      let end = Swift.min(rows, first + height)
      if first < end { body(item / blocks, first..<end) }
    }
  }

  /// Lists where each pixel of a rectangle begins in the input and in the output.
  private static func withOffsets(
    rows: Int, columns: Int, input: (row: Int, column: Int), output: (row: Int, column: Int),
    _ body: (UnsafePointer<Int>, UnsafePointer<Int>) -> Void
  ) {
    let count = rows * columns
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * count) { offsets in
      guard let base = offsets.baseAddress else { return }
      for row in 0..<rows {
        for column in 0..<columns {
          base[row * columns + column] = row * input.row + column * input.column
          base[count + row * columns + column] = row * output.row + column * output.column
        }
      }
      body(UnsafePointer(base), UnsafePointer(base + count))
    }
  }

  /// Segments that lie end to end become one.
  static func merged(_ segments: [Segment]) -> [Segment] {
    var result: [Segment] = []
    for segment in segments {
      if let last = result.last, last.offset + last.length == segment.offset {
        result[result.count - 1].length += segment.length
      } else {
        result.append(segment)
      }
    }
    return result
  }
}

/// The gradient of a convolution's weights.
extension DirectConvolution {
  /// The images are dealt out in this many parts, each summed by itself and the sums added in order: the number is fixed,
  /// so the result does not depend on the number of threads, of which no more than that many share the work of a group.
  private static let parts = 8

  /// dw[ky, kx, c, o] = Σ x[n, i·s + ky − p, j·s + kx − p, c] · dy[n, i, j, o] over all images and output pixels.
  static func weightGradient(_ g: ConvolutionGeometry, _ x: Buffer, _ dy: Buffer, into dw: Buffer) {
    let paddedWidth = g.width + 2 * g.padding
    let panelWidth = GatherKernel.Weights.panelWidth
    let taps = g.kernelHeight * g.kernelWidth
    let runs = merged(
      (0..<taps).map { tap in
        Segment(
          offset: (tap / g.kernelWidth * paddedWidth + tap % g.kernelWidth) * g.inputs,
          length: g.inputsPerGroup)
      })
    // Sums are kept in panels of columns, so that a tile is always whole vectors, with spare rows for the last tile.
    let panels = (g.outputsPerGroup + panelWidth - 1) / panelWidth
    let depth = taps * g.inputsPerGroup
    let panelSize = (depth + TileKernels.rows) * panelWidth
    let partCount = Swift.min(parts, Swift.max(g.count, 1))
    let sums = Buffer(repeating: 0, count: partCount * g.groups * panels * panelSize)

    parallel(partCount * g.groups) { item in
      let (part, group) = (item / g.groups, item % g.groups)
      let aside = Buffer(uninitialized: TileKernels.rows * panelWidth)
      for image in (g.count * part / partCount)..<(g.count * (part + 1) / partCount) {
        let input = PaddedImage(
          x.base + image * g.height * g.width * g.inputs, height: g.height, width: g.width, channels: g.inputs,
          window: .init(
            firstRow: -g.padding, rowCount: g.height + 2 * g.padding, left: g.padding, paddedWidth: paddedWidth),
          slack: TileKernels.rows)
        let upstream = UpstreamPanels(g, dy, image: image, group: group)
        for rows in rowBlocks(g, rowStride: input.rowStride) {
          let field = TileKernels.Field(
            height: rows.count, width: g.outputWidth, leftPixel: g.stride * g.inputs,
            leftRow: g.stride * input.rowStride, rightPixel: upstream.pixelStride,
            rightRow: g.outputWidth * upstream.pixelStride)
          let inputRow = input.pixels + (rows.lowerBound * field.leftRow + group * g.inputsPerGroup)
          for panel in 0..<panels {
            let narrow = g.outputsPerGroup - panel * panelWidth <= lanes
            let right = upstream.panel(panel) + rows.lowerBound * field.rightRow
            var target = sums.base + ((part * g.groups + group) * panels + panel) * panelSize
            for run in runs {
              for k in stride(from: 0, to: run.length, by: TileKernels.rows) {
                let left = inputRow + (run.offset + k)
                let present = Swift.min(TileKernels.rows, run.length - k)
                // The rows behind a run's end are summed aside.
                let whole = present == TileKernels.rows
                if !whole { aside.base.update(from: target, count: TileKernels.rows * panelWidth) }
                let tile = whole ? target : aside.base
                if narrow {
                  TileKernels.outerOne(field, left: left, right: right, sums: tile, sumStride: panelWidth)
                } else {
                  TileKernels.outerTwo(field, left: left, right: right, sums: tile, sumStride: panelWidth)
                }
                if !whole { target.update(from: aside.base, count: present * panelWidth) }
                target += present * panelWidth
              }
            }
          }
        }
        withExtendedLifetime((input, upstream, aside)) {}
      }
    }

    parallel(g.groups * panels) { item in
      let (group, panel) = (item / panels, item % panels)
      let first = group * g.outputsPerGroup + panel * panelWidth
      let width = Swift.min(panelWidth, g.outputsPerGroup - panel * panelWidth)
      for row in 0..<depth {
        for column in 0..<width {
          var sum: Float = 0
          for part in 0..<partCount {
            sum += sums.base[((part * g.groups + group) * panels + panel) * panelSize + row * panelWidth + column]
          }
          dw.base[row * g.outputs + first + column] = sum
        }
      }
    }
  }

  /// The output's rows in blocks. All tiles pass over a block before the next one, so what a block reads should fit the
  /// first-level cache; but a tile is also loaded and stored once a block, so a block should not be too small.
  private static func rowBlocks(_ g: ConvolutionGeometry, rowStride: Int) -> [Range<Int>] {
    let cache = 6 << 10
    let perRow = g.stride * rowStride + g.outputWidth * g.outputsPerGroup
    let fitting = (cache - g.kernelHeight * rowStride) / Swift.max(perRow, 1)
    let height = Swift.max(fitting, (27 + g.outputWidth) / Swift.max(g.outputWidth, 1))
    return stride(from: 0, to: g.outputHeight, by: height).map { $0..<Swift.min($0 + height, g.outputHeight) }
  }

  /// One image of the gradient that comes back, readable in whole panels: itself where its channels are whole panels, a
  /// copy with channels of zeros otherwise.
  private struct UpstreamPanels {
    let pixelStride: Int
    private let pixels: UnsafePointer<Float>
    private let copy: Buffer?

    init(_ g: ConvolutionGeometry, _ dy: Buffer, image: Int, group: Int) {
      let count = g.outputHeight * g.outputWidth
      let source = dy.base + image * count * g.outputs + group * g.outputsPerGroup
      let panelWidth = GatherKernel.Weights.panelWidth
      if g.outputsPerGroup % panelWidth == 0 {
        (copy, pixels, pixelStride) = (nil, UnsafePointer(source), g.outputs)
        return
      }
      pixelStride = (g.outputsPerGroup + panelWidth - 1) / panelWidth * panelWidth
      let buffer = Buffer(repeating: 0, count: count * pixelStride)
      for pixel in 0..<count {
        (buffer.base + pixel * pixelStride).update(from: source + pixel * g.outputs, count: g.outputsPerGroup)
      }
      copy = buffer
      pixels = UnsafePointer(buffer.base)
    }

    func panel(_ index: Int) -> UnsafePointer<Float> { pixels + index * GatherKernel.Weights.panelWidth }
  }
}

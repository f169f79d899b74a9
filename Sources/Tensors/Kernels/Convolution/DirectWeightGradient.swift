/// What sums the gradient of the weights of one group of channels over rectangles of output pixels.
protocol WeightGradientKernel: Sendable {
  /// How many numbers the sums are, in whatever order suits the kernel.
  var sumCount: Int { get }

  /// Adds the products of the input's pixels at `left` with the upstream's at `right`.
  func add(
    _ field: TileKernels.Field, left: UnsafePointer<Float>, right: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>)

  /// Calls `body` for every stretch of the gradient: of a term's weights, `count` from a column on, and where their sums
  /// begin.
  func forEachStretch(_ body: (_ term: Int, _ column: Int, _ sum: Int, _ count: Int) -> Void)
}

/// The gradient of a convolution's weights.
extension DirectConvolution {
  /// The output's rows of all images are dealt out in this many parts, each summed by itself and the sums added in order: the
  /// number is fixed, so the result does not depend on the number of threads, of which no more than that many share the work.
  private static let parts = 8

  /// dw[ky, kx, c, o] = Σ x[n, i·s + ky − p, j·s + kx − p, c] · dy[n, i, j, o] over all images and output pixels.
  static func weightGradient(_ g: ConvolutionGeometry, _ x: Buffer, _ dy: Buffer, into dw: Buffer) {
    let paddedWidth = g.width + 2 * g.padding
    let kernels = gradientKernels(g, taps: taps(g, paddedWidth: paddedWidth))
    let groupSize = kernels.first?.sumCount ?? 0
    let partSize = kernels.count * groupSize
    // Few images are divided, by their rows.
    let piecesPerImage = Swift.max(1, Swift.min(parts / Swift.max(g.count, 1), g.outputHeight))
    let pieces = g.count * piecesPerImage
    let partCount = Swift.max(1, Swift.min(parts, pieces))
    let sums = Buffer(uninitialized: partCount * partSize)

    parallel(partCount) { part in
      let sums = sums.base + part * partSize
      sums.update(repeating: 0, count: partSize)
      for piece in (pieces * part / partCount)..<(pieces * (part + 1) / partCount) {
        let (image, place) = (piece / piecesPerImage, piece % piecesPerImage)
        let first = g.outputHeight * place / piecesPerImage
        let height = g.outputHeight * (place + 1) / piecesPerImage - first
        let input = PaddedImage(
          x.base + image * g.height * g.width * g.inputs, height: g.height, width: g.width, channels: g.inputs,
          window: .init(
            firstRow: first * g.stride - g.padding, rowCount: (height - 1) * g.stride + g.kernelHeight,
            left: g.padding, paddedWidth: paddedWidth))
        let upstream = UnsafePointer(dy.base + (image * g.outputHeight + first) * g.outputWidth * g.outputs)
        for rows in rowBlocks(g, height: height, rowStride: input.rowStride) {
          let field = TileKernels.Field(
            height: rows.count, width: g.outputWidth, leftPixel: g.stride * g.inputs,
            leftRow: g.stride * input.rowStride, rightPixel: g.outputs, rightRow: g.outputWidth * g.outputs)
          for (group, kernel) in kernels.enumerated() {
            kernel.add(
              field, left: input.pixels + rows.lowerBound * field.leftRow,
              right: upstream + (rows.lowerBound * field.rightRow + group * g.outputsPerGroup),
              to: sums + group * groupSize)
          }
        }
        withExtendedLifetime(input) {}
      }
    }

    // The other parts are added to the first.
    let chunk = 4096
    parallel((partSize + chunk - 1) / chunk) { item in
      let first = item * chunk
      for part in 1..<Swift.max(partCount, 1) {
        let (total, addend) = (sums.base + first, sums.base + (part * partSize + first))
        for index in 0..<Swift.min(chunk, partSize - first) { total[index] += addend[index] }
      }
    }
    parallel(kernels.count) { group in
      kernels[group].forEachStretch { term, column, sum, count in
        let target = dw.base + (term * g.outputs + group * g.outputsPerGroup + column)
        target.update(from: sums.base + (group * groupSize + sum), count: count)
      }
    }
  }

  /// One kernel for each group, or one for all channels of a depthwise convolution.
  private static func gradientKernels(_ g: ConvolutionGeometry, taps: [Tap]) -> [any WeightGradientKernel] {
    if ConvolutionKernels.isDepthwise(g) { return [DepthwiseGradient(taps: taps.map(\.offset), channels: g.groups)] }
    return (0..<g.groups).map { group in
      ConvolutionKernels.gradientKernel(
        terms: taps.flatMap { tap in (0..<g.inputsPerGroup).map { tap.offset + group * g.inputsPerGroup + $0 } },
        columns: g.outputsPerGroup)
    }
  }

  /// So many of the output's rows in blocks. All tiles pass over a block before the next one, so what a block reads should fit the
  /// first-level cache; but a tile is also loaded and stored once a block, so a block should not be too small.
  private static func rowBlocks(_ g: ConvolutionGeometry, height: Int, rowStride: Int) -> [Range<Int>] {
    let cache = 6 << 10
    let perRow = g.stride * rowStride + g.outputWidth * g.outputs
    // Neighboring blocks share the input rows by which the kernel reaches over its step.
    let shared = Swift.max(0, g.kernelHeight - g.stride) * rowStride
    let fitting = (cache - shared) / Swift.max(perRow, 1)
    let atOnce = Swift.max(fitting, (27 + g.outputWidth) / Swift.max(g.outputWidth, 1))
    return stride(from: 0, to: height, by: atOnce).map { $0..<Swift.min($0 + atOnce, height) }
  }
}

/// The weight gradient with vectors along the columns of the weights, that is along the output channels.
struct GatherGradient: WeightGradientKernel {
  private let columns: Int
  private let panels: [ColumnPanel]
  private let terms: [Int]
  /// The terms in whole tiles of the panels of one vector and of two: the last tile repeats the last term, and nobody asks for
  /// those sums.
  private let tiled: (one: [Int], two: [Int])

  init(terms: [Int], columns: Int) {
    self.columns = columns
    self.terms = terms
    // The nine taps of a single input channel are one tile of one vector, but would leave a quarter of two tiles of two
    // vectors empty.
    panels = ColumnPanel.covering(columns, pairs: terms.count > TileKernels.outerRows)
    tiled = (
      TileKernels.filled(terms, rows: TileKernels.outerRows), TileKernels.filled(terms, rows: TileKernels.outerTwoRows)
    )
  }

  private func terms(of panel: ColumnPanel) -> [Int] { panel.vectors == 2 ? tiled.two : tiled.one }

  var sumCount: Int { panels.reduce(0) { $0 + terms(of: $1).count * $1.width } }

  func add(
    _ field: TileKernels.Field, left: UnsafePointer<Float>, right: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>
  ) {
    guard columns < lanes else { return addWhole(field, left: left, right: right, to: sums) }
    // Fewer columns than a vector has are filled up with zeros.
    withUnsafeTemporaryAllocation(of: Float.self, capacity: field.height * field.width * lanes) { copy in
      guard var target = copy.baseAddress else { return }
      for y in 0..<field.height {
        for x in 0..<field.width {
          let source = right + (y * field.rightRow + x * field.rightPixel)
          for column in 0..<columns { target[column] = source[column] }
          for column in columns..<lanes { target[column] = 0 }
          target += lanes
        }
      }
      let filled = TileKernels.Field(
        height: field.height, width: field.width, leftPixel: field.leftPixel, leftRow: field.leftRow, rightPixel: lanes,
        rightRow: field.width * lanes)
      addWhole(filled, left: left, right: UnsafePointer(target - field.height * filled.rightRow), to: sums)
    }
  }

  private func addWhole(
    _ field: TileKernels.Field, left: UnsafePointer<Float>, right: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>
  ) {
    var sums = sums
    for panel in panels {
      let right = right + panel.first
      terms(of: panel).withUnsafeBufferPointer { terms in
        guard let first = terms.baseAddress else { return }
        if panel.vectors == 2 {
          for tile in stride(from: 0, to: terms.count, by: TileKernels.outerTwoRows) {
            TileKernels.outerTwo(field, left: left, terms: first + tile, right: right, sums: sums)
            sums += TileKernels.outerTwoRows * panel.width
          }
        } else {
          for tile in stride(from: 0, to: terms.count, by: TileKernels.outerRows) {
            TileKernels.outerOne(field, left: left, terms: first + tile, right: right, sums: sums)
            sums += TileKernels.outerRows * panel.width
          }
        }
      }
    }
  }

  func forEachStretch(_ body: (_ term: Int, _ column: Int, _ sum: Int, _ count: Int) -> Void) {
    var first = 0
    for panel in panels {
      for term in terms.indices {
        body(term, panel.first, first + term * panel.width, Swift.min(panel.width, columns))
      }
      first += terms(of: panel).count * panel.width
    }
  }
}

/// 3×3 convolutions by Winograd's F(4×4, 3×3): the multiplications of a tile are 36 products of matrices, one for each
/// element of the transformed patch, of which each is [tiles × inputs] times [inputs × outputs].
enum WinogradConvolution {
  /// Whether it applies, and pays: below sixteen channels the transforms cost more than they save.
  static func isWorthwhile(_ g: ConvolutionGeometry) -> Bool {
    g.kernelHeight == 3 && g.kernelWidth == 3 && g.stride == 1 && g.groups == 1 && g.padding <= 2
      && g.inputs % lanes == 0 && g.outputs % lanes == 0 && Swift.min(g.inputs, g.outputs) >= 16
  }

  static func convolve(_ g: ConvolutionGeometry, _ x: Buffer, weight: Buffer, bias: Buffer?, into y: Buffer) {
    run(g, x, weights: transformed(weight, depth: g.inputs, columns: g.outputs, flipped: false), bias: bias, into: y)
  }

  /// The adjoint is a convolution too, with the kernel turned around and its channels exchanged.
  static func adjoint(_ g: ConvolutionGeometry, _ y: Buffer, weight: Buffer, bias: Buffer?, into x: Buffer) {
    let turned = ConvolutionGeometry(
      count: g.count, height: g.outputHeight, width: g.outputWidth, inputs: g.outputs, outputs: g.inputs,
      kernelHeight: 3,
      kernelWidth: 3, stride: 1, padding: 2 - g.padding, groups: 1)
    let exchanged = Buffer(uninitialized: weight.count)
    MatrixKernels.transpose(weight, count: 9, rows: g.inputs, columns: g.outputs, into: exchanged)
    let weights = transformed(exchanged, depth: g.outputs, columns: g.inputs, flipped: true)
    run(turned, y, weights: weights, bias: bias, into: x)
  }

  /// G g Gᵀ, packed for the matrix products: one right factor for each element.
  private static func transformed(
    _ weight: Buffer, depth: Int, columns: Int, flipped: Bool
  ) -> [GatherKernel.Weights] {
    let elements = WinogradTransforms.elements
    let size = GatherKernel.Weights.storageSize(depth: depth, columns: columns)
    let storage = Buffer(uninitialized: elements * size)
    parallel(depth) { row in
      for column in stride(from: 0, to: columns, by: lanes) {
        let place = GatherKernel.Weights.offset(ofRow: row, column: column, depth: depth, columns: columns)
        WinogradTransforms.weight(
          weight.base + (row * columns + column), tapStride: depth * columns, flipped: flipped,
          into: storage.base + place, elementStride: size)
      }
    }
    return (0..<elements).map {
      GatherKernel.Weights(depth: depth, columns: columns, packed: storage, at: $0 * size)
    }
  }

  private static func run(
    _ g: ConvolutionGeometry, _ x: Buffer, weights: [GatherKernel.Weights], bias: Buffer?, into y: Buffer
  ) {
    let tiles = WinogradTiles(g)
    let atOnce = tilesAtOnce(tiles.count)
    // A few numbers more than needed keep the elements from falling on the same lines of the cache.
    let (inputStride, outputStride) = (atOnce * g.inputs + 16, atOnce * g.outputs + 16)
    let zeros = Buffer(repeating: 0, count: Swift.max(g.inputs, g.outputs))
    parallel((tiles.count + atOnce - 1) / atOnce) { chunk in
      let range = (chunk * atOnce)..<Swift.min(tiles.count, (chunk + 1) * atOnce)
      let v = Buffer(uninitialized: WinogradTransforms.elements * inputStride)
      let m = Buffer(uninitialized: WinogradTransforms.elements * outputStride)
      let aside = Buffer(uninitialized: g.outputs)
      withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: WinogradTransforms.elements) {
        guard let pixels = $0.baseAddress else { return }
        for (index, tile) in range.enumerated() {
          tiles.inputs(of: tile, in: x, outside: zeros.base, into: pixels)
          WinogradTransforms.input(
            pixels, channels: 0..<g.inputs, into: v.base + index * g.inputs, elementStride: inputStride)
        }
        multiply(range.count, v.base, inputStride, weights, into: m.base, outputStride)
        for (index, tile) in range.enumerated() {
          tiles.outputs(of: tile, in: y, outside: aside.base, into: pixels)
          WinogradTransforms.output(
            m.base + index * g.outputs, elementStride: outputStride, channels: g.outputs,
            bias: bias?.base ?? zeros.base, into: pixels)
        }
      }
      withExtendedLifetime((v, m, aside, zeros)) {}
    }
  }

  /// m[e] = v[e] · weights[e] for each element e.
  private static func multiply(
    _ rows: Int, _ v: UnsafePointer<Float>, _ inputStride: Int, _ weights: [GatherKernel.Weights],
    into m: UnsafeMutablePointer<Float>, _ outputStride: Int
  ) {
    let (depth, columns) = (weights[0].depth, weights[0].columns)
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * rows) { offsets in
      guard let base = offsets.baseAddress else { return }
      for row in 0..<rows {
        base[row] = row * depth
        base[rows + row] = row * columns
      }
      for (element, right) in weights.enumerated() {
        let work = GatherKernel.Rows(
          count: rows, input: v + element * inputStride, inputOffsets: UnsafePointer(base),
          output: m + element * outputStride, outputOffsets: UnsafePointer(base + rows))
        GatherKernel.run(work, segments: [TileKernels.Segment(offset: 0, length: depth)], weights: right, bias: nil)
      }
    }
  }

  /// As many tiles as make the matrix products long and their factors fit the cache, but few enough to go round all
  /// threads. How tiles are grouped changes no result.
  private static func tilesAtOnce(_ count: Int) -> Int {
    let (rows, most) = (TileKernels.rows, 48)
    let share = (count + 2 * ThreadPool.shared.activeCount - 1) / (2 * ThreadPool.shared.activeCount)
    return Swift.max(rows, Swift.min(most, (share + rows - 1) / rows * rows))
  }
}

/// 3×3 convolutions by Winograd's F(4×4, 3×3): the multiplications of a tile are 36 products of matrices, one for each
/// element of the transformed patch, of which each is [tiles × inputs] times [inputs × outputs].
enum WinogradConvolution {
  /// Whether it applies, and pays: below sixteen channels the transforms cost more than they save. A pixel that is not finite
  /// makes all 4×4 outputs of its tile NaN.
  static func isWorthwhile(_ g: ConvolutionGeometry) -> Bool {
    g.kernelHeight == 3 && g.kernelWidth == 3 && g.stride == 1 && g.groups == 1 && g.padding <= 2
      && g.inputs % lanes == 0 && g.outputs % lanes == 0 && Swift.min(g.inputs, g.outputs) >= 16
  }

  static func convolve(_ g: ConvolutionGeometry, _ x: Buffer, weight: Buffer, bias: Buffer?, into y: Buffer) {
    run(g, x, WinogradWeights(g, weight), bias: bias, into: y)
  }

  /// The adjoint is a convolution too, with the kernel turned around and its channels exchanged.
  static func adjoint(_ g: ConvolutionGeometry, _ y: Buffer, weight: Buffer, bias: Buffer?, into x: Buffer) {
    let turned = ConvolutionGeometry(
      count: g.count, height: g.outputHeight, width: g.outputWidth, inputs: g.outputs, outputs: g.inputs,
      kernelHeight: 3, kernelWidth: 3, stride: 1, padding: 2 - g.padding, groups: 1)
    run(turned, y, WinogradWeights(adjointOf: g, weight), bias: bias, into: x)
  }

  private static func run(
    _ g: ConvolutionGeometry, _ x: Buffer, _ weights: WinogradWeights, bias: Buffer?, into y: Buffer
  ) {
    // The gradient of images without pixels, which only a margin made large enough, has no tiles to be divided by.
    guard !y.isEmpty else { return }
    let tiles = WinogradTiles(g)
    if hasMoreWeightsThanTiles(g, tiles) {
      runByPanels(g, tiles, x, weights, bias: bias, into: y)
    } else {
      runByTiles(g, tiles, x, weights, bias: bias, into: y)
    }
  }

  /// Whether there are few tiles for the channels, and too many transformed weights for a cache.
  static func hasMoreWeightsThanTiles(_ g: ConvolutionGeometry, _ tiles: WinogradTiles) -> Bool {
    tiles.stripCount * tiles.columns < Swift.min(g.inputs, g.outputs) * 2 && g.inputs * g.outputs > 1 << 13
  }

  // MARK: Some tiles at a time

  /// Every thread takes some strips of tiles through all three stages. How they are grouped changes no result.
  private static func runByTiles(
    _ g: ConvolutionGeometry, _ tiles: WinogradTiles, _ x: Buffer, _ weights: WinogradWeights, bias: Buffer?,
    into y: Buffer
  ) {
    let atOnce = stripsAtOnce(tiles)
    let (inputStride, outputStride) = (
      atOnce * tiles.columns * g.inputs + skew, atOnce * tiles.columns * g.outputs + skew
    )
    let packed = weights.packed(0..<g.outputs)
    let rows = { matrixRows($0 * tiles.columns, depth: g.inputs, columns: g.outputs) }
    let (whole, last) = (rows(atOnce), rows(tiles.stripCount % atOnce))
    parallel((tiles.stripCount + atOnce - 1) / atOnce) { chunk in
      let range = (chunk * atOnce)..<Swift.min(tiles.stripCount, (chunk + 1) * atOnce)
      let v = Buffer(uninitialized: WinogradTransforms.elements * inputStride)
      let m = Buffer(uninitialized: WinogradTransforms.elements * outputStride)
      tiles.transformInputs(range, of: x, channels: 0..<g.inputs, into: v.base, elementStride: inputStride)
      multiply(range.count == atOnce ? whole : last, v, inputStride, packed, into: m, outputStride)
      tiles.transformOutputs(
        range, of: m.base, elementStride: outputStride, channels: 0..<g.outputs, bias: bias, into: y)
      withExtendedLifetime((v, m)) {}
    }
  }

  /// As many strips as make the matrix products long and their factors fit the cache, but few enough to go round all
  /// threads.
  private static func stripsAtOnce(_ tiles: WinogradTiles) -> Int {
    let turns = 2 * ThreadPool.shared.activeCount
    return Swift.max(1, Swift.min(48 / tiles.columns, (tiles.stripCount + turns - 1) / turns))
  }

  // MARK: Some outputs at a time

  /// Every thread takes some panels of outputs through the last two stages, for all tiles. Their weights are transformed
  /// where they are used, for so few terms at a time that they stay in the cache: a layer of 512 to 512 channels has 38 MB of
  /// them.
  private static func runByPanels(
    _ g: ConvolutionGeometry, _ tiles: WinogradTiles, _ x: Buffer, _ weights: WinogradWeights, bias: Buffer?,
    into y: Buffer
  ) {
    let width = outputsAtOnce(g)
    let count = tiles.stripCount * tiles.columns
    let termsAtOnce = 4096 / width
    let (inputStride, outputStride) = (count * g.inputs + skew, count * width + skew)
    let v = Buffer(uninitialized: WinogradTransforms.elements * inputStride)
    parallel(tiles.stripCount) { strip in
      tiles.transformInputs(
        strip..<(strip + 1), of: x, channels: 0..<g.inputs, into: v.base + strip * tiles.columns * g.inputs,
        elementStride: inputStride)
    }
    let whole = matrixRows(count, depth: g.inputs, columns: width)
    let last = matrixRows(count, depth: g.inputs, columns: g.outputs % width)
    parallel((g.outputs + width - 1) / width) { part in
      let columns = (part * width)..<Swift.min(g.outputs, (part + 1) * width)
      let m = Buffer(uninitialized: WinogradTransforms.elements * outputStride)
      for first in stride(from: 0, to: g.inputs, by: termsAtOnce) {
        let terms = first..<Swift.min(g.inputs, first + termsAtOnce)
        multiply(
          columns.count == width ? whole : last, v, inputStride, weights.packed(columns, terms: terms), into: m,
          outputStride)
      }
      tiles.transformOutputs(
        0..<tiles.stripCount, of: m.base, elementStride: outputStride, channels: columns, bias: bias, into: y)
      withExtendedLifetime(m) {}
    }
  }

  /// Up to four panels, so that the tiles are not read from far memory for each of them; but few enough to go round all
  /// threads.
  private static func outputsAtOnce(_ g: ConvolutionGeometry) -> Int {
    let panels = (g.outputs + 2 * lanes - 1) / (2 * lanes)
    return 2 * lanes * Swift.max(1, Swift.min(4, panels / (2 * ThreadPool.shared.activeCount)))
  }

  // MARK: Matrices

  /// A few numbers more than needed between the elements keep them from falling on the same lines of the cache.
  static let skew = 16

  /// m[e] = v[e] · weights[e] for each element e.
  private static func multiply(
    _ rows: RowOffsets, _ v: Buffer, _ inputStride: Int, _ weights: [GatherKernel], into m: Buffer, _ outputStride: Int
  ) {
    for (element, right) in weights.enumerated() {
      rows.withRows(input: v.base + element * inputStride, output: m.base + element * outputStride) {
        right.compute($0, 0..<$0.count)
      }
    }
  }

  /// The rows of matrices of `depth` columns and of `columns`.
  private static func matrixRows(_ count: Int, depth: Int, columns: Int) -> RowOffsets {
    RowOffsets(height: count, width: 1, inputSteps: (depth, 0), outputSteps: (columns, 0))
  }
}

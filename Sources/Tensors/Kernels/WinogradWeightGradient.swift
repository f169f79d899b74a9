/// The gradient of the weights of a 3×3 convolution, by Winograd's identity read backwards:
/// Gᵀ (Σ (Bᵀ d B) ⊙ (A dy Aᵀ)) G, where the sum over all tiles is, for each of the 36 elements, a product of two matrices,
/// [inputs × tiles] times [tiles × outputs].
extension WinogradConvolution {
  static func weightGradient(_ g: ConvolutionGeometry, _ x: Buffer, _ dy: Buffer, into dw: Buffer) {
    let tiles = WinogradTiles(g)
    if hasMoreWeightsThanTiles(g, tiles) {
      gradientByPanels(g, tiles, x, dy, into: dw)
    } else {
      gradientByTiles(g, tiles, x, dy, into: dw)
    }
  }

  /// Inputs and outputs are transformed in blocks of so many channels. Rows of more would lie so that their beginnings
  /// compete for few lines of the cache.
  private static let blockWidth = 64

  /// The blocks into which a number of channels falls.
  private static func blocks(of channels: Int) -> [Range<Int>] {
    stride(from: 0, to: channels, by: blockWidth).map { $0..<Swift.min($0 + blockWidth, channels) }
  }

  // MARK: Some tiles at a time

  /// The sums are made by this many threads at most, each for a part of the tiles and a block of the inputs. The number is
  /// fixed, so that the result does not depend on how many threads there are.
  private static let shares = 8
  /// Long enough for the sums to be worth loading, short enough for the transformed tiles to stay in the cache.
  private static let tilesAtOnce = 48

  private static func gradientByTiles(
    _ g: ConvolutionGeometry, _ tiles: WinogradTiles, _ x: Buffer, _ dy: Buffer, into dw: Buffer
  ) {
    let inputBlocks = blocks(of: g.inputs)
    let parts = Swift.max(1, Swift.min(shares / inputBlocks.count, tiles.count))
    let layout = SumLayout(inputs: g.inputs, outputs: g.outputs)
    let sums = Buffer(repeating: 0, count: parts * layout.size)
    parallel(parts * inputBlocks.count) { item in
      let (part, block) = (item / inputBlocks.count, item % inputBlocks.count)
      addProducts(
        g, tiles, (tiles.count * part / parts)..<(tiles.count * (part + 1) / parts), x, dy, inputs: inputBlocks[block],
        layout, into: sums.base + part * layout.size)
    }
    parallel(g.inputs) { input in
      for part in 1..<parts { layout.addPart(part, toFirstIn: sums.base, input: input) }
      let transforms = WinogradTransforms()
      for output in stride(from: 0, to: g.outputs, by: lanes) {
        transforms.weightGradient(
          sums.base + layout.offset(input: input, output: output), elementStride: layout.elementStride,
          into: dw.base + (input * g.outputs + output), tapStride: g.inputs * g.outputs)
      }
    }
  }

  /// Adds the products of some tiles to the sums of some inputs and all outputs.
  private static func addProducts(
    _ g: ConvolutionGeometry, _ tiles: WinogradTiles, _ range: Range<Int>, _ x: Buffer, _ dy: Buffer,
    inputs: Range<Int>, _ layout: SumLayout, into sums: UnsafeMutablePointer<Float>
  ) {
    let v = TransformedTiles(capacity: tilesAtOnce, channels: inputs)
    for first in stride(from: range.lowerBound, to: range.upperBound, by: tilesAtOnce) {
      let chunk = first..<Swift.min(range.upperBound, first + tilesAtOnce)
      tiles.transformInputs(chunk, of: x, channels: inputs, into: v.base, elementStride: v.elementStride)
      for outputs in blocks(of: g.outputs) {
        let u = TransformedTiles(capacity: tilesAtOnce, channels: outputs)
        tiles.transformUpstream(chunk, of: dy, channels: outputs, into: u.base, elementStride: u.elementStride)
        for element in 0..<WinogradTransforms.elements {
          let place = layout.offset(input: inputs.lowerBound, output: outputs.lowerBound)
          OuterKernel.run(
            depth: chunk.count, v.matrix(element), u.matrix(element), columns: 0..<outputs.count,
            into: sums + (element * layout.elementStride + place), panelStride: layout.panelStride)
        }
      }
    }
  }

  /// Where the sums lie: by element, by panel of outputs, by input. A tile of sums may reach behind the last input.
  private struct SumLayout {
    let panels: Int
    let panelStride: Int

    static var panelWidth: Int { GatherKernel.Weights.panelWidth }
    var elementStride: Int { panels * panelStride }
    var size: Int { WinogradTransforms.elements * elementStride }

    init(inputs: Int, outputs: Int) {
      panels = (outputs + Self.panelWidth - 1) / Self.panelWidth
      panelStride = (inputs + TileKernels.rows) * Self.panelWidth
    }

    func offset(input: Int, output: Int) -> Int {
      output / Self.panelWidth * panelStride + input * Self.panelWidth + output % Self.panelWidth
    }

    /// Adds a part's sums for an input to the first part's.
    func addPart(_ part: Int, toFirstIn sums: UnsafeMutablePointer<Float>, input: Int) {
      for run in 0..<(WinogradTransforms.elements * panels) {
        let target = sums + (run * panelStride + input * Self.panelWidth)
        let source = target + part * size
        for column in 0..<Self.panelWidth { target[column] += source[column] }
      }
    }
  }

  // MARK: Some outputs at a time

  /// With few tiles and many channels the sums would be far larger than the images. All tiles are transformed first; then
  /// each thread takes a block of inputs and a block of outputs, and of these a panel at a time, whose sums stay in the
  /// cache until they are transformed back.
  private static func gradientByPanels(
    _ g: ConvolutionGeometry, _ tiles: WinogradTiles, _ x: Buffer, _ dy: Buffer, into dw: Buffer
  ) {
    let (inputBlocks, outputBlocks) = (blocks(of: g.inputs), blocks(of: g.outputs))
    let v = inputBlocks.map { TransformedTiles(capacity: tiles.count, channels: $0) }
    let u = outputBlocks.map { TransformedTiles(capacity: tiles.count, channels: $0) }
    let all = 0..<tiles.count
    parallel(v.count + u.count) { item in
      if item < v.count {
        let block = v[item]
        tiles.transformInputs(
          all, of: x, channels: block.channels, into: block.base, elementStride: block.elementStride)
      } else {
        let block = u[item - v.count]
        tiles.transformUpstream(
          all, of: dy, channels: block.channels, into: block.base, elementStride: block.elementStride)
      }
    }
    parallel(v.count * u.count) { item in
      let (left, right) = (v[item / u.count], u[item % u.count])
      let width = GatherKernel.Weights.panelWidth
      let layout = SumLayout(inputs: blockWidth, outputs: width)
      let transforms = WinogradTransforms()
      for first in stride(from: 0, to: right.channels.count, by: width) {
        let panel = first..<Swift.min(first + width, right.channels.count)
        let sums = Buffer(repeating: 0, count: layout.size)
        for element in 0..<WinogradTransforms.elements {
          OuterKernel.run(
            depth: tiles.count, left.matrix(element), right.matrix(element), columns: panel,
            into: sums.base + element * layout.elementStride, panelStride: layout.panelStride)
        }
        for (row, input) in left.channels.enumerated() {
          for column in stride(from: 0, to: panel.count, by: lanes) {
            transforms.weightGradient(
              sums.base + layout.offset(input: row, output: column), elementStride: layout.elementStride,
              into: dw.base + (input * g.outputs + right.channels.lowerBound + first + column),
              tapStride: g.inputs * g.outputs)
          }
        }
      }
    }
  }

  /// Some tiles' transformed numbers for a block of channels: for each element a matrix [tiles × channels].
  private struct TransformedTiles: Sendable {
    let channels: Range<Int>
    let elementStride: Int
    private let storage: Buffer

    var base: UnsafeMutablePointer<Float> { storage.base }

    init(capacity: Int, channels: Range<Int>) {
      self.channels = channels
      // Matrices are read in whole tiles: a little behind their last number.
      elementStride = capacity * channels.count + 2 * lanes
      storage = Buffer(uninitialized: WinogradTransforms.elements * elementStride)
      for element in 0..<WinogradTransforms.elements {
        (storage.base + (element * elementStride + capacity * channels.count)).update(repeating: 0, count: 2 * lanes)
      }
    }

    func matrix(_ element: Int) -> OuterKernel.Factor {
      OuterKernel.Factor(storage.base + element * elementStride, columns: channels.count)
    }
  }
}

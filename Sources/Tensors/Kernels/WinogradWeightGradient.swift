/// The gradient of the weights of a 3×3 convolution, by Winograd's identity read backwards:
/// Gᵀ (Σ (Bᵀ d B) ⊙ (A dy Aᵀ)) G, where the sum over all tiles is, for each of the 36 elements, a product of two matrices,
/// [inputs × tiles] times [tiles × outputs].
extension WinogradConvolution {
  /// The sums are made by this many threads at most, each for a part of the tiles and a block of the inputs. The number is
  /// fixed, so that the result does not depend on how many threads there are.
  private static let shares = 8
  /// Inputs of a block: each block transforms the gradient that comes back anew, so it must have enough to do with it.
  private static let inputsAtOnce = 64
  /// Long enough for the sums to be worth loading, short enough for the transformed tiles to stay in the cache.
  private static let tilesAtOnce = 48

  static func weightGradient(_ g: ConvolutionGeometry, _ x: Buffer, _ dy: Buffer, into dw: Buffer) {
    let tiles = WinogradTiles(g)
    let blocks = (g.inputs + inputsAtOnce - 1) / inputsAtOnce
    let parts = Swift.max(1, Swift.min(shares / blocks, tiles.count))
    let layout = SumLayout(inputs: g.inputs, outputs: g.outputs)
    let sums = Buffer(repeating: 0, count: parts * layout.size)
    parallel(parts * blocks) { item in
      let (part, block) = (item / blocks, item % blocks)
      addProducts(
        g, tiles, (tiles.count * part / parts)..<(tiles.count * (part + 1) / parts), x, dy,
        inputs: (block * inputsAtOnce)..<Swift.min(g.inputs, (block + 1) * inputsAtOnce), layout,
        into: sums.base + part * layout.size)
    }
    parallel(g.inputs) { input in
      for part in 1..<Swift.max(parts, 1) { layout.add(part, to: 0, in: sums.base, input: input) }
      for output in stride(from: 0, to: g.outputs, by: lanes) {
        WinogradTransforms.weightGradient(
          sums.base + layout.offset(input: input, output: output), elementStride: layout.elementStride,
          into: dw.base + (input * g.outputs + output), tapStride: g.inputs * g.outputs)
      }
    }
  }

  /// Where the sums lie: by element, by panel of outputs, by input. A tile of sums may reach behind the last input.
  private struct SumLayout {
    let inputs: Int
    let outputs: Int
    let panels: Int
    let panelStride: Int

    static var panelWidth: Int { GatherKernel.Weights.panelWidth }
    var elementStride: Int { panels * panelStride }
    var size: Int { WinogradTransforms.elements * elementStride }

    init(inputs: Int, outputs: Int) {
      self.inputs = inputs
      self.outputs = outputs
      panels = (outputs + Self.panelWidth - 1) / Self.panelWidth
      panelStride = (inputs + TileKernels.rows) * Self.panelWidth
    }

    func offset(input: Int, output: Int) -> Int {
      output / Self.panelWidth * panelStride + input * Self.panelWidth + output % Self.panelWidth
    }

    /// Adds one part's sums for an input to another's.
    func add(_ part: Int, to first: Int, in sums: UnsafeMutablePointer<Float>, input: Int) {
      for run in 0..<(WinogradTransforms.elements * panels) {
        let start = run * panelStride + input * Self.panelWidth
        let (source, target) = (sums + (part * size + start), sums + (first * size + start))
        for column in 0..<Self.panelWidth { target[column] += source[column] }
      }
    }
  }

  /// Adds the products of some tiles to the sums of some inputs and all outputs.
  private static func addProducts(
    _ g: ConvolutionGeometry, _ tiles: WinogradTiles, _ range: Range<Int>, _ x: Buffer, _ dy: Buffer,
    inputs: Range<Int>, _ layout: SumLayout, into sums: UnsafeMutablePointer<Float>
  ) {
    let atOnce = Swift.min(tilesAtOnce, range.count)
    // Outputs are read in whole panels, inputs in whole tiles: a little more than there is.
    let (inputStride, outputStride) = (atOnce * inputs.count + 16, atOnce * g.outputs + 2 * lanes)
    let v = Buffer(repeating: 0, count: WinogradTransforms.elements * inputStride)
    let u = Buffer(repeating: 0, count: WinogradTransforms.elements * outputStride)
    let outside = Buffer(repeating: 0, count: Swift.max(g.inputs, g.outputs))
    withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: WinogradTransforms.elements) {
      guard let pixels = $0.baseAddress else { return }
      for first in stride(from: range.lowerBound, to: range.upperBound, by: atOnce) {
        let chunk = first..<Swift.min(range.upperBound, first + atOnce)
        for (index, tile) in chunk.enumerated() {
          tiles.inputs(of: tile, in: x, outside: outside.base, into: pixels)
          WinogradTransforms.input(
            pixels, channels: inputs, into: v.base + index * inputs.count, elementStride: inputStride)
          tiles.outputs(of: tile, in: dy, outside: outside.base, into: pixels)
          WinogradTransforms.upstream(
            pixels, channels: g.outputs, into: u.base + index * g.outputs, elementStride: outputStride)
        }
        for element in 0..<WinogradTransforms.elements {
          OuterKernel.run(
            depth: chunk.count, v.base + element * inputStride, rows: inputs.count, u.base + element * outputStride,
            columns: g.outputs,
            into: sums + (element * layout.elementStride + layout.offset(input: inputs.lowerBound, output: 0)),
            panelStride: layout.panelStride)
        }
      }
    }
    withExtendedLifetime((v, u, outside)) {}
  }
}

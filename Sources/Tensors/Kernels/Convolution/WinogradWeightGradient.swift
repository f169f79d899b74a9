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

  private static func gradientByTiles(
    _ g: ConvolutionGeometry, _ tiles: WinogradTiles, _ x: Buffer, _ dy: Buffer, into dw: Buffer
  ) {
    let inputBlocks = blocks(of: g.inputs)
    let parts = Swift.max(1, Swift.min(shares / inputBlocks.count, tiles.stripCount))
    // Enough tiles for the sums to be worth loading, but so few that they stay in the cache.
    let atOnce = Swift.max(1, 48 / tiles.columns)
    let sums = inputBlocks.map { inputs in
      blocks(of: g.outputs).map { ProductSums(inputs: inputs, outputs: $0, parts: parts) }
    }
    parallel(parts * inputBlocks.count) { item in
      let (part, block) = (item / inputBlocks.count, item % inputBlocks.count)
      let range = (tiles.stripCount * part / parts)..<(tiles.stripCount * (part + 1) / parts)
      let v = TransformedTiles(capacity: atOnce * tiles.columns, channels: inputBlocks[block])
      for sum in sums[block] { sum.clear(part) }
      for first in stride(from: range.lowerBound, to: range.upperBound, by: atOnce) {
        let chunk = first..<Swift.min(range.upperBound, first + atOnce)
        tiles.transformInputs(chunk, of: x, channels: v.channels, into: v.base, elementStride: v.elementStride)
        for sum in sums[block] {
          let u = TransformedTiles(capacity: atOnce * tiles.columns, channels: sum.outputs)
          tiles.transformUpstream(chunk, of: dy, channels: u.channels, into: u.base, elementStride: u.elementStride)
          sum.add(chunk.count * tiles.columns, v, u, to: part)
        }
      }
    }
    let all = sums.flatMap { $0 }
    parallel(all.count * WinogradTransforms.elements) { item in
      for part in 1..<parts {
        all[item / WinogradTransforms.elements].addPart(part, element: item % WinogradTransforms.elements)
      }
    }
    parallel(all.count) { all[$0].transformBack(g, into: dw) }
  }

  // MARK: Some outputs at a time

  /// With few tiles and many channels the sums would be far larger than the images. All tiles are transformed first; then
  /// each thread takes a block of inputs and a block of outputs, and of these a panel at a time, whose sums stay in the
  /// cache until they are transformed back.
  private static func gradientByPanels(
    _ g: ConvolutionGeometry, _ tiles: WinogradTiles, _ x: Buffer, _ dy: Buffer, into dw: Buffer
  ) {
    let (inputBlocks, outputBlocks) = (blocks(of: g.inputs), blocks(of: g.outputs))
    let count = tiles.stripCount * tiles.columns
    let v = inputBlocks.map { TransformedTiles(capacity: count, channels: $0) }
    let u = outputBlocks.map { TransformedTiles(capacity: count, channels: $0) }
    let all = 0..<tiles.stripCount
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
    let width = 2 * lanes
    let panels = (g.outputs + width - 1) / width
    parallel(v.count * panels) { item in
      let (left, first) = (v[item / panels], item % panels * width)
      let right = u[first / blockWidth]
      let sums = ProductSums(
        inputs: left.channels, outputs: first..<Swift.min(first + width, right.channels.upperBound), parts: 1)
      sums.clear(0)
      sums.add(count, left, right, to: 0)
      sums.transformBack(g, into: dw)
    }
  }

  // MARK: Tiles and sums

  /// For each element, the sums over tiles of the products of some inputs with some outputs: one set for each part of the
  /// tiles.
  private struct ProductSums: Sendable {
    let inputs: Range<Int>
    let outputs: Range<Int>
    private let kernel: GatherGradient
    private let storage: Buffer

    private var partSize: Int { WinogradTransforms.elements * kernel.sumCount }

    init(inputs: Range<Int>, outputs: Range<Int>, parts: Int) {
      self.inputs = inputs
      self.outputs = outputs
      kernel = GatherGradient(terms: [Int](0..<inputs.count), columns: outputs.count)
      storage = Buffer(uninitialized: parts * WinogradTransforms.elements * kernel.sumCount)
    }

    func clear(_ part: Int) { (storage.base + part * partSize).update(repeating: 0, count: partSize) }

    /// Adds what `count` tiles bring.
    func add(_ count: Int, _ v: TransformedTiles, _ u: TransformedTiles, to part: Int) {
      let field = TileKernels.Field(
        height: 1, width: count, leftPixel: v.channels.count, leftRow: 0, rightPixel: u.channels.count, rightRow: 0)
      for element in 0..<WinogradTransforms.elements {
        kernel.add(
          field, left: v.base + element * v.elementStride,
          right: u.base + (element * u.elementStride + outputs.lowerBound - u.channels.lowerBound),
          to: storage.base + (part * partSize + element * kernel.sumCount))
      }
    }

    /// Adds a part's sums for an element to the first part's.
    func addPart(_ part: Int, element: Int) {
      let target = storage.base + element * kernel.sumCount
      let source = target + part * partSize
      for index in 0..<kernel.sumCount { target[index] += source[index] }
    }

    /// Transforms the first part's sums back, to the gradient of the taps.
    func transformBack(_ g: ConvolutionGeometry, into dw: Buffer) {
      let transforms = WinogradTransforms()
      kernel.forEachStretch { term, column, sum, count in
        let target = dw.base + ((inputs.lowerBound + term) * g.outputs + outputs.lowerBound + column)
        for shift in stride(from: 0, to: count, by: lanes) {
          transforms.weightGradient(
            storage.base + (sum + shift), elementStride: kernel.sumCount, into: target + shift,
            tapStride: g.inputs * g.outputs)
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
      elementStride = capacity * channels.count + skew
      storage = Buffer(uninitialized: WinogradTransforms.elements * elementStride)
    }
  }
}

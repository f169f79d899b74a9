/// The tiles of 4×4 output pixels into which Winograd's convolution cuts a batch of images, numbered image by image and row
/// by row. The last ones of a row or a column may reach beyond the image.
struct WinogradTiles: Sendable {
  private let g: ConvolutionGeometry
  private let rows: Int
  private let columns: Int
  /// What is read where a patch lies outside the image.
  private let zeros: Buffer

  var count: Int { g.count * rows * columns }

  init(_ g: ConvolutionGeometry) {
    self.g = g
    rows = (g.outputHeight + WinogradTransforms.tile - 1) / WinogradTransforms.tile
    columns = (g.outputWidth + WinogradTransforms.tile - 1) / WinogradTransforms.tile
    zeros = Buffer(repeating: 0, count: Swift.max(g.inputs, g.outputs))
  }

  /// Transforms the patches of some tiles: v[element][tile][channel], the elements `elementStride` apart.
  func transformInputs(
    _ range: Range<Int>, of x: Buffer, channels: Range<Int>, into v: UnsafeMutablePointer<Float>, elementStride: Int
  ) {
    forEach(range) { index, tile, transforms, pixels in
      listInputs(of: tile, in: x, into: pixels)
      transforms.input(pixels, channels: channels, into: v + index * channels.count, elementStride: elementStride)
    }
  }

  /// Transforms the gradients that come back to some tiles: u[element][tile][channel].
  func transformUpstream(
    _ range: Range<Int>, of dy: Buffer, channels: Range<Int>, into u: UnsafeMutablePointer<Float>, elementStride: Int
  ) {
    forEach(range) { index, tile, transforms, pixels in
      listOutputs(of: tile, in: dy, outside: zeros, into: pixels)
      transforms.upstream(pixels, channels: channels, into: u + index * channels.count, elementStride: elementStride)
    }
  }

  /// Transforms products m[element][tile][channel] back to some tiles' pixels, and adds the bias.
  func transformOutputs(
    _ range: Range<Int>, of m: UnsafePointer<Float>, elementStride: Int, channels: Range<Int>, bias: Buffer?,
    into y: Buffer
  ) {
    let aside = Buffer(uninitialized: g.outputs)
    forEach(range) { index, tile, transforms, pixels in
      listOutputs(of: tile, in: y, outside: aside, into: pixels)
      transforms.output(
        m + index * channels.count, elementStride: elementStride, channels: channels, bias: (bias ?? zeros).base,
        into: pixels)
    }
    withExtendedLifetime(aside) {}
  }

  // MARK: Addresses

  private typealias Pixels = UnsafeMutablePointer<UnsafeMutablePointer<Float>>

  @inline(__always)
  private func forEach(
    _ range: Range<Int>, _ body: (_ index: Int, _ tile: Int, _ transforms: WinogradTransforms, _ pixels: Pixels) -> Void
  ) {
    let transforms = WinogradTransforms()
    withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: WinogradTransforms.elements) {
      guard let pixels = $0.baseAddress else { return }
      for (index, tile) in range.enumerated() { body(index, tile, transforms, pixels) }
    }
  }

  /// The addresses of the 6×6 pixels from which a tile is computed.
  @inline(__always)
  private func listInputs(of tile: Int, in x: Buffer, into pixels: Pixels) {
    let (image, row, column) = position(of: tile)
    list(
      WinogradTransforms.patch, fromRow: row - g.padding, column: column - g.padding, height: g.height, width: g.width,
      channels: g.inputs, image: x.base + image * g.height * g.width * g.inputs, outside: zeros.base, into: pixels)
  }

  /// The addresses of a tile's 4×4 pixels.
  @inline(__always)
  private func listOutputs(of tile: Int, in y: Buffer, outside: Buffer, into pixels: Pixels) {
    let (image, row, column) = position(of: tile)
    list(
      WinogradTransforms.tile, fromRow: row, column: column, height: g.outputHeight, width: g.outputWidth,
      channels: g.outputs, image: y.base + image * g.outputHeight * g.outputWidth * g.outputs, outside: outside.base,
      into: pixels)
  }

  private func position(of tile: Int) -> (image: Int, row: Int, column: Int) {
    let (image, rest) = tile.quotientAndRemainder(dividingBy: rows * columns)
    return (image, rest / columns * WinogradTransforms.tile, rest % columns * WinogradTransforms.tile)
  }

  @inline(__always)
  private func list(
    _ side: Int, fromRow firstRow: Int, column firstColumn: Int, height: Int, width: Int, channels: Int,
    image: UnsafeMutablePointer<Float>, outside: UnsafeMutablePointer<Float>, into pixels: Pixels
  ) {
    for i in 0..<side {
      let row = firstRow + i
      let isInside = row >= 0 && row < height
      let start = image + (row * width + firstColumn) * channels
      for j in 0..<side {
        let column = firstColumn + j
        pixels[i * side + j] = isInside && column >= 0 && column < width ? start + j * channels : outside
      }
    }
  }
}

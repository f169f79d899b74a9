/// The tiles of 4×4 output pixels into which Winograd's convolution cuts a batch of images, numbered image by image and row
/// by row. The last ones of a row or a column may reach beyond the image.
struct WinogradTiles: Sendable {
  private let g: ConvolutionGeometry
  private let rows: Int
  private let columns: Int

  var count: Int { g.count * rows * columns }

  init(_ g: ConvolutionGeometry) {
    self.g = g
    rows = (g.outputHeight + WinogradTransforms.tile - 1) / WinogradTransforms.tile
    columns = (g.outputWidth + WinogradTransforms.tile - 1) / WinogradTransforms.tile
  }

  /// The addresses of the 6×6 pixels of `x` from which a tile is computed, and `outside` for those in the margin.
  @inline(__always)
  func inputs(
    of tile: Int, in x: Buffer, outside: UnsafeMutablePointer<Float>,
    into pixels: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
  ) {
    let (image, row, column) = position(of: tile)
    Self.list(
      WinogradTransforms.patch, fromRow: row - g.padding, column: column - g.padding, height: g.height, width: g.width,
      channels: g.inputs, image: x.base + image * g.height * g.width * g.inputs, outside: outside, into: pixels)
  }

  /// The addresses of a tile's 4×4 pixels of `y`, and `outside` for those beyond the image.
  @inline(__always)
  func outputs(
    of tile: Int, in y: Buffer, outside: UnsafeMutablePointer<Float>,
    into pixels: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
  ) {
    let (image, row, column) = position(of: tile)
    Self.list(
      WinogradTransforms.tile, fromRow: row, column: column, height: g.outputHeight, width: g.outputWidth,
      channels: g.outputs, image: y.base + image * g.outputHeight * g.outputWidth * g.outputs, outside: outside,
      into: pixels)
  }

  private func position(of tile: Int) -> (image: Int, row: Int, column: Int) {
    let (image, rest) = tile.quotientAndRemainder(dividingBy: rows * columns)
    return (image, rest / columns * WinogradTransforms.tile, rest % columns * WinogradTransforms.tile)
  }

  @inline(__always)
  private static func list(
    _ side: Int, fromRow firstRow: Int, column firstColumn: Int, height: Int, width: Int, channels: Int,
    image: UnsafeMutablePointer<Float>, outside: UnsafeMutablePointer<Float>,
    into pixels: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
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

/// The tiles of 4×4 output pixels into which Winograd's convolution cuts a batch of images.
///
/// They are taken in *strips*, the tiles beside each other in an image. What a strip reads is copied together first, with
/// zeros around the image: rows come from far memory in one go, while patches would ask for it pixel by pixel. What it
/// writes goes the same way back. Tiles at the right and lower edge may reach beyond the image.
struct WinogradTiles: Sendable {
  private let g: ConvolutionGeometry
  private let rows: Int
  /// The tiles of a strip.
  let columns: Int

  /// The strips of all images.
  var stripCount: Int { g.count * rows }

  init(_ g: ConvolutionGeometry) {
    self.g = g
    rows = (g.outputHeight + WinogradTransforms.tile - 1) / WinogradTransforms.tile
    columns = (g.outputWidth + WinogradTransforms.tile - 1) / WinogradTransforms.tile
  }

  /// Transforms the patches of some strips: v[element][tile][channel], the elements `elementStride` apart.
  func transformInputs(
    _ strips: Range<Int>, of x: Buffer, channels: Range<Int>, into v: UnsafeMutablePointer<Float>, elementStride: Int
  ) {
    let images = Images(x, height: g.height, width: g.width, channels: g.inputs, part: channels)
    let strip = Strip(
      height: WinogradTransforms.patch, width: columns * WinogradTransforms.tile + 2, channels: channels.count)
    let transforms = WinogradTransforms()
    for (index, number) in strips.enumerated() {
      let row = number % rows * WinogradTransforms.tile - g.padding
      strip.read(images, image: number / rows, row: row, column: -g.padding)
      for column in 0..<columns {
        transforms.input(
          strip.tile(column), rowStride: strip.rowStride, channels: channels.count,
          into: v + (index * columns + column) * channels.count, elementStride: elementStride)
      }
    }
    withExtendedLifetime((strip, transforms)) {}
  }

  /// Transforms the gradients that come back to some strips: u[element][tile][channel].
  func transformUpstream(
    _ strips: Range<Int>, of dy: Buffer, channels: Range<Int>, into u: UnsafeMutablePointer<Float>, elementStride: Int
  ) {
    let images = Images(dy, height: g.outputHeight, width: g.outputWidth, channels: g.outputs, part: channels)
    let strip = Strip(
      height: WinogradTransforms.tile, width: columns * WinogradTransforms.tile, channels: channels.count)
    let transforms = WinogradTransforms()
    for (index, number) in strips.enumerated() {
      strip.read(images, image: number / rows, row: number % rows * WinogradTransforms.tile, column: 0)
      for column in 0..<columns {
        transforms.upstream(
          strip.tile(column), rowStride: strip.rowStride, channels: channels.count,
          into: u + (index * columns + column) * channels.count, elementStride: elementStride)
      }
    }
    withExtendedLifetime((strip, transforms)) {}
  }

  /// Transforms products m[element][tile][channel] back to some strips' pixels, and adds the bias.
  func transformOutputs(
    _ strips: Range<Int>, of m: UnsafePointer<Float>, elementStride: Int, channels: Range<Int>, bias: Buffer?,
    into y: Buffer
  ) {
    let images = Images(y, height: g.outputHeight, width: g.outputWidth, channels: g.outputs, part: channels)
    let strip = Strip(
      height: WinogradTransforms.tile, width: columns * WinogradTransforms.tile, channels: channels.count)
    let bias = bias ?? Buffer(repeating: 0, count: g.outputs)
    let transforms = WinogradTransforms()
    for (index, number) in strips.enumerated() {
      for column in 0..<columns {
        transforms.output(
          m + (index * columns + column) * channels.count, elementStride: elementStride, channels: channels.count,
          bias: bias.base + channels.lowerBound, into: strip.tile(column), rowStride: strip.rowStride)
      }
      strip.write(images, image: number / rows, row: number % rows * WinogradTransforms.tile)
    }
    withExtendedLifetime((strip, transforms, bias)) {}
  }

  // MARK: Strips

  /// A batch of images, of whose channels some are wanted.
  private struct Images {
    let base: UnsafeMutablePointer<Float>
    let height: Int
    let width: Int
    let channels: Int
    let part: Range<Int>

    init(_ buffer: Buffer, height: Int, width: Int, channels: Int, part: Range<Int>) {
      (base, self.height, self.width, self.channels, self.part) = (buffer.base, height, width, channels, part)
    }

    func pixel(_ image: Int, _ row: Int, _ column: Int) -> UnsafeMutablePointer<Float> {
      base + (((image * height + row) * width + column) * channels + part.lowerBound)
    }
  }

  /// The pixels of a strip, with those around it that it depends on.
  private struct Strip {
    let height: Int
    let width: Int
    let channels: Int
    private let pixels: Buffer

    var rowStride: Int { width * channels }

    init(height: Int, width: Int, channels: Int) {
      (self.height, self.width, self.channels) = (height, width, channels)
      pixels = Buffer(uninitialized: height * width * channels)
    }

    /// Where a tile, or the patch that it is computed from, begins.
    func tile(_ column: Int) -> UnsafeMutablePointer<Float> {
      pixels.base + column * WinogradTransforms.tile * channels
    }

    /// Reads the rectangle that begins at a pixel, which may lie outside the image, where there are zeros.
    func read(_ images: Images, image: Int, row firstRow: Int, column firstColumn: Int) {
      let inside = Swift.max(firstColumn, 0)..<Swift.max(0, Swift.min(firstColumn + width, images.width))
      for i in 0..<height {
        let (target, row) = (pixels.base + i * rowStride, firstRow + i)
        guard row >= 0, row < images.height else {
          target.update(repeating: 0, count: rowStride)
          continue
        }
        let (left, end) = (inside.lowerBound - firstColumn, inside.upperBound - firstColumn)
        target.update(repeating: 0, count: left * channels)
        copy(
          images.pixel(image, row, inside.lowerBound), step: images.channels, to: target + left * channels,
          step: channels, count: inside.count)
        (target + end * channels).update(repeating: 0, count: (width - end) * channels)
      }
    }

    /// Writes the rectangle to the image from a pixel at its left edge on, as far as it lies inside.
    func write(_ images: Images, image: Int, row firstRow: Int) {
      for i in 0..<Swift.min(height, images.height - firstRow) {
        copy(
          pixels.base + i * rowStride, step: channels, to: images.pixel(image, firstRow + i, 0), step: images.channels,
          count: Swift.min(width, images.width))
      }
    }

    /// Copies pixels, all in one go where all channels are wanted.
    private func copy(
      _ source: UnsafePointer<Float>, step: Int, to target: UnsafeMutablePointer<Float>, step targetStep: Int,
      count: Int
    ) {
      guard step != channels || targetStep != channels else {
        return target.update(from: source, count: count * channels)
      }
      for pixel in 0..<count {
        (target + pixel * targetStep).update(from: source + pixel * step, count: channels)
      }
    }
  }
}

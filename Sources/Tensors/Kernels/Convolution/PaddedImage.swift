/// Rows of an image with a margin of zeros around them, so that a kernel need not ask at every pixel whether it stands at
/// the edge.
struct PaddedImage {
  /// The rows of one image that a piece of work needs, and the margins they get.
  struct Window {
    /// The first row; negative rows, and those below the image, are zeros.
    let firstRow: Int
    let rowCount: Int
    let left: Int
    /// The width with both margins.
    let paddedWidth: Int
  }

  let pixels: UnsafePointer<Float>
  let rowStride: Int
  /// Keeps the copy, where there is one, alive.
  private let copy: Buffer?

  /// The window of an image of `height` rows of `width` pixels of `channels` numbers that begins at `image`. The image
  /// itself serves where nothing need be added.
  init(_ image: UnsafePointer<Float>, height: Int, width: Int, channels: Int, window: Window) {
    rowStride = window.paddedWidth * channels
    if window.left == 0, window.paddedWidth == width, window.firstRow >= 0,
      window.firstRow + window.rowCount <= height
    {
      copy = nil
      pixels = image + window.firstRow * width * channels
      return
    }
    let buffer = Buffer(uninitialized: window.rowCount * rowStride)
    let right = Swift.min(width, window.paddedWidth - window.left) * channels
    for row in 0..<window.rowCount {
      let target = buffer.base + row * rowStride
      let source = window.firstRow + row
      guard source >= 0, source < height else {
        target.update(repeating: 0, count: rowStride)
        continue
      }
      let start = window.left * channels
      target.update(repeating: 0, count: start)
      (target + start).update(from: image + source * width * channels, count: right)
      (target + (start + right)).update(repeating: 0, count: rowStride - start - right)
    }
    copy = buffer
    pixels = UnsafePointer(buffer.base)
  }
}

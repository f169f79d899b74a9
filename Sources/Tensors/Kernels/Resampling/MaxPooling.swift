/// The largest number of each window, for each channel by itself.
enum MaxPooling {
  /// Pixel numbers, as many as a vector has numbers.
  private typealias Pixels = Vector.MaskStorage

  /// The windows of a batch of images; all their pixels lie inside.
  struct Windows: Sendable {
    let images: ResamplingKernels.Sizes
    let window: Int
    let stride: Int

    fileprivate var rows: Int { (images.height - window) / stride + 1 }
    fileprivate var columns: Int { (images.width - window) / stride + 1 }

    /// The number of a window's first pixel in its image.
    fileprivate func corner(_ row: Int, _ column: Int) -> Int { row * stride * images.width + column * stride }
  }

  /// Writes the largest numbers into y, and returns the bit patterns of the numbers of the pixels in their images where they
  /// stand: the first of equals, and NaN before all.
  static func pool(_ x: Buffer, _ w: Windows, into y: Buffer) -> Buffer {
    let winners = Buffer(uninitialized: y.count)
    let (rows, columns, channels) = (w.rows, w.columns, w.images.channels)
    let imageSize = w.images.height * w.images.width * channels
    parallel(w.images.count * rows) { item in
      let image = UnsafePointer(x.base + item / rows * imageSize)
      for column in 0..<columns {
        let corner = w.corner(item % rows, column)
        let target = (item * columns + column) * channels
        forEachColumn(of: channels) { channel, count in
          var best = load(image + (corner * channels + channel), count)
          var winner = Pixels(repeating: Int32(truncatingIfNeeded: corner))
          for dy in 0..<w.window {
            for dx in 0..<w.window {
              let pixel = corner + dy * w.images.width + dx
              let value = load(image + (pixel * channels + channel), count)
              let wins = (value .> best) .| ((value .!= value) .& (best .== best))
              best.replace(with: value, where: wins)
              winner.replace(with: Int32(truncatingIfNeeded: pixel), where: wins)
            }
          }
          store(best, y.base + (target + channel), count)
          store(unsafeBitCast(winner, to: Vector.self), winners.base + (target + channel), count)
        }
      }
    }
    return winners
  }

  /// Every number that comes back goes to the pixel that won; the others get 0.
  static func gradient(_ g: Buffer, winners: Buffer, _ w: Windows, into dx: Buffer) {
    let (rows, columns, channels) = (w.rows, w.columns, w.images.channels)
    let imageSize = w.images.height * w.images.width * channels
    parallel(w.images.count) { item in
      let image = dx.base + item * imageSize
      image.update(repeating: 0, count: imageSize)
      for row in 0..<rows {
        for column in 0..<columns {
          let corner = w.corner(row, column)
          let source = ((item * rows + row) * columns + column) * channels
          forEachColumn(of: channels) { channel, count in
            let upstream = load(g.base + (source + channel), count)
            let winner = unsafeBitCast(load(winners.base + (source + channel), count), to: Pixels.self)
            for dy in 0..<w.window {
              for dxx in 0..<w.window {
                let pixel = corner + dy * w.images.width + dxx
                let target = image + (pixel * channels + channel)
                let won = winner .== Pixels(repeating: Int32(truncatingIfNeeded: pixel))
                store(load(target, count) + Vector.zero.replacing(with: upstream, where: won), target, count)
              }
            }
          }
        }
      }
    }
  }

  // MARK: Columns of channels

  /// Calls `body` with the first channel of each vector and how many there are of it.
  @inline(__always)
  private static func forEachColumn(of channels: Int, _ body: (_ channel: Int, _ count: Int) -> Void) {
    for channel in stride(from: 0, to: channels, by: lanes) { body(channel, Swift.min(lanes, channels - channel)) }
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>, _ count: Int) -> Vector {
    if count == lanes { return UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self) }
    var value = Vector.zero
    for lane in 0..<count { value[lane] = pointer[lane] }
    return value
  }

  @inline(__always)
  private static func store(_ value: Vector, _ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
    if count == lanes {
      UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Vector.self)
    } else {
      for lane in 0..<count { pointer[lane] = value[lane] }
    }
  }
}

// What group normalization does to the pixels of an image, a vector of channels at a time. A debug build inlines nothing
// from another file, so what a loop calls stands here, but for the functions of a vector.

/// A pass that adds up: it runs down the pixels with one column of channels after the other.
private protocol ColumnPass {
  /// Works on a column's numbers at `start`, `start + step`, … of the image.
  func run(_ column: some Column, _ channel: Int, start: Int, count: Int, step: Int)
}

extension ColumnPass {
  /// Works on all columns of a part, or of every so many of its pixels, in pieces so short that their numbers stay in the
  /// nearest cache until every column has used them, and that rounding errors do not grow with the number of pixels.
  @inline(__always)
  fileprivate func runOnColumns(of part: GroupNormalization.Part, every distance: Int = 1) {
    let (pixels, step) = ((part.pixels + distance - 1) / distance, part.step * distance)
    let piece = max(16, 2048 / step)
    for pixel in stride(from: 0, to: pixels, by: piece) {
      let count = min(piece, pixels - pixel)
      for channel in stride(from: part.channels.lowerBound, to: part.channels.upperBound, by: lanes) {
        let (start, present) = (pixel * step + channel, part.channels.upperBound - channel)
        if present >= lanes {
          run(WholeColumn(), channel, start: start, count: count, step: step)
        } else {
          run(NarrowColumn(width: present), channel, start: start, count: count, step: step)
        }
      }
    }
  }
}

/// A pass that computes every number by itself: it takes them as they lie.
private protocol RowPass {
  /// Works on the numbers of a column in one pixel, which are at `index` of the image.
  func run(_ column: some Column, _ channel: Int, at index: Int)
}

extension RowPass {
  @inline(__always)
  fileprivate func runOnRows(of part: GroupNormalization.Part) {
    let rest = NarrowColumn(width: part.channels.count % lanes)
    let end = part.channels.upperBound - rest.width
    for pixel in 0..<part.pixels {
      let row = pixel * part.step
      for channel in stride(from: part.channels.lowerBound, to: end, by: lanes) {
        run(WholeColumn(), channel, at: row + channel)
      }
      if rest.width > 0 { run(rest, end, at: row + end) }
    }
  }
}

// MARK: - Columns

/// Neighboring channels of a pixel, as many as a vector holds or fewer.
private protocol Column {
  func load(_ pointer: UnsafePointer<Float>) -> Vector
  func store(_ value: Vector, to pointer: UnsafeMutablePointer<Float>)
}

private struct WholeColumn: Column {
  @inline(__always)
  func load(_ pointer: UnsafePointer<Float>) -> Vector { UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self) }

  @inline(__always)
  func store(_ value: Vector, to pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Vector.self)
  }
}

/// The last channels, where they do not fill a vector.
private struct NarrowColumn: Column {
  let width: Int

  @inline(__always)
  func load(_ pointer: UnsafePointer<Float>) -> Vector {
    var value = Vector.zero
    for lane in 0..<width { value[lane] = pointer[lane] }
    return value
  }

  @inline(__always)
  func store(_ value: Vector, to pointer: UnsafeMutablePointer<Float>) {
    for lane in 0..<width { pointer[lane] = value[lane] }
  }
}

extension Column {
  @inline(__always)
  fileprivate func add(_ value: Vector, to pointer: UnsafeMutablePointer<Float>) {
    store(load(pointer) + value, to: pointer)
  }
}

// MARK: - Passes

extension NormalizationKernels {
  /// sums += Σ x over every sixteenth pixel.
  struct SampleSums: ColumnPass {
    let x: UnsafePointer<Float>
    let sums: UnsafeMutablePointer<Float>

    private static let distance = 16

    /// The pixels of the sample.
    static func pixels(of part: GroupNormalization.Part) -> Int { (part.pixels + distance - 1) / distance }

    func run(over part: GroupNormalization.Part) { runOnColumns(of: part, every: Self.distance) }

    /// In four chains, so that additions overlap.
    @inline(__always)
    fileprivate func run(_ column: some Column, _ channel: Int, start: Int, count: Int, step: Int) {
      var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
      var x = x + start
      for _ in 0..<(count / 4) {
        a += column.load(x)
        b += column.load(x + step)
        c += column.load(x + 2 * step)
        d += column.load(x + 3 * step)
        x += 4 * step
      }
      for _ in 0..<(count % 4) {
        a += column.load(x)
        x += step
      }
      column.add((a + b) + (c + d), to: sums + channel)
    }
  }

  /// sums += Σ (x − mean), squares += Σ (x − mean)².
  struct Differences: ColumnPass {
    let x: UnsafePointer<Float>
    let mean: UnsafePointer<Float>
    let sums: UnsafeMutablePointer<Float>
    let squares: UnsafeMutablePointer<Float>

    func run(over part: GroupNormalization.Part) { runOnColumns(of: part) }

    @inline(__always)
    fileprivate func run(_ column: some Column, _ channel: Int, start: Int, count: Int, step: Int) {
      let mean = column.load(mean + channel)
      var (a, b, aa, bb) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
      var x = x + start
      for _ in 0..<(count / 2) {
        let (first, second) = (column.load(x) - mean, column.load(x + step) - mean)
        a += first
        b += second
        aa = .multiplyAdd(first, first, aa)
        bb = .multiplyAdd(second, second, bb)
        x += 2 * step
      }
      if count % 2 == 1 {
        let last = column.load(x) - mean
        a += last
        aa = .multiplyAdd(last, last, aa)
      }
      column.add(a + b, to: sums + channel)
      column.add(aa + bb, to: squares + channel)
    }
  }

  /// sums += Σ h, products += Σ h · (x − mean).
  struct Products: ColumnPass {
    let x: UnsafePointer<Float>
    let h: UnsafePointer<Float>
    let mean: UnsafePointer<Float>
    let sums: UnsafeMutablePointer<Float>
    let products: UnsafeMutablePointer<Float>

    func run(over part: GroupNormalization.Part) { runOnColumns(of: part) }

    @inline(__always)
    fileprivate func run(_ column: some Column, _ channel: Int, start: Int, count: Int, step: Int) {
      let mean = column.load(mean + channel)
      var (a, b, ax, bx) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
      var (x, h) = (x + start, h + start)
      for _ in 0..<(count / 2) {
        let (first, second) = (column.load(h), column.load(h + step))
        a += first
        b += second
        ax = .multiplyAdd(first, column.load(x) - mean, ax)
        bx = .multiplyAdd(second, column.load(x + step) - mean, bx)
        x += 2 * step
        h += 2 * step
      }
      if count % 2 == 1 {
        let last = column.load(h)
        a += last
        ax = .multiplyAdd(last, column.load(x) - mean, ax)
      }
      column.add(a + b, to: sums + channel)
      column.add(ax + bx, to: products + channel)
    }
  }

  /// y = x · factor + offset.
  struct Normalized: RowPass {
    let x: UnsafePointer<Float>
    let factor: UnsafePointer<Float>
    let offset: UnsafePointer<Float>
    let y: UnsafeMutablePointer<Float>

    func run(over part: GroupNormalization.Part) { runOnRows(of: part) }

    @inline(__always)
    fileprivate func run(_ column: some Column, _ channel: Int, at index: Int) {
      let n = Vector.multiplyAdd(column.load(x + index), column.load(factor + channel), column.load(offset + channel))
      column.store(n, to: y + index)
    }
  }

  /// y = silu(x · factor + offset).
  struct SiLU: RowPass {
    let x: UnsafePointer<Float>
    let factor: UnsafePointer<Float>
    let offset: UnsafePointer<Float>
    let y: UnsafeMutablePointer<Float>

    func run(over part: GroupNormalization.Part) { runOnRows(of: part) }

    @inline(__always)
    fileprivate func run(_ column: some Column, _ channel: Int, at index: Int) {
      let n = Vector.multiplyAdd(column.load(x + index), column.load(factor + channel), column.load(offset + channel))
      column.store(n.silu(), to: y + index)
    }
  }

  /// h = dy · silu′(x · factor + offset).
  struct SiLUGradient: RowPass {
    let x: UnsafePointer<Float>
    let dy: UnsafePointer<Float>
    let factor: UnsafePointer<Float>
    let offset: UnsafePointer<Float>
    let h: UnsafeMutablePointer<Float>

    func run(over part: GroupNormalization.Part) { runOnRows(of: part) }

    @inline(__always)
    fileprivate func run(_ column: some Column, _ channel: Int, at index: Int) {
      let n = Vector.multiplyAdd(column.load(x + index), column.load(factor + channel), column.load(offset + channel))
      column.store(column.load(dy + index) * n.siluDerivative(), to: h + index)
    }
  }

  /// dx = h · factor + (x − mean) · slope + level; dx may stand where h does.
  struct InputGradient: RowPass {
    let x: UnsafePointer<Float>
    let h: UnsafePointer<Float>
    let mean: UnsafePointer<Float>
    let factor: UnsafePointer<Float>
    let slope: UnsafePointer<Float>
    let level: UnsafePointer<Float>
    let dx: UnsafeMutablePointer<Float>

    func run(over part: GroupNormalization.Part) { runOnRows(of: part) }

    @inline(__always)
    fileprivate func run(_ column: some Column, _ channel: Int, at index: Int) {
      let difference = column.load(x + index) - column.load(mean + channel)
      let level = Vector.multiplyAdd(difference, column.load(slope + channel), column.load(level + channel))
      column.store(.multiplyAdd(column.load(h + index), column.load(factor + channel), level), to: dx + index)
    }
  }
}

/// Sums and largest elements along one axis of a tensor seen as `[outer, reduced, inner]`.
///
/// A long axis is summed in pieces of fixed length and the pieces in Double, so that the result depends neither on the
/// number of threads nor, to more than a few units in the last place, on the length.
enum ReductionKernels {
  private static let piece = 512

  static func sum(_ x: Buffer, outer: Int, reduced: Int, inner: Int, into y: Buffer) {
    let pieces = Swift.max(1, (reduced + piece - 1) / piece)
    let partial = Buffer(uninitialized: outer * pieces * inner)
    parallel(outer * pieces) { item in
      let (block, part) = (item / pieces, item % pieces)
      let rows = (part * piece)..<Swift.min(reduced, (part + 1) * piece)
      let source = x.base + block * reduced * inner
      let target = partial.base + item * inner
      if inner == 1 {
        target[0] = sumOfContiguous(source + rows.lowerBound, rows.count)
      } else {
        sumOfRows(source, rows, width: inner, into: target)
      }
    }
    parallel(outer) { block in
      for column in 0..<inner {
        var total = 0.0
        for part in 0..<pieces { total += Double(partial.base[(block * pieces + part) * inner + column]) }
        y.base[block * inner + column] = Float(total)
      }
    }
  }

  @inline(__always)
  private static func sumOfContiguous(_ x: UnsafeMutablePointer<Float>, _ count: Int) -> Float {
    let vectors = count / lanes
    var total = sumDown(x, count: vectors, step: lanes).sum()
    for index in (vectors * lanes)..<count { total += x[index] }
    return total
  }

  /// The sum of the vectors at 0, `step`, `2 · step`, … in four chains, so that additions overlap.
  @inline(__always)
  private static func sumDown(_ x: UnsafePointer<Float>, count: Int, step: Int) -> Vector {
    @inline(__always)
    func load(_ pointer: UnsafePointer<Float>) -> Vector { UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self) }
    var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var x = x
    for _ in 0..<(count / 4) {
      a += load(x)
      b += load(x + step)
      c += load(x + 2 * step)
      d += load(x + 3 * step)
      x += 4 * step
    }
    for _ in 0..<(count % 4) {
      a += load(x)
      x += step
    }
    return (a + b) + (c + d)
  }

  @inline(__always)
  private static func sumOfRows(
    _ x: UnsafeMutablePointer<Float>, _ rows: Range<Int>, width: Int, into y: UnsafeMutablePointer<Float>
  ) {
    var column = 0
    while column + lanes <= width {
      let sums = sumDown(x + (rows.lowerBound * width + column), count: rows.count, step: width)
      UnsafeMutableRawPointer(y + column).storeBytes(of: sums, as: Vector.self)
      column += lanes
    }
    while column < width {
      var sum: Float = 0
      for row in rows { sum += x[row * width + column] }
      y[column] = sum
      column += 1
    }
  }

  /// The largest elements and where along the reduced axis they stand; the first where several are equal. NaN is largest.
  static func max(_ x: Buffer, outer: Int, reduced: Int, inner: Int, into y: Buffer) -> [Int] {
    var positions = [Int](repeating: 0, count: outer * inner)
    for block in 0..<outer {
      for column in 0..<inner {
        let source = x.base + block * reduced * inner + column
        var best = 0
        for row in 1..<Swift.max(reduced, 1)
        where source[row * inner] > source[best * inner]
          || (source[row * inner].isNaN && !source[best * inner].isNaN)
        { best = row }
        positions[block * inner + column] = best
        y.base[block * inner + column] = source[best * inner]
      }
    }
    return positions
  }
}

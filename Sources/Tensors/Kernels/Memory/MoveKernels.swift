/// Copies between tensors of different layouts.
enum MoveKernels {
  /// Copies `count` blocks of `length` numbers that lie `stride` apart.
  static func copyBlocks(
    _ x: Buffer, offset: Int, stride: Int, to y: Buffer, offset targetOffset: Int, stride targetStride: Int,
    length: Int, count: Int
  ) {
    let atOnce = Swift.max(1, (1 << 14) / Swift.max(length, 1))
    parallel((count + atOnce - 1) / atOnce) { part in
      for block in (part * atOnce)..<Swift.min(count, (part + 1) * atOnce) {
        copy(x.base + (offset + block * stride), to: y.base + (targetOffset + block * targetStride), length)
      }
    }
  }

  /// Writes `count` rows: `before` zeros, the next `length` numbers of `x`, and `after` zeros.
  static func embedBlocks(_ x: Buffer, before: Int, length: Int, after: Int, count: Int, into y: Buffer) {
    let width = before + length + after
    let atOnce = Swift.max(1, (1 << 14) / Swift.max(width, 1))
    parallel((count + atOnce - 1) / atOnce) { part in
      for block in (part * atOnce)..<Swift.min(count, (part + 1) * atOnce) {
        let target = y.base + block * width
        target.update(repeating: 0, count: before)
        copy(x.base + block * length, to: target + before, length)
        (target + (before + length)).update(repeating: 0, count: after)
      }
    }
  }

  /// Copies a few numbers without the cost of a call.
  @inline(__always)
  private static func copy(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ length: Int) {
    guard length <= 512 else {
      target.update(from: source, count: length)
      return
    }
    var index = 0
    while index &+ lanes <= length {
      let value = UnsafeRawPointer(source + index).loadUnaligned(as: Vector.self)
      UnsafeMutableRawPointer(target + index).storeBytes(of: value, as: Vector.self)
      index &+= lanes
    }
    while index < length {
      target[index] = source[index]
      index &+= 1
    }
  }

  /// Writes in row-major order of `extents` the elements that lie `strides` apart.
  static func permute(_ x: Buffer, extents: [Int], strides: [Int], into y: Buffer) {
    guard let run = extents.last, let step = strides.last, !y.isEmpty else { return }
    let rows = y.count / run
    let outer = Array(zip(extents, strides).dropLast())
    let atOnce = Swift.max(1, (1 << 13) / run)
    parallel((rows + atOnce - 1) / atOnce) { part in
      let end = Swift.min(rows, (part + 1) * atOnce)
      var row = part * atOnce
      while row < end {
        var (rest, offset) = (row, 0)
        for (extent, stride) in outer.reversed() {
          offset += rest % extent * stride
          rest /= extent
        }
        // The rows that follow along the last of the outer axes need no such division.
        let (extent, stride) = outer.last ?? (1, 0)
        let last = Swift.min(end, row + extent - row % extent)
        while row < last {
          let (source, target) = (x.base + offset, y.base + row * run)
          if step == 1 {
            copy(source, to: target, run)
          } else {
            for index in 0..<run { target[index] = source[index &* step] }
          }
          offset += stride
          row += 1
        }
      }
    }
  }

  static func gatherRows(_ x: Buffer, _ rows: [Int], width: Int, into y: Buffer) {
    for (index, row) in rows.enumerated() {
      (y.base + index * width).update(from: x.base + row * width, count: width)
    }
  }

  static func scatterAddRows(_ g: Buffer, _ rows: [Int], width: Int, into y: Buffer) {
    for (index, row) in rows.enumerated() {
      let (source, target) = (g.base + index * width, y.base + row * width)
      for column in 0..<width { target[column] += source[column] }
    }
  }
}

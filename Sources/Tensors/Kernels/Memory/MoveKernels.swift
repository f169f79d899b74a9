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
        (y.base + (targetOffset + block * targetStride)).update(from: x.base + (offset + block * stride), count: length)
      }
    }
  }

  /// Writes in row-major order of `extents` the elements that lie `strides` apart.
  static func permute(_ x: Buffer, extents: [Int], strides: [Int], into y: Buffer) {
    guard let run = extents.last, let step = strides.last, !y.isEmpty else { return }
    let rows = y.count / run
    let outer = Array(zip(extents, strides).dropLast())
    let atOnce = Swift.max(1, (1 << 13) / run)
    parallel((rows + atOnce - 1) / atOnce) { part in
      for row in (part * atOnce)..<Swift.min(rows, (part + 1) * atOnce) {
        var (rest, offset) = (row, 0)
        for (extent, stride) in outer.reversed() {
          offset += rest % extent * stride
          rest /= extent
        }
        let (source, target) = (x.base + offset, y.base + row * run)
        if step == 1 {
          target.update(from: source, count: run)
        } else {
          for index in 0..<run { target[index] = source[index * step] }
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

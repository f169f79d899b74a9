/// Matrix products.
enum MatrixKernels {
  /// Rows of the result that one thread computes at a time.
  private static let blockRows = 96

  /// c[b] = a[b] · m[b] for each b below `count`: `rows` × `depth` times `depth` × `columns`. The right factor may be
  /// stored transposed, as `columns` × `depth`.
  static func multiply(
    _ a: Buffer, _ m: Buffer, count: Int, rows: Int, depth: Int, columns: Int, transposedRight: Bool, into c: Buffer
  ) {
    let blocks = (rows + blockRows - 1) / blockRows
    let segments = [TileKernels.Segment(offset: 0, length: depth)]
    let pack: @Sendable (Int) -> GatherKernel.Weights = { batch in
      let right = UnsafePointer(m.base + batch * depth * columns)
      return GatherKernel.Weights(
        depth: depth, columns: columns,
        element: { transposedRight ? right + ($1 * depth + $0) : right + ($0 * columns + $1) },
        columnStep: transposedRight ? depth : 1)
    }
    let shared = count == 1 ? pack(0) : nil
    parallel(count == 1 ? blocks : count) { item in
      let weights = shared ?? pack(item)
      for block in count == 1 ? item..<(item + 1) : 0..<blocks {
        let first = (count == 1 ? 0 : item * rows) + block * blockRows
        let size = Swift.min(blockRows, rows - block * blockRows)
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * size) { offsets in
          guard let base = offsets.baseAddress else { return }
          for row in 0..<size {
            base[row] = row * depth
            base[size + row] = row * columns
          }
          let work = GatherKernel.Rows(
            count: size, input: UnsafePointer(a.base + first * depth), inputOffsets: UnsafePointer(base),
            output: c.base + first * columns, outputOffsets: UnsafePointer(base + size))
          GatherKernel.run(work, segments: segments, weights: weights, bias: nil)
        }
      }
    }
  }

  /// y[b] = x[b] with rows and columns exchanged, in squares that fit the cache.
  static func transpose(_ x: Buffer, count: Int, rows: Int, columns: Int, into y: Buffer) {
    let side = 16
    parallel(count * ((rows + side - 1) / side)) { item in
      let bands = (rows + side - 1) / side
      let (batch, band) = (item / bands, item % bands)
      let (source, target) = (x.base + batch * rows * columns, y.base + batch * rows * columns)
      let rowRange = (band * side)..<Swift.min(rows, (band + 1) * side)
      for first in stride(from: 0, to: columns, by: side) {
        for column in first..<Swift.min(columns, first + side) {
          for row in rowRange { target[column * rows + row] = source[row * columns + column] }
        }
      }
    }
  }
}

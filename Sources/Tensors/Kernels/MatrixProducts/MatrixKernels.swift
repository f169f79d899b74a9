/// Matrix products.
enum MatrixKernels {
  /// Rows of the result that one thread computes at a time.
  private static let blockRows = Rows.blockSize

  /// c[b] = a[b] · m[b] for each b below `count`: `rows` × `depth` times `depth` × `columns`. The right factor may be
  /// stored transposed, as `columns` × `depth`.
  static func multiply(
    _ a: Buffer, _ m: Buffer, count: Int, rows: Int, depth: Int, columns: Int, transposedRight: Bool, into c: Buffer
  ) {
    let blocks = (rows + blockRows - 1) / blockRows
    let terms = [Int](0..<depth)
    let pack: @Sendable (Int) -> GatherKernel = { batch in
      let right = UnsafePointer(m.base + batch * depth * columns)
      return GatherKernel(
        WeightedSum(
          terms: terms, columns: columns, weights: { right + $0 * (transposedRight ? 1 : columns) },
          columnStep: transposedRight ? depth : 1, bias: nil))
    }
    let shared = count == 1 ? pack(0) : nil
    let offsets = { RowOffsets(height: $0, width: 1, inputSteps: (depth, 0), outputSteps: (columns, 0)) }
    let (whole, last) = (offsets(Swift.min(blockRows, rows)), offsets(rows - (blocks - 1) * blockRows))
    parallel(count == 1 ? blocks : count) { item in
      let kernel = shared ?? pack(item)
      for block in count == 1 ? item..<(item + 1) : 0..<blocks {
        let first = (count == 1 ? 0 : item * rows) + block * blockRows
        (block == blocks - 1 ? last : whole).withRows(
          input: UnsafePointer(a.base + first * depth), output: c.base + first * columns
        ) { $0.compute([kernel], step: 0) }
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

/// A matrix product whose left factor is transposed: sums of outer products, as in the gradient of weights.
enum OuterKernel {
  /// A row-major matrix. It is read in whole tiles: behind its last number there must be others, which change no result.
  struct Factor {
    let base: UnsafePointer<Float>
    let columns: Int

    init(_ base: UnsafePointer<Float>, columns: Int) { (self.base, self.columns) = (base, columns) }
  }

  /// sums += leftᵀ · right, for some of the right factor's columns. The sums have a row for each column of the left one, and
  /// lie in panels of columns as wide as a tile, `panelStride` apart.
  static func run(
    depth: Int, _ left: Factor, _ right: Factor, columns: Range<Int>,
    into sums: UnsafeMutablePointer<Float>, panelStride: Int
  ) {
    let width = GatherKernel.Weights.panelWidth
    let field = TileKernels.Field(
      height: 1, width: depth, leftPixel: left.columns, leftRow: 0, rightPixel: right.columns, rightRow: 0)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: TileKernels.rows * width) { scratch in
      guard let aside = scratch.baseAddress else { return }
      for (panel, first) in stride(from: columns.lowerBound, to: columns.upperBound, by: width).enumerated() {
        for row in stride(from: 0, to: left.columns, by: TileKernels.rows) {
          let target = sums + (panel * panelStride + row * width)
          let present = Swift.min(TileKernels.rows, left.columns - row)
          // The rows behind the last are summed aside.
          let whole = present == TileKernels.rows
          if !whole { aside.update(from: target, count: present * width) }
          if columns.upperBound - first <= lanes {
            TileKernels.outerOne(
              field, left: left.base + row, right: right.base + first, sums: whole ? target : aside, sumStride: width)
          } else {
            TileKernels.outerTwo(
              field, left: left.base + row, right: right.base + first, sums: whole ? target : aside, sumStride: width)
          }
          if !whole { target.update(from: aside, count: present * width) }
        }
      }
    }
  }
}

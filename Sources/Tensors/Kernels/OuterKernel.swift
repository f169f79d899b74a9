/// A matrix product whose left factor is transposed: sums of outer products, as in the gradient of weights.
enum OuterKernel {
  /// sums += leftᵀ · right, where left is [depth × rows] and right [depth × columns].
  ///
  /// The sums lie in panels of columns as wide as a tile, `panelStride` apart. Both factors are read in whole tiles: behind
  /// the last of their numbers there must be others, which change no result.
  static func run(
    depth: Int, _ left: UnsafePointer<Float>, rows: Int, _ right: UnsafePointer<Float>, columns: Int,
    into sums: UnsafeMutablePointer<Float>, panelStride: Int
  ) {
    let width = GatherKernel.Weights.panelWidth
    let field = TileKernels.Field(
      height: 1, width: depth, leftPixel: rows, leftRow: 0, rightPixel: columns, rightRow: 0)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: TileKernels.rows * width) { scratch in
      guard let aside = scratch.baseAddress else { return }
      for (panel, first) in stride(from: 0, to: columns, by: width).enumerated() {
        for row in stride(from: 0, to: rows, by: TileKernels.rows) {
          let target = sums + (panel * panelStride + row * width)
          let present = Swift.min(TileKernels.rows, rows - row)
          let whole = present == TileKernels.rows
          if !whole { aside.update(from: target, count: present * width) }
          if columns - first <= lanes {
            TileKernels.outerOne(
              field, left: left + row, right: right + first, sums: whole ? target : aside, sumStride: width)
          } else {
            TileKernels.outerTwo(
              field, left: left + row, right: right + first, sums: whole ? target : aside, sumStride: width)
          }
          if !whole { target.update(from: aside, count: present * width) }
        }
      }
    }
  }
}

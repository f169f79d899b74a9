/// Matrix products.
enum MatrixKernels {
  /// Rows of the result that one thread computes at a time.
  private static let blockRows = Rows.blockSize

  /// c[b] = a[b] · m[b] for each b below `count`: `rows` × `depth` times `depth` × `columns`. The right factor may be
  /// stored transposed, as `columns` × `depth`.
  static func multiply(
    _ a: Buffer, _ m: Buffer, count: Int, rows: Int, depth: Int, columns: Int, transposedRight: Bool, into c: Buffer
  ) {
    let rightSteps = transposedRight ? (term: 1, column: depth) : (term: columns, column: 1)
    if count == 1, rows <= 2 * blockRows, columns % lanes == 0, depth * columns >= 1 << 12 {
      return multiplyFewRows(a, m, rows: rows, depth: depth, columns: columns, rightSteps, into: c)
    }
    let blocks = (rows + blockRows - 1) / blockRows
    let terms = [Int](0..<depth)
    let pack: @Sendable (Int) -> GatherKernel = { batch in
      GatherKernel(
        WeightedSum(
          terms: terms, columns: columns, weights: m, place: { batch * depth * columns + $0 * rightSteps.term },
          columnStep: rightSteps.column, bias: nil))
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

  /// c = a · m for so few rows that the right factor outweighs the rest. Each thread takes some columns, and packs of them some
  /// terms at a time, which then stay in the cache for all rows. How the columns are grouped changes no result.
  private static func multiplyFewRows(
    _ a: Buffer, _ m: Buffer, rows: Int, depth: Int, columns: Int, _ rightSteps: (term: Int, column: Int),
    into c: Buffer
  ) {
    // Far memory is read in long stretches: along the columns, or along the terms where the factor is stored transposed.
    let panels = columns / (2 * lanes)
    let width =
      2 * lanes * Swift.max(1, Swift.min(rightSteps.column == 1 ? 8 : 2, panels / (2 * ThreadPool.shared.activeCount)))
    let termsAtOnce = rightSteps.column == 1 ? 32 : 256
    let offsets = RowOffsets(height: rows, width: 1, inputSteps: (depth, 0), outputSteps: (columns, 0))
    parallel((columns + width - 1) / width) { part in
      let range = (part * width)..<Swift.min(columns, (part + 1) * width)
      let packed = Buffer(repeating: 0, count: (termsAtOnce + 1) * width)
      for first in stride(from: 0, to: depth, by: termsAtOnce) {
        let terms = first..<Swift.min(depth, first + termsAtOnce)
        for panel in ColumnPanel.covering(range.count) {
          RightFactor.pack(
            m.base + (range.lowerBound + panel.first) * rightSteps.column, terms: terms,
            place: { $0 * rightSteps.term }, columnStep: rightSteps.column, columns: panel.width, width: panel.width,
            into: packed.base + GatherKernel.place(ofTerm: 0, in: panel, of: terms.count))
        }
        let kernel = GatherKernel(
          terms: [Int](terms), columns: range.count, packed: packed, at: 0, continues: first > 0)
        offsets.withRows(input: a.base, output: c.base + range.lowerBound) { kernel.compute($0, 0..<rows) }
      }
    }
  }

  /// c[b] = a[b]ᵀ · m[b] for each b below `count`: `rows` × `depth`, transposed, times `rows` × `columns`.
  ///
  /// This is a sum of outer products over the rows, like the gradient of a convolution's weights: the factors are read where
  /// they lie, and nothing is transposed. Of a single product many rows are dealt out in parts, each summed by itself and
  /// the sums added in order; how many depends on the sizes alone, so the result does not depend on the threads.
  static func multiplyTransposedLeft(
    _ a: Buffer, _ m: Buffer, count: Int, rows: Int, depth: Int, columns: Int, into c: Buffer
  ) {
    guard !c.isEmpty else { return }
    let parts = count == 1 ? Swift.max(1, Swift.min(8, rows / 128)) : 1
    // Rows of the result that are computed together: whole tiles of either height.
    let band = 8 * TileKernels.outerTwoRows * TileKernels.outerRows / 3
    let kernels = stride(from: 0, to: depth, by: band).map { first in
      ConvolutionKernels.gradientKernel(terms: [Int](first..<Swift.min(first + band, depth)), columns: columns)
    }
    let stride = kernels.map(\.sumCount).max() ?? 0
    let sums = Buffer(uninitialized: count * parts * kernels.count * stride)
    let block = Swift.max(32, (6 << 10) / (Swift.min(band, depth) + columns))
    parallel(count * parts * kernels.count) { item in
      let (kernel, part) = (kernels[item % kernels.count], item / kernels.count)
      let first = part / parts * rows
      let range = (first + rows * (part % parts) / parts)..<(first + rows * (part % parts + 1) / parts)
      let target = sums.base + item * stride
      target.update(repeating: 0, count: stride)
      for row in Swift.stride(from: range.lowerBound, to: range.upperBound, by: block) {
        let field = TileKernels.Field(
          height: 1, width: Swift.min(block, range.upperBound - row), leftPixel: depth, leftRow: 0, rightPixel: columns,
          rightRow: 0)
        kernel.add(field, left: a.base + row * depth, right: m.base + row * columns, to: target)
      }
    }
    parallel(count * kernels.count) { item in
      let (batch, index) = (item / kernels.count, item % kernels.count)
      let total = sums.base + (batch * parts * kernels.count + index) * stride
      for part in 1..<Swift.max(parts, 1) {
        let addend = total + part * kernels.count * stride
        for place in 0..<stride { total[place] += addend[place] }
      }
      kernels[index].forEachStretch { term, column, sum, length in
        (c.base + ((batch * depth + index * band + term) * columns + column)).update(from: total + sum, count: length)
      }
    }
  }

  /// y[b] = x[b] with rows and columns exchanged, in squares that fit the cache.
  static func transpose(_ x: Buffer, count: Int, rows: Int, columns: Int, into y: Buffer) {
    guard !y.isEmpty else { return }
    let side = 16
    // Two columns are taken apart in one go.
    let bands = columns == 2 ? 1 : (rows + side - 1) / side
    // A thread takes several small matrices at a time.
    let size = rows * columns
    let atOnce = bands == 1 ? Swift.max(1, (1 << 12) / size) : 1
    parallel((count + atOnce - 1) / atOnce * bands) { item in
      let band = item % bands
      let rowRange = (band * side)..<Swift.min(rows, (band + 1) * side)
      for batch in (item / bands * atOnce)..<Swift.min(count, (item / bands + 1) * atOnce) {
        let (source, target) = (x.base + batch * size, y.base + batch * size)
        if rows == 2 {
          interleave(source, columns, into: target)
        } else if columns == 2 {
          separate(source, rows, into: target)
        } else {
          for first in stride(from: 0, to: columns, by: side) {
            let columnRange = first..<Swift.min(columns, first + side)
            if rowRange.count == side, columnRange.count == side {
              for row in stride(from: rowRange.lowerBound, to: rowRange.upperBound, by: 4) {
                for column in stride(from: first, to: first + side, by: 4) {
                  RightFactor.exchange(
                    source + (row * columns + column), rowStep: columns, into: target + (column * rows + row),
                    columnStep: rows)
                }
              }
            } else {
              for column in columnRange {
                for row in rowRange { target[column * rows + row] = source[row * columns + column] }
              }
            }
          }
        }
      }
    }
  }

  /// y[2j] = x[j] and y[2j + 1] = x[count + j].
  @inline(__always)
  private static func interleave(_ x: UnsafePointer<Float>, _ count: Int, into y: UnsafeMutablePointer<Float>) {
    let whole = count / lanes * lanes
    for index in stride(from: 0, to: whole, by: lanes) {
      let first = UnsafeRawPointer(x + index).loadUnaligned(as: Vector.self)
      let second = UnsafeRawPointer(x + (count + index)).loadUnaligned(as: Vector.self)
      var (low, high) = (Vector(), Vector())
      (low.evenHalf, low.oddHalf) = (first.lowHalf, second.lowHalf)
      (high.evenHalf, high.oddHalf) = (first.highHalf, second.highHalf)
      UnsafeMutableRawPointer(y + 2 * index).storeBytes(of: low, as: Vector.self)
      UnsafeMutableRawPointer(y + (2 * index + lanes)).storeBytes(of: high, as: Vector.self)
    }
    for index in whole..<count { (y[2 * index], y[2 * index + 1]) = (x[index], x[count + index]) }
  }

  /// y[j] = x[2j] and y[count + j] = x[2j + 1].
  @inline(__always)
  private static func separate(_ x: UnsafePointer<Float>, _ count: Int, into y: UnsafeMutablePointer<Float>) {
    let whole = count / lanes * lanes
    for index in stride(from: 0, to: whole, by: lanes) {
      let low = UnsafeRawPointer(x + 2 * index).loadUnaligned(as: Vector.self)
      let high = UnsafeRawPointer(x + (2 * index + lanes)).loadUnaligned(as: Vector.self)
      var (first, second) = (Vector(), Vector())
      (first.lowHalf, first.highHalf) = (low.evenHalf, high.evenHalf)
      (second.lowHalf, second.highHalf) = (low.oddHalf, high.oddHalf)
      UnsafeMutableRawPointer(y + index).storeBytes(of: first, as: Vector.self)
      UnsafeMutableRawPointer(y + (count + index)).storeBytes(of: second, as: Vector.self)
    }
    for index in whole..<count { (y[index], y[count + index]) = (x[2 * index], x[2 * index + 1]) }
  }
}

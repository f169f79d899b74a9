/// Softmax of rows that are shorter than a vector, such as the scores of a few labels: as many rows at a time as a vector has lanes, a
/// row in each lane.
enum ShortRowSoftmax {
  /// The rows for which this is faster than a vector to each row.
  static func isFaster(width: Int) -> Bool { width <= lanes / 2 }

  /// The softmax of some rows of `width` numbers each.
  static func softmax(
    _ x: UnsafePointer<Float>, width: Int, rows: Range<Int>, into y: UnsafeMutablePointer<Float>
  ) {
    let columns = Buffer(uninitialized: width * lanes)
    forEachGroup(of: rows) { rows in
      load(x, width, rows, into: columns.base)
      exponentials(columns.base, width)
      store(columns.base, width, rows, into: y)
    }
    withExtendedLifetime(columns) {}
  }

  /// y ⊙ (dy − Σ y ⊙ dy), row by row.
  static func softmaxGradient(
    _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, width: Int, rows: Range<Int>,
    into dx: UnsafeMutablePointer<Float>
  ) {
    let scratch = Buffer(uninitialized: 2 * width * lanes)
    let (p, g) = (scratch.base, scratch.base + width * lanes)
    forEachGroup(of: rows) { rows in
      load(y, width, rows, into: p)
      load(dy, width, rows, into: g)
      gradient(p, g, width)
      store(g, width, rows, into: dx)
    }
    withExtendedLifetime(scratch) {}
  }

  /// Calls `body` with as many rows as there are lanes; the last time perhaps with fewer.
  @inline(__always)
  private static func forEachGroup(of rows: Range<Int>, _ body: (Range<Int>) -> Void) {
    var first = rows.lowerBound
    while first < rows.upperBound {
      let end = Swift.min(first &+ lanes, rows.upperBound)
      body(first..<end)
      first = end
    }
  }

  // MARK: Rows in lanes

  /// Puts the numbers of a row into a lane. What lanes without a row hold does not matter, as no lane sees another; zeros compute fast.
  @inline(__always)
  private static func load(
    _ x: UnsafePointer<Float>, _ width: Int, _ rows: Range<Int>, into columns: UnsafeMutablePointer<Float>
  ) {
    if rows.count < lanes { columns.update(repeating: 0, count: width * lanes) }
    for (lane, row) in rows.enumerated() {
      for column in 0..<width { columns[column &* lanes &+ lane] = x[row &* width &+ column] }
    }
  }

  @inline(__always)
  private static func store(
    _ columns: UnsafePointer<Float>, _ width: Int, _ rows: Range<Int>, into y: UnsafeMutablePointer<Float>
  ) {
    for (lane, row) in rows.enumerated() {
      for column in 0..<width { y[row &* width &+ column] = columns[column &* lanes &+ lane] }
    }
  }

  @inline(never)
  private static func exponentials(_ columns: UnsafeMutablePointer<Float>, _ width: Int) {
    var largest = vector(columns, 0)
    for column in 1..<Swift.max(width, 1) {
      let next = vector(columns, column)
      largest.replace(with: next, where: next .> largest)
    }
    var sums = Vector.zero
    for column in 0..<width {
      let power = (vector(columns, column) - largest).exponential()
      sums += power
      put(power, columns, column)
    }
    let inverse = 1 / sums
    for column in 0..<width { put(vector(columns, column) * inverse, columns, column) }
  }

  @inline(never)
  private static func gradient(_ p: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>, _ width: Int) {
    var sums = Vector.zero
    for column in 0..<width { sums = Vector.multiplyAdd(vector(p, column), vector(g, column), sums) }
    for column in 0..<width { put(vector(p, column) * (vector(g, column) - sums), g, column) }
  }

  @inline(__always)
  private static func vector(_ columns: UnsafePointer<Float>, _ column: Int) -> Vector {
    UnsafeRawPointer(columns + column &* lanes).loadUnaligned(as: Vector.self)
  }

  @inline(__always)
  private static func put(_ value: Vector, _ columns: UnsafeMutablePointer<Float>, _ column: Int) {
    UnsafeMutableRawPointer(columns + column &* lanes).storeBytes(of: value, as: Vector.self)
  }
}

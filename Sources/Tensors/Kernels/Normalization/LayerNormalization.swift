/// A layer normalization: each row of `width` numbers is shifted and scaled to mean 0 and variance 1, then each of its places
/// scaled and shifted.
struct LayerNormalization: Sendable {
  private let width: Int
  /// The mean and 1 / √(variance + ε) of each row.
  private let statistics: Buffer

  private var rowCount: Int { statistics.count / 2 }

  /// Rows that one thread takes at a time. Their gradients of scale and shift are summed by themselves, and the sums added in
  /// order.
  private static let block = 256

  /// Writes (x − mean) / √(variance + ε) · scale + shift into y.
  init(of x: Buffer, width: Int, scale: Buffer, shift: Buffer, epsilon: Float, into y: Buffer) {
    self.width = width
    let rowCount = x.count / width
    let statistics = Buffer(uninitialized: 2 * rowCount)
    self.statistics = statistics
    parallel((rowCount + Self.block - 1) / Self.block) { block in
      for row in (block * Self.block)..<Swift.min(rowCount, (block + 1) * Self.block) {
        let (mean, inverse) = Self.statistics(of: x.base + row * width, width, epsilon)
        (statistics.base[2 * row], statistics.base[2 * row + 1]) = (mean, inverse)
        Self.normalize(
          x.base + row * width, width, mean, inverse, scale: scale.base, shift: shift.base, into: y.base + row * width)
      }
    }
  }

  /// The squares are of differences from a first mean, whose own error their sum tells.
  @inline(__always)
  private static func statistics(
    of x: UnsafePointer<Float>, _ width: Int, _ epsilon: Float
  ) -> (mean: Float, inverse: Float) {
    let whole = width / lanes * lanes
    var sums = Vector.zero
    for index in stride(from: 0, to: whole, by: lanes) { sums += load(x, index) }
    var sum = sums.total()
    for index in whole..<width { sum += x[index] }
    let rough = sum / Float(width)

    var (differences, squares) = (Vector.zero, Vector.zero)
    for index in stride(from: 0, to: whole, by: lanes) {
      let difference = load(x, index) - rough
      differences += difference
      squares = .multiplyAdd(difference, difference, squares)
    }
    var (difference, square) = (differences.total(), squares.total())
    for index in whole..<width {
      difference += x[index] - rough
      square += (x[index] - rough) * (x[index] - rough)
    }
    let correction = difference / Float(width)
    let variance = square / Float(width) - correction * correction
    return (rough + correction, 1 / (Swift.max(variance, 0) + epsilon).squareRoot())
  }

  @inline(__always)
  private static func normalize(
    _ x: UnsafePointer<Float>, _ width: Int, _ mean: Float, _ inverse: Float, scale: UnsafePointer<Float>,
    shift: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    let whole = width / lanes * lanes
    for index in stride(from: 0, to: whole, by: lanes) {
      let normalized = (load(x, index) - mean) * inverse
      store(.multiplyAdd(normalized, load(scale, index), load(shift, index)), y, index)
    }
    for index in whole..<width { y[index] = (x[index] - mean) * inverse * scale[index] + shift[index] }
  }

  // MARK: Gradients

  /// With x̂ = (x − mean) / √(variance + ε) and h = dy · scale: dscale = Σ dy · x̂ and dshift = Σ dy over all rows, and
  /// dx = (h − mean(h) − x̂ · mean(h · x̂)) / √(variance + ε).
  func gradients(_ x: Buffer, _ dy: Buffer, scale: Buffer) -> (x: Buffer, scale: Buffer, shift: Buffer) {
    let dx = Buffer(uninitialized: x.count)
    let blocks = (rowCount + Self.block - 1) / Self.block
    let sums = Buffer(repeating: 0, count: 2 * width * blocks)
    parallel(blocks) { block in
      let scaleSums = sums.base + 2 * width * block
      for row in (block * Self.block)..<Swift.min(rowCount, (block + 1) * Self.block) {
        let first = row * width
        addRow(
          x.base + first, dy.base + first, statistics.base[2 * row], statistics.base[2 * row + 1], scale: scale.base,
          dx: dx.base + first, scaleSums: scaleSums, shiftSums: scaleSums + width)
      }
    }
    let (dscale, dshift) = (Buffer(uninitialized: width), Buffer(uninitialized: width))
    for index in 0..<width {
      var (scaleTotal, shiftTotal) = (0.0, 0.0)
      for block in 0..<blocks {
        scaleTotal += Double(sums.base[2 * width * block + index])
        shiftTotal += Double(sums.base[(2 * block + 1) * width + index])
      }
      (dscale.base[index], dshift.base[index]) = (Float(scaleTotal), Float(shiftTotal))
    }
    return (dx, dscale, dshift)
  }

  @inline(__always)
  private func addRow(
    _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, _ mean: Float, _ inverse: Float,
    scale: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>, scaleSums: UnsafeMutablePointer<Float>,
    shiftSums: UnsafeMutablePointer<Float>
  ) {
    let whole = width / lanes * lanes
    var (sums, products) = (Vector.zero, Vector.zero)
    for index in stride(from: 0, to: whole, by: lanes) {
      let (normalized, upstream) = ((Self.load(x, index) - mean) * inverse, Self.load(dy, index))
      let h = upstream * Self.load(scale, index)
      sums += h
      products = .multiplyAdd(h, normalized, products)
      Self.store(.multiplyAdd(upstream, normalized, Self.load(scaleSums, index)), scaleSums, index)
      Self.store(Self.load(shiftSums, index) + upstream, shiftSums, index)
    }
    var (sum, product) = (sums.total(), products.total())
    for index in whole..<width {
      let normalized = (x[index] - mean) * inverse
      sum += dy[index] * scale[index]
      product += dy[index] * scale[index] * normalized
      scaleSums[index] += dy[index] * normalized
      shiftSums[index] += dy[index]
    }
    (sum, product) = (sum / Float(width), product / Float(width))
    for index in stride(from: 0, to: whole, by: lanes) {
      let normalized = (Self.load(x, index) - mean) * inverse
      let h = Self.load(dy, index) * Self.load(scale, index)
      Self.store((h - sum - normalized * product) * inverse, dx, index)
    }
    for index in whole..<width {
      let normalized = (x[index] - mean) * inverse
      dx[index] = (dy[index] * scale[index] - sum - normalized * product) * inverse
    }
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>, _ index: Int) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: index &* 4, as: Vector.self)
  }

  @inline(__always)
  private static func store(_ value: Vector, _ pointer: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, toByteOffset: index &* 4, as: Vector.self)
  }
}

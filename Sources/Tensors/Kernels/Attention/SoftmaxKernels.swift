/// Softmax of rows of numbers: e^x / Σ e^x, computed from differences to the row's largest number so that none overflows.
enum SoftmaxKernels {
  /// What the numbers of a row are computed from, once its scores are known: e^(x − largest) · inverseSum.
  struct RowStatistics {
    let largest: Float
    let inverseSum: Float
  }

  /// So many numbers at least that one thread takes at a time.
  private static let chunk = 1 << 12

  // MARK: Tensors

  /// The softmax of each row of `width` numbers.
  static func softmax(_ x: Buffer, width: Int, into y: Buffer) {
    if ShortRowSoftmax.isFaster(width: width) {
      forEachShare(of: y.count, width: width) { ShortRowSoftmax.softmax(x.base, width: width, rows: $0, into: y.base) }
      return
    }
    forEachShare(of: y.count, width: width) { rows in
      // The row is computed aside, where it may go on to the end of a vector.
      let row = Buffer(uninitialized: roundedToVectors(width))
      for start in rows.lazy.map({ $0 * width }) {
        row.base.update(from: x.base + start, count: width)
        let statistics = exponentials(row.base, width)
        let inverse = statistics.inverseSum
        for index in 0..<width { y.base[start + index] = row.base[index] * inverse }
      }
      withExtendedLifetime(row) {}
    }
  }

  /// The gradient of x, from that of y = softmax(x): y ⊙ (dy − Σ y ⊙ dy), row by row.
  static func softmaxGradient(_ y: Buffer, _ dy: Buffer, width: Int, into dx: Buffer) {
    if ShortRowSoftmax.isFaster(width: width) {
      forEachShare(of: dx.count, width: width) {
        ShortRowSoftmax.softmaxGradient(y.base, dy.base, width: width, rows: $0, into: dx.base)
      }
      return
    }
    let padded = roundedToVectors(width)
    forEachShare(of: dx.count, width: width) { rows in
      let scratch = Buffer(uninitialized: 2 * padded)
      let (p, g) = (scratch.base, scratch.base + padded)
      scratch.base.update(repeating: 0, count: 2 * padded)
      for start in rows.lazy.map({ $0 * width }) {
        p.update(from: y.base + start, count: width)
        g.update(from: dy.base + start, count: width)
        subtractMean(of: g, weights: p, dot(p, g, padded), padded)
        (dx.base + start).update(from: g, count: width)
      }
      withExtendedLifetime(scratch) {}
    }
  }

  /// Calls `body` on all threads with some of the rows.
  private static func forEachShare(of count: Int, width: Int, _ body: @escaping @Sendable (Range<Int>) -> Void) {
    guard count > 0 else { return }
    let (rowCount, share) = (count / width, Swift.max(1, chunk / width))
    parallel((rowCount + share - 1) / share) { part in
      body(part * share..<Swift.min(rowCount, (part + 1) * share))
    }
  }

  // MARK: Rows of whole vectors

  /// The least number of numbers that is enough for `count` and fills whole vectors.
  static func roundedToVectors(_ count: Int) -> Int { (count + lanes - 1) / lanes * lanes }

  /// x ← e^(x − max x), and 0 from `count` to the end of the last vector.
  static func exponentials(_ x: UnsafeMutablePointer<Float>, _ count: Int) -> RowStatistics {
    let end = roundedToVectors(count)
    for index in count..<end { x[index] = -.infinity }
    let top = largest(x, end)
    return RowStatistics(largest: top, inverseSum: 1 / exponentials(x, shift: top, end))
  }

  /// x ← e^(x − shift), and their sum. A function of its own: in a larger one the compiler would call the exponential, vector by
  /// vector, instead of inlining it.
  @inline(never)
  private static func exponentials(_ x: UnsafeMutablePointer<Float>, shift: Float, _ count: Int) -> Float {
    let shift = Vector(repeating: shift)
    var sums = Vector.zero
    var index = 0
    while index < count {
      let power = (load(x, index) - shift).exponential()
      sums += power
      store(power, x, index)
      index &+= lanes
    }
    return sums.total()
  }

  /// x ← p = e^(x − largest) · inverseSum, and 0 from `count` to the end of the last vector; then dp ← p ⊙ (dp − Σ p ⊙ dp),
  /// which is the gradient of the row's scores where dp is that of their softmax.
  static func gradient(
    _ x: UnsafeMutablePointer<Float>, _ dp: UnsafeMutablePointer<Float>, _ count: Int, _ statistics: RowStatistics
  ) {
    let end = roundedToVectors(count)
    for index in count..<end { x[index] = -.infinity }
    let shift = Vector(repeating: statistics.largest)
    let factor = Vector(repeating: statistics.inverseSum)
    var sums = Vector.zero
    var index = 0
    while index < end {
      let p = (load(x, index) - shift).exponential() * factor
      sums = Vector.multiplyAdd(p, load(dp, index), sums)
      store(p, x, index)
      index &+= lanes
    }
    subtractMean(of: dp, weights: x, sums.total(), end)
  }

  /// dp ← p ⊙ (dp − mean).
  @inline(__always)
  private static func subtractMean(
    of dp: UnsafeMutablePointer<Float>, weights p: UnsafeMutablePointer<Float>, _ mean: Float, _ count: Int
  ) {
    let mean = Vector(repeating: mean)
    var index = 0
    while index < count {
      store(load(p, index) * (load(dp, index) - mean), dp, index)
      index &+= lanes
    }
  }

  @inline(__always)
  private static func dot(_ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, _ count: Int) -> Float {
    var sums = Vector.zero
    var index = 0
    while index < count {
      sums = Vector.multiplyAdd(load(a, index), load(b, index), sums)
      index &+= lanes
    }
    return sums.total()
  }

  @inline(never)
  private static func largest(_ x: UnsafeMutablePointer<Float>, _ count: Int) -> Float {
    // Two, so that no comparison waits for the one before.
    var (even, odd) = (load(x, 0), load(x, count - lanes))
    var index = 0
    while index &+ lanes < count {
      let (a, b) = (load(x, index), load(x, index &+ lanes))
      even.replace(with: a, where: a .> even)
      odd.replace(with: b, where: b .> odd)
      index &+= 2 * lanes
    }
    return largest(even.replacing(with: odd, where: odd .> even))
  }

  /// The largest number of a vector, which is halved and its halves compared until it is one of two numbers.
  @inline(__always)
  private static func largest(_ vector: Vector) -> Float {
    let larger = { (a: SIMD4<Float>, b: SIMD4<Float>) in a.replacing(with: b, where: b .> a) }
    #if AVX512
      let (low, high) = (vector.lowHalf, vector.highHalf)
      let four = larger(larger(low.lowHalf, low.highHalf), larger(high.lowHalf, high.highHalf))
    #elseif AVX2
      let four = larger(vector.lowHalf, vector.highHalf)
    #else
      let four = vector
    #endif
    let two = larger(four, SIMD4(lowHalf: four.highHalf, highHalf: four.lowHalf))
    return larger(two, SIMD4(lowHalf: two.oddHalf, highHalf: two.evenHalf))[0]
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

/// The inner loops that all convolutions and matrix products come down to: gathering, where every result is a sum over
/// terms that lie somewhere in the input, and outer products, where every sum runs over pixels.
///
/// All keep a *tile* of results in registers, so that the arithmetic units wait neither for memory nor for each other: a
/// fused multiply-add takes 4 cycles and two begin in each, so at least eight sums must be independent. Tiles of two
/// vectors need 8 loads to 12 multiply-adds; those of one vector need one load more than multiply-adds, which is still
/// nine tenths of the peak. The sums must be separate local variables to stay in registers; that is why the text repeats
/// itself.
enum TileKernels {
  // MARK: Gathering

  /// What a gathering loop reads and writes.
  struct Gathering {
    let rows: Rows
    /// Where each term of the sum lies, counted from a row's place in the input.
    let terms: UnsafeBufferPointer<Int>
    /// For each term in turn, one or two vectors of weights.
    let weights: UnsafePointer<Float>
    /// One or two vectors to start the sums from.
    let initial: UnsafePointer<Float>
    /// Whether the sums go on from what the output holds instead: the terms are not the first.
    var continues = false
  }

  /// Rows of a tile of ``gatherTwo(_:rows:)``.
  static let gatherTwoRows = 6

  /// output[r] = initial + Σₖ input[r + termₖ] · weights[k], two vectors wide, for six rows at a time.
  static func gatherTwo(_ work: Gathering, rows: Range<Int>) {
    for row in stride(from: rows.lowerBound, to: rows.upperBound, by: gatherTwoRows) { gatherTwo(work, row) }
  }

  @inline(__always)
  private static func gatherTwo(_ work: Gathering, _ row: Int) {
    let (input, at) = (work.rows.input, work.rows.inputOffsets + row)
    let (output, to) = (work.rows.output, work.rows.outputOffsets + row)
    let (x0, x1, x2) = (input + at[0], input + at[1], input + at[2])
    let (x3, x4, x5) = (input + at[3], input + at[4], input + at[5])
    var weights = work.weights
    let (left, right) = (load(work.initial, 0), load(work.initial, lanes))
    var (a0, a1, a2, a3, a4, a5) = (left, left, left, left, left, left)
    var (b0, b1, b2, b3, b4, b5) = (right, right, right, right, right, right)
    if work.continues {
      (a0, a1, a2) = (load(output, to[0]), load(output, to[1]), load(output, to[2]))
      (a3, a4, a5) = (load(output, to[3]), load(output, to[4]), load(output, to[5]))
      (b0, b1, b2) = (load(output, to[0] + lanes), load(output, to[1] + lanes), load(output, to[2] + lanes))
      (b3, b4, b5) = (load(output, to[3] + lanes), load(output, to[4] + lanes), load(output, to[5] + lanes))
    }
    for k in work.terms {
      let u = load(weights, 0)
      let v = load(weights, lanes)
      weights += 2 * lanes
      var s = Vector(repeating: x0[k])
      accumulate(&a0, s, u)
      accumulate(&b0, s, v)
      s = Vector(repeating: x1[k])
      accumulate(&a1, s, u)
      accumulate(&b1, s, v)
      s = Vector(repeating: x2[k])
      accumulate(&a2, s, u)
      accumulate(&b2, s, v)
      s = Vector(repeating: x3[k])
      accumulate(&a3, s, u)
      accumulate(&b3, s, v)
      s = Vector(repeating: x4[k])
      accumulate(&a4, s, u)
      accumulate(&b4, s, v)
      s = Vector(repeating: x5[k])
      accumulate(&a5, s, u)
      accumulate(&b5, s, v)
    }
    store(a0, output, to[0])
    store(b0, output, to[0] + lanes)
    store(a1, output, to[1])
    store(b1, output, to[1] + lanes)
    store(a2, output, to[2])
    store(b2, output, to[2] + lanes)
    store(a3, output, to[3])
    store(b3, output, to[3] + lanes)
    store(a4, output, to[4])
    store(b4, output, to[4] + lanes)
    store(a5, output, to[5])
    store(b5, output, to[5] + lanes)
  }

  /// Rows of a tile of the loops below.
  static let gatherRows = 8

  private typealias Eight = (Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector)

  /// output[r] = initial + Σₖ input[r + termₖ] · weights[k], one vector wide, for eight rows at a time.
  static func gatherOne(_ work: Gathering, rows: Range<Int>) {
    for row in stride(from: rows.lowerBound, to: rows.upperBound, by: gatherRows) {
      let initial = load(work.initial, 0)
      let (output, to) = (work.rows.output, work.rows.outputOffsets + row)
      let start: Eight =
        work.continues
        ? (
          load(output, to[0]), load(output, to[1]), load(output, to[2]), load(output, to[3]), load(output, to[4]),
          load(output, to[5]), load(output, to[6]), load(output, to[7])
        ) : (initial, initial, initial, initial, initial, initial, initial, initial)
      store(gather(work, row, spread: true, from: start), work.rows, row)
    }
  }

  /// output[r] = initial + Σₖ input[r + termₖ...] ⊙ weights[k] for eight rows at a time, where each term is a vector: the
  /// channels do not mix.
  static func gatherEach(_ work: Gathering, rows: Range<Int>) {
    for row in stride(from: rows.lowerBound, to: rows.upperBound, by: gatherRows) {
      let initial = load(work.initial, 0)
      let start = (initial, initial, initial, initial, initial, initial, initial, initial)
      store(gather(work, row, spread: false, from: start), work.rows, row)
    }
  }

  /// output[r] = initial + Σₖ input[r + termₖ...] · weights[k] for eight rows at a time, where each term is a vector, and
  /// the result one number.
  static func gatherDots(_ work: Gathering, rows: Range<Int>) {
    for row in stride(from: rows.lowerBound, to: rows.upperBound, by: gatherRows) {
      let zero = Vector.zero
      let s = gather(work, row, spread: false, from: (zero, zero, zero, zero, zero, zero, zero, zero))
      let results = SIMD8(lowHalf: sums(s.0, s.1, s.2, s.3), highHalf: sums(s.4, s.5, s.6, s.7)) + work.initial[0]
      for r in 0..<gatherRows { work.rows.output[work.rows.outputOffsets[row + r]] = results[r] }
    }
  }

  @inline(__always)
  private static func gather(_ work: Gathering, _ row: Int, spread: Bool, from start: Eight) -> Eight {
    let (input, at) = (work.rows.input, work.rows.inputOffsets + row)
    let (x0, x1, x2, x3) = (input + at[0], input + at[1], input + at[2], input + at[3])
    let (x4, x5, x6, x7) = (input + at[4], input + at[5], input + at[6], input + at[7])
    var weights = work.weights
    var (a0, a1, a2, a3, a4, a5, a6, a7) = start
    for k in work.terms {
      let w = load(weights, 0)
      weights += lanes
      accumulate(&a0, load(x0, k, spread: spread), w)
      accumulate(&a1, load(x1, k, spread: spread), w)
      accumulate(&a2, load(x2, k, spread: spread), w)
      accumulate(&a3, load(x3, k, spread: spread), w)
      accumulate(&a4, load(x4, k, spread: spread), w)
      accumulate(&a5, load(x5, k, spread: spread), w)
      accumulate(&a6, load(x6, k, spread: spread), w)
      accumulate(&a7, load(x7, k, spread: spread), w)
    }
    return (a0, a1, a2, a3, a4, a5, a6, a7)
  }

  @inline(__always)
  private static func store(_ results: Eight, _ rows: Rows, _ row: Int) {
    let (output, to) = (rows.output, rows.outputOffsets + row)
    store(results.0, output, to[0])
    store(results.1, output, to[1])
    store(results.2, output, to[2])
    store(results.3, output, to[3])
    store(results.4, output, to[4])
    store(results.5, output, to[5])
    store(results.6, output, to[6])
    store(results.7, output, to[7])
  }

  // MARK: Outer products

  /// A rectangle of pixels, over which the outer products of two images are summed.
  struct Field {
    let height: Int
    let width: Int
    /// Steps from pixel to pixel and from row to row in each image, in numbers.
    let leftPixel: Int
    let leftRow: Int
    let rightPixel: Int
    let rightRow: Int
  }

  /// Rows of a tile of ``outerTwo(_:left:terms:right:sums:)``.
  static let outerTwoRows = 6

  /// sums[r] += Σ over the field's pixels of left[termᵣ] · right, two vectors wide, for six rows.
  static func outerTwo(
    _ field: Field, left: UnsafePointer<Float>, terms: UnsafePointer<Int>, right: UnsafePointer<Float>,
    sums: UnsafeMutablePointer<Float>
  ) {
    let (t0, t1, t2) = (terms[0], terms[1], terms[2])
    let (t3, t4, t5) = (terms[3], terms[4], terms[5])
    var (a0, b0, a1, b1) = (load(sums, 0), load(sums, lanes), load(sums, 2 * lanes), load(sums, 3 * lanes))
    var (a2, b2, a3, b3) = (load(sums, 4 * lanes), load(sums, 5 * lanes), load(sums, 6 * lanes), load(sums, 7 * lanes))
    var (a4, b4, a5, b5) = (
      load(sums, 8 * lanes), load(sums, 9 * lanes), load(sums, 10 * lanes), load(sums, 11 * lanes)
    )
    for y in 0..<field.height {
      var x = left + y * field.leftRow
      var g = right + y * field.rightRow
      for _ in 0..<field.width {
        let u = load(g, 0)
        let v = load(g, lanes)
        var s = Vector(repeating: x[t0])
        accumulate(&a0, s, u)
        accumulate(&b0, s, v)
        s = Vector(repeating: x[t1])
        accumulate(&a1, s, u)
        accumulate(&b1, s, v)
        s = Vector(repeating: x[t2])
        accumulate(&a2, s, u)
        accumulate(&b2, s, v)
        s = Vector(repeating: x[t3])
        accumulate(&a3, s, u)
        accumulate(&b3, s, v)
        s = Vector(repeating: x[t4])
        accumulate(&a4, s, u)
        accumulate(&b4, s, v)
        s = Vector(repeating: x[t5])
        accumulate(&a5, s, u)
        accumulate(&b5, s, v)
        x += field.leftPixel
        g += field.rightPixel
      }
    }
    store(a0, sums, 0)
    store(b0, sums, lanes)
    store(a1, sums, 2 * lanes)
    store(b1, sums, 3 * lanes)
    store(a2, sums, 4 * lanes)
    store(b2, sums, 5 * lanes)
    store(a3, sums, 6 * lanes)
    store(b3, sums, 7 * lanes)
    store(a4, sums, 8 * lanes)
    store(b4, sums, 9 * lanes)
    store(a5, sums, 10 * lanes)
    store(b5, sums, 11 * lanes)
  }

  /// Rows of a tile of the loops below: the taps of a 3×3 kernel.
  static let outerRows = 9

  /// sums[r] += Σ over the field's pixels of left[termᵣ] · right, one vector wide, for nine rows.
  static func outerOne(
    _ field: Field, left: UnsafePointer<Float>, terms: UnsafePointer<Int>, right: UnsafePointer<Float>,
    sums: UnsafeMutablePointer<Float>
  ) { outer(field, left, terms, right, sums, spreadLeft: true, spreadRight: false) }

  /// sums[r] += Σ over the field's pixels of left[termᵣ...] ⊙ right for nine rows, where each term is a vector: the
  /// channels do not mix.
  static func outerEach(
    _ field: Field, left: UnsafePointer<Float>, terms: UnsafePointer<Int>, right: UnsafePointer<Float>,
    sums: UnsafeMutablePointer<Float>
  ) { outer(field, left, terms, right, sums, spreadLeft: false, spreadRight: false) }

  /// sums[r] += Σ over the field's pixels of left[termᵣ...] · right for nine rows, where each term is a vector, and `right`
  /// is one number.
  static func outerVectors(
    _ field: Field, left: UnsafePointer<Float>, terms: UnsafePointer<Int>, right: UnsafePointer<Float>,
    sums: UnsafeMutablePointer<Float>
  ) { outer(field, left, terms, right, sums, spreadLeft: false, spreadRight: true) }

  @inline(__always)
  private static func outer(
    _ field: Field, _ left: UnsafePointer<Float>, _ terms: UnsafePointer<Int>, _ right: UnsafePointer<Float>,
    _ sums: UnsafeMutablePointer<Float>, spreadLeft: Bool, spreadRight: Bool
  ) {
    let (t0, t1, t2) = (terms[0], terms[1], terms[2])
    let (t3, t4, t5) = (terms[3], terms[4], terms[5])
    let (t6, t7, t8) = (terms[6], terms[7], terms[8])
    var (a0, a1, a2) = (load(sums, 0), load(sums, lanes), load(sums, 2 * lanes))
    var (a3, a4, a5) = (load(sums, 3 * lanes), load(sums, 4 * lanes), load(sums, 5 * lanes))
    var (a6, a7, a8) = (load(sums, 6 * lanes), load(sums, 7 * lanes), load(sums, 8 * lanes))
    for y in 0..<field.height {
      var x = left + y * field.leftRow
      var g = right + y * field.rightRow
      for _ in 0..<field.width {
        let u = load(g, 0, spread: spreadRight)
        accumulate(&a0, load(x, t0, spread: spreadLeft), u)
        accumulate(&a1, load(x, t1, spread: spreadLeft), u)
        accumulate(&a2, load(x, t2, spread: spreadLeft), u)
        accumulate(&a3, load(x, t3, spread: spreadLeft), u)
        accumulate(&a4, load(x, t4, spread: spreadLeft), u)
        accumulate(&a5, load(x, t5, spread: spreadLeft), u)
        accumulate(&a6, load(x, t6, spread: spreadLeft), u)
        accumulate(&a7, load(x, t7, spread: spreadLeft), u)
        accumulate(&a8, load(x, t8, spread: spreadLeft), u)
        x += field.leftPixel
        g += field.rightPixel
      }
    }
    store(a0, sums, 0)
    store(a1, sums, lanes)
    store(a2, sums, 2 * lanes)
    store(a3, sums, 3 * lanes)
    store(a4, sums, 4 * lanes)
    store(a5, sums, 5 * lanes)
    store(a6, sums, 6 * lanes)
    store(a7, sums, 7 * lanes)
    store(a8, sums, 8 * lanes)
  }

  /// The terms in whole tiles: the last tile repeats the last term.
  static func filled(_ terms: [Int], rows: Int) -> [Int] {
    terms + [Int](repeating: terms.last ?? 0, count: (rows - terms.count % rows) % rows)
  }

  // MARK: Vectors

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>, _ index: Int) -> Vector {
    UnsafeRawPointer(pointer + index).loadUnaligned(as: Vector.self)
  }

  /// A vector, or one number in all places of one.
  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>, _ index: Int, spread: Bool) -> Vector {
    spread ? Vector(repeating: pointer[index]) : load(pointer, index)
  }

  @inline(__always)
  private static func store(_ value: Vector, _ pointer: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(pointer + index).storeBytes(of: value, as: Vector.self)
  }

  /// sum + a · b, in one instruction where the processor has it.
  @inline(__always)
  private static func accumulate(_ sum: inout Vector, _ a: Vector, _ b: Vector) {
    #if AVX512 || AVX2 || arch(arm64)
      sum.addProduct(a, b)
    #else
      sum += a * b
    #endif
  }

  /// The sum of each of four vectors. `SIMD.sum()` adds one number after the other; here the vectors are folded to four
  /// numbers and transposed while they are added.
  @inline(__always)
  private static func sums(_ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector) -> SIMD4<Float> {
    let (a, b, c, d) = (folded(a), folded(b), folded(c), folded(d))
    let ab = SIMD4(lowHalf: a.lowHalf, highHalf: b.lowHalf) + SIMD4(lowHalf: a.highHalf, highHalf: b.highHalf)
    let cd = SIMD4(lowHalf: c.lowHalf, highHalf: d.lowHalf) + SIMD4(lowHalf: c.highHalf, highHalf: d.highHalf)
    return SIMD4(lowHalf: ab.evenHalf, highHalf: cd.evenHalf) + SIMD4(lowHalf: ab.oddHalf, highHalf: cd.oddHalf)
  }

  @inline(__always)
  private static func folded(_ vector: Vector) -> SIMD4<Float> {
    #if AVX512
      let half = vector.lowHalf + vector.highHalf
      return half.lowHalf + half.highHalf
    #elseif AVX2
      return vector.lowHalf + vector.highHalf
    #else
      return vector
    #endif
  }
}

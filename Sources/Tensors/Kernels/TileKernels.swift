/// The inner loops that all convolutions and matrix products come down to: gathering and outer products, each for tiles
/// of one and of two vectors.
///
/// Both keep a *tile* of results in registers: six rows of one or two vectors. Each step of the loop loads one or two
/// vectors, spreads six single numbers over a vector each, and does twelve fused multiply-adds, so the arithmetic units
/// wait neither for memory (8 loads to 12 multiply-adds) nor for each other (12 independent sums hide the 4 cycles that
/// one takes). The sums must be separate local variables to stay in registers; that is why the text repeats itself.
enum TileKernels {
  /// Rows of a tile.
  static let rows = 6

  /// A run of input numbers, contiguous in memory, that a result depends on.
  struct Segment: Sendable {
    /// Where it begins, counted from the address that belongs to the result's row.
    var offset: Int
    var length: Int
  }

  /// What the inner loop of ``gatherTwo(_:)`` reads and writes for a tile.
  struct GatherTile {
    /// Six addresses, one for each row. A tile of fewer rows repeats one.
    let inputs: UnsafePointer<UnsafePointer<Float>>
    let segments: [Segment]
    /// For each number of the segments in turn, one or two vectors of weights.
    let weights: UnsafePointer<Float>
    /// One or two vectors to start the sums from.
    let initial: UnsafePointer<Float>
    /// Six addresses for the results, one or two vectors each.
    let outputs: UnsafePointer<UnsafeMutablePointer<Float>>
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>, _ index: Int) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: index * 4, as: Vector.self)
  }

  @inline(__always)
  private static func store(_ value: Vector, _ pointer: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, toByteOffset: index * 4, as: Vector.self)
  }

  /// sum + scalar · vector, in one instruction where the processor has it.
  @inline(__always)
  private static func accumulate(_ sum: inout Vector, _ scalar: Vector, _ vector: Vector) {
    #if AVX512 || AVX2 || arch(arm64)
      sum.addProduct(scalar, vector)
    #else
      sum += scalar * vector
    #endif
  }

  /// outputs[r] = initial + Σₖ inputs[r][k] · weights[k], two vectors wide, with k running through all segments.
  static func gatherTwo(_ tile: GatherTile) {
    let (x0, x1, x2) = (tile.inputs[0], tile.inputs[1], tile.inputs[2])
    let (x3, x4, x5) = (tile.inputs[3], tile.inputs[4], tile.inputs[5])
    var weights = tile.weights
    let (left, right) = (load(tile.initial, 0), load(tile.initial, lanes))
    var (a0, a1, a2, a3, a4, a5) = (left, left, left, left, left, left)
    var (b0, b1, b2, b3, b4, b5) = (right, right, right, right, right, right)
    for segment in tile.segments {
      var k = segment.offset
      let end = k + segment.length
      while k < end {
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
        k += 1
      }
    }
    store(a0, tile.outputs[0], 0)
    store(b0, tile.outputs[0], lanes)
    store(a1, tile.outputs[1], 0)
    store(b1, tile.outputs[1], lanes)
    store(a2, tile.outputs[2], 0)
    store(b2, tile.outputs[2], lanes)
    store(a3, tile.outputs[3], 0)
    store(b3, tile.outputs[3], lanes)
    store(a4, tile.outputs[4], 0)
    store(b4, tile.outputs[4], lanes)
    store(a5, tile.outputs[5], 0)
    store(b5, tile.outputs[5], lanes)
  }

  /// The same, one vector wide, for the last few columns.
  static func gatherOne(_ tile: GatherTile) {
    let (x0, x1, x2) = (tile.inputs[0], tile.inputs[1], tile.inputs[2])
    let (x3, x4, x5) = (tile.inputs[3], tile.inputs[4], tile.inputs[5])
    var weights = tile.weights
    let left = load(tile.initial, 0)
    var (a0, a1, a2, a3, a4, a5) = (left, left, left, left, left, left)
    for segment in tile.segments {
      var k = segment.offset
      let end = k + segment.length
      while k < end {
        let u = load(weights, 0)
        weights += lanes
        accumulate(&a0, Vector(repeating: x0[k]), u)
        accumulate(&a1, Vector(repeating: x1[k]), u)
        accumulate(&a2, Vector(repeating: x2[k]), u)
        accumulate(&a3, Vector(repeating: x3[k]), u)
        accumulate(&a4, Vector(repeating: x4[k]), u)
        accumulate(&a5, Vector(repeating: x5[k]), u)
        k += 1
      }
    }
    store(a0, tile.outputs[0], 0)
    store(a1, tile.outputs[1], 0)
    store(a2, tile.outputs[2], 0)
    store(a3, tile.outputs[3], 0)
    store(a4, tile.outputs[4], 0)
    store(a5, tile.outputs[5], 0)
  }

  /// A rectangle of pixels, of which ``outerTwo`` sums products over two images.
  struct Field {
    let height: Int
    let width: Int
    /// Steps from pixel to pixel and from row to row in each image, in numbers.
    let leftPixel: Int
    let leftRow: Int
    let rightPixel: Int
    let rightRow: Int
  }

  /// sums[r] += Σ over the field's pixels of left[r] · right, two vectors wide: the weight gradient of six inputs and up to
  /// two vectors of outputs. `sums` has rows `sumStride` apart.
  static func outerTwo(
    _ field: Field, left: UnsafePointer<Float>, right: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>,
    sumStride: Int
  ) {
    var (a0, a1, a2) = (load(sums, 0), load(sums, sumStride), load(sums, 2 * sumStride))
    var (a3, a4, a5) = (load(sums, 3 * sumStride), load(sums, 4 * sumStride), load(sums, 5 * sumStride))
    let second = sums + lanes
    var (b0, b1, b2) = (load(second, 0), load(second, sumStride), load(second, 2 * sumStride))
    var (b3, b4, b5) = (load(second, 3 * sumStride), load(second, 4 * sumStride), load(second, 5 * sumStride))
    for y in 0..<field.height {
      var x = left + y * field.leftRow
      var g = right + y * field.rightRow
      for _ in 0..<field.width {
        let u = load(g, 0)
        let v = load(g, lanes)
        var s = Vector(repeating: x[0])
        accumulate(&a0, s, u)
        accumulate(&b0, s, v)
        s = Vector(repeating: x[1])
        accumulate(&a1, s, u)
        accumulate(&b1, s, v)
        s = Vector(repeating: x[2])
        accumulate(&a2, s, u)
        accumulate(&b2, s, v)
        s = Vector(repeating: x[3])
        accumulate(&a3, s, u)
        accumulate(&b3, s, v)
        s = Vector(repeating: x[4])
        accumulate(&a4, s, u)
        accumulate(&b4, s, v)
        s = Vector(repeating: x[5])
        accumulate(&a5, s, u)
        accumulate(&b5, s, v)
        x += field.leftPixel
        g += field.rightPixel
      }
    }
    store(a0, sums, 0)
    store(a1, sums, sumStride)
    store(a2, sums, 2 * sumStride)
    store(a3, sums, 3 * sumStride)
    store(a4, sums, 4 * sumStride)
    store(a5, sums, 5 * sumStride)
    store(b0, second, 0)
    store(b1, second, sumStride)
    store(b2, second, 2 * sumStride)
    store(b3, second, 3 * sumStride)
    store(b4, second, 4 * sumStride)
    store(b5, second, 5 * sumStride)
  }

  /// The same, one vector wide.
  static func outerOne(
    _ field: Field, left: UnsafePointer<Float>, right: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>,
    sumStride: Int
  ) {
    var (a0, a1, a2) = (load(sums, 0), load(sums, sumStride), load(sums, 2 * sumStride))
    var (a3, a4, a5) = (load(sums, 3 * sumStride), load(sums, 4 * sumStride), load(sums, 5 * sumStride))
    for y in 0..<field.height {
      var x = left + y * field.leftRow
      var g = right + y * field.rightRow
      for _ in 0..<field.width {
        let u = load(g, 0)
        accumulate(&a0, Vector(repeating: x[0]), u)
        accumulate(&a1, Vector(repeating: x[1]), u)
        accumulate(&a2, Vector(repeating: x[2]), u)
        accumulate(&a3, Vector(repeating: x[3]), u)
        accumulate(&a4, Vector(repeating: x[4]), u)
        accumulate(&a5, Vector(repeating: x[5]), u)
        x += field.leftPixel
        g += field.rightPixel
      }
    }
    store(a0, sums, 0)
    store(a1, sums, sumStride)
    store(a2, sums, 2 * sumStride)
    store(a3, sums, 3 * sumStride)
    store(a4, sums, 4 * sumStride)
    store(a5, sums, 5 * sumStride)
  }
}

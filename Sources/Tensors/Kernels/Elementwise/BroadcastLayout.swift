/// How two operands of different shapes are walked in step: a few outer axes, and inside them runs in which each operand
/// is contiguous or stands still.
struct BroadcastLayout: Sendable {
  /// The elements in a run.
  let run: Int
  /// How far each operand moves from one element of a run to the next: 1, or 0 where it is stretched.
  let runSteps: (Int, Int)
  /// The axes around the runs, outermost first: extent, and each operand's stride (0 where it is stretched).
  private let outer: [(extent: Int, strideA: Int, strideB: Int)]

  var rowCount: Int { outer.reduce(1) { $0 * $1.extent } }

  /// The layout of operands of shapes `a` and `b`, which broadcast to `result`.
  init(_ a: Shape, _ b: Shape, result: Shape) {
    let stridesA = Self.strides(of: a, in: result)
    let stridesB = Self.strides(of: b, in: result)
    // Neighboring axes merge where both operands cross from one to the other without a jump.
    var axes: [(extent: Int, strideA: Int, strideB: Int)] = []
    for (axis, extent) in result.enumerated() where extent != 1 {
      let next = (extent: extent, strideA: stridesA[axis], strideB: stridesB[axis])
      if let last = axes.last, last.strideA == next.strideA * extent, last.strideB == next.strideB * extent {
        axes[axes.count - 1] = (last.extent * extent, next.strideA, next.strideB)
      } else {
        axes.append(next)
      }
    }
    let inner = axes.popLast() ?? (1, 0, 0)
    run = inner.extent
    runSteps = (inner.strideA, inner.strideB)
    outer = axes
  }

  private static func strides(of shape: Shape, in result: Shape) -> [Int] {
    let missing = result.rank - shape.rank
    return [Int](repeating: 0, count: missing) + zip(shape, shape.strides).map { $0 == 1 ? 0 : $1 }
  }

  /// Calls `body` with each row's number and where it starts in the operands.
  func forEachRow(in rows: Range<Int>, _ body: (_ row: Int, _ offsetA: Int, _ offsetB: Int) -> Void) {
    var position = [Int](repeating: 0, count: outer.count)
    var rest = rows.lowerBound
    for axis in outer.indices.reversed() {
      position[axis] = rest % outer[axis].extent
      rest /= outer[axis].extent
    }
    var offsetA = zip(position, outer).reduce(0) { $0 + $1.0 * $1.1.strideA }
    var offsetB = zip(position, outer).reduce(0) { $0 + $1.0 * $1.1.strideB }
    for row in rows {
      body(row, offsetA, offsetB)
      var axis = outer.count - 1
      while axis >= 0 {
        position[axis] += 1
        offsetA += outer[axis].strideA
        offsetB += outer[axis].strideB
        if position[axis] < outer[axis].extent { break }
        offsetA -= outer[axis].extent * outer[axis].strideA
        offsetB -= outer[axis].extent * outer[axis].strideB
        position[axis] = 0
        axis -= 1
      }
    }
  }
}

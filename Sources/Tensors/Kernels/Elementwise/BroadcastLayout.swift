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

  /// Rows that follow each other along the innermost of the outer axes.
  struct Stretch {
    /// The number of the first row.
    let row: Int
    let count: Int
    /// Where the first row starts in each operand, and how far it is from one row to the next.
    let starts: (Int, Int)
    let strides: (Int, Int)
  }

  /// Calls `body` with some rows, stretch by stretch.
  func forEachStretch(in rows: Range<Int>, _ body: (Stretch) -> Void) {
    guard let innermost = outer.last else {
      for row in rows { body(Stretch(row: row, count: 1, starts: (0, 0), strides: (0, 0))) }
      return
    }
    var row = rows.lowerBound
    while row < rows.upperBound {
      var (rest, starts) = (row, (0, 0))
      for axis in outer.reversed() {
        starts.0 += rest % axis.extent * axis.strideA
        starts.1 += rest % axis.extent * axis.strideB
        rest /= axis.extent
      }
      let count = Swift.min(innermost.extent - row % innermost.extent, rows.upperBound - row)
      body(Stretch(row: row, count: count, starts: starts, strides: (innermost.strideA, innermost.strideB)))
      row += count
    }
  }
}

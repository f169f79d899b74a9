/// What computes results row by row, where a row is an output pixel of a convolution or a row of a matrix product.
protocol RowKernel: Sendable {
  /// Computes those rows whose numbers are in `range`, and perhaps the repetitions behind the last row. All ranges but the last
  /// are ``Rows/blockSize`` long.
  func compute(_ rows: Rows, _ range: Range<Int>)
}

/// Where the rows of a piece of work read and write: what a row reads is counted from its input offset, and its result
/// begins at its output offset. Both lists go on behind the last row as ``RowOffsets`` says.
struct Rows {
  let count: Int
  let input: UnsafePointer<Float>
  let inputOffsets: UnsafePointer<Int>
  let output: UnsafeMutablePointer<Float>
  let outputOffsets: UnsafePointer<Int>

  /// The same rows, with what they read and their results so many numbers further on.
  func shifted(input inputShift: Int = 0, output outputShift: Int) -> Rows {
    Rows(
      count: count, input: input + inputShift, inputOffsets: inputOffsets, output: output + outputShift,
      outputOffsets: outputOffsets)
  }

  /// So many rows are computed to the last column before the next ones, because what they read then stays in the
  /// first-level cache. A multiple of the rows of any tile.
  static let blockSize = 96

  /// Computes all rows, where each kernel's results begin `step` numbers behind those of the one before.
  func compute(_ kernels: [any RowKernel], step: Int) {
    for first in stride(from: 0, to: count, by: Self.blockSize) {
      for (index, kernel) in kernels.enumerated() {
        kernel.compute(shifted(output: index * step), first..<Swift.min(first + Self.blockSize, count))
      }
    }
  }
}

/// The offsets of the rows that belong to a rectangle of pixels, which are the same for every image.
struct RowOffsets: Sendable {
  private let count: Int
  private var input: [Int] = []
  private var output: [Int] = []

  /// Kernels compute several rows at once. Lest the last few need code of their own, the lists go on for so many more
  /// entries that repeat the last row, which is then computed again and written again to the same place.
  private static let repetitions = Swift.max(TileKernels.gatherRows, TileKernels.gatherTwoRows) - 1

  /// The steps lead from row to row and from column to column of the rectangle.
  init(height: Int, width: Int, inputSteps: (row: Int, column: Int), outputSteps: (row: Int, column: Int)) {
    count = height * width
    for row in 0..<height {
      for column in 0..<width {
        input.append(row * inputSteps.row + column * inputSteps.column)
        output.append(row * outputSteps.row + column * outputSteps.column)
      }
    }
    input += [Int](repeating: input.last ?? 0, count: Self.repetitions)
    output += [Int](repeating: output.last ?? 0, count: Self.repetitions)
  }

  /// Calls `body` with the rows that begin at these places.
  func withRows(input place: UnsafePointer<Float>, output target: UnsafeMutablePointer<Float>, _ body: (Rows) -> Void) {
    input.withUnsafeBufferPointer { inputs in
      output.withUnsafeBufferPointer { outputs in
        guard let inputs = inputs.baseAddress, let outputs = outputs.baseAddress else { return }
        body(Rows(count: count, input: place, inputOffsets: inputs, output: target, outputOffsets: outputs))
      }
    }
  }
}

/// What each row's results are: sums over terms of the input, each times a weight for every column of the result.
struct WeightedSum {
  /// Where each term lies, counted from the row's input offset.
  let terms: [Int]
  /// How many numbers a row's result has.
  let columns: Int
  let weights: Buffer
  /// Where among them those of term k begin, and the step from one column's weight to the next one's.
  let place: @Sendable (_ k: Int) -> Int
  let columnStep: Int
  /// One number for each column, to be added.
  let bias: UnsafePointer<Float>?
}

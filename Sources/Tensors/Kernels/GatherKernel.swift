/// A sum over segments of the input for every row of the output: a matrix product whose left factor is not stored as a
/// matrix but read where it lies. A convolution reads the pixels around each output pixel; a plain matrix product reads
/// each row; the gradient of a strided convolution reads those pixels that had used an input pixel.
enum GatherKernel {
  /// Weights packed for the tiles: panels of one or two vectors of columns, and in each panel row after row.
  struct Weights: Sendable {
    let depth: Int
    let columns: Int
    private let storage: Buffer
    private let start: Int

    /// Columns in a full panel.
    static var panelWidth: Int { 2 * lanes }

    /// Weights that have been packed already, beginning at `start` of a buffer.
    init(depth: Int, columns: Int, packed: Buffer, at start: Int) {
      self.depth = depth
      self.columns = columns
      self.start = start
      storage = packed
    }

    /// The numbers that packed weights take.
    static func storageSize(depth: Int, columns: Int) -> Int {
      (columns + panelWidth - 1) / panelWidth * depth * panelWidth
    }

    /// Where the element of a row and column is packed.
    static func offset(ofRow row: Int, column: Int, depth: Int, columns: Int) -> Int {
      let (panel, place) = column.quotientAndRemainder(dividingBy: panelWidth)
      let width = columns - panel * panelWidth <= lanes ? lanes : panelWidth
      return panel * depth * panelWidth + row * width + place
    }

    /// Packs `depth` rows of `columns` numbers, whose element (k, column) is `element(k, column)`.
    init(depth: Int, columns: Int, element: (_ k: Int, _ column: Int) -> UnsafePointer<Float>, columnStep: Int) {
      self.depth = depth
      self.columns = columns
      let panels = (columns + Self.panelWidth - 1) / Self.panelWidth
      start = 0
      storage = Buffer(uninitialized: Self.storageSize(depth: depth, columns: columns))
      var target = storage.base
      for panel in 0..<panels {
        let first = panel * Self.panelWidth
        let valid = Swift.min(Self.panelWidth, columns - first)
        let width = valid <= lanes ? lanes : Self.panelWidth
        for k in 0..<depth {
          let source = element(k, first)
          for column in 0..<valid { target[column] = source[column * columnStep] }
          for column in valid..<width { target[column] = 0 }
          target += width
        }
      }
    }

    /// Where a panel begins. All panels before the last are two vectors wide.
    func panel(_ index: Int) -> UnsafePointer<Float> {
      UnsafePointer(storage.base + (start + index * depth * Self.panelWidth))
    }
  }

  /// Where the rows of a piece of work read and write: a row's segments are counted from its input offset, and its result
  /// begins at its output offset.
  struct Rows {
    let count: Int
    let input: UnsafePointer<Float>
    let inputOffsets: UnsafePointer<Int>
    let output: UnsafeMutablePointer<Float>
    let outputOffsets: UnsafePointer<Int>
  }

  /// Computes all columns of the given rows.
  static func run(
    _ rows: Rows, segments: [TileKernels.Segment], weights: Weights, bias: UnsafePointer<Float>?
  ) {
    let spare = TileKernels.rows * Weights.panelWidth
    withUnsafeTemporaryAllocation(of: Float.self, capacity: spare + Weights.panelWidth) { scratch in
      withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: TileKernels.rows) { inputs in
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: TileKernels.rows) { outputs in
          guard let aside = scratch.baseAddress, let sources = inputs.baseAddress, let targets = outputs.baseAddress
          else { return }
          defer { withExtendedLifetime(weights) {} }
          let initial = aside + spare
          for first in stride(from: 0, to: weights.columns, by: Weights.panelWidth) {
            let valid = Swift.min(Weights.panelWidth, weights.columns - first)
            let width = valid <= lanes ? lanes : Weights.panelWidth
            for column in 0..<Weights.panelWidth { initial[column] = column < valid ? bias?[first + column] ?? 0 : 0 }
            let tile = TileKernels.GatherTile(
              inputs: sources, segments: segments, weights: weights.panel(first / Weights.panelWidth),
              initial: initial, outputs: targets)
            var row = 0
            while row < rows.count {
              let present = Swift.min(TileKernels.rows, rows.count - row)
              // Rows that are not there repeat the last one, and their results, like those of a panel that is not full,
              // go aside.
              for r in 0..<TileKernels.rows {
                sources[r] = rows.input + rows.inputOffsets[row + Swift.min(r, present - 1)]
                targets[r] =
                  r < present && valid == width
                  ? rows.output + (rows.outputOffsets[row + r] + first) : aside + r * Weights.panelWidth
              }
              if width == lanes { TileKernels.gatherOne(tile) } else { TileKernels.gatherTwo(tile) }
              if valid < width {
                for r in 0..<present {
                  let target = rows.output + (rows.outputOffsets[row + r] + first)
                  for column in 0..<valid { target[column] = aside[r * Weights.panelWidth + column] }
                }
              }
              row += present
            }
          }
        }
      }
    }
  }
}

/// Sums over terms of the input for every row of the output: a matrix product whose left factor is not stored as a matrix
/// but read where it lies. A convolution reads the pixels around each output pixel; a plain matrix product reads each row;
/// the gradient of a strided convolution reads those pixels that had used an input pixel.
///
/// Vectors run along the columns of the result.
struct GatherKernel: RowKernel {
  private let terms: [Int]
  private let columns: Int
  private let panels: [ColumnPanel]
  /// Panel after panel: the vectors that the sums start from, then those of the weights, term after term.
  private let packed: Buffer
  private let start: Int
  private let continues: Bool

  init(_ sum: WeightedSum) {
    let panels = ColumnPanel.covering(sum.columns)
    let packed = Buffer(uninitialized: (sum.terms.count + 1) * panels.reduce(0) { $0 + $1.width })
    let starts = panels.indices.map { (sum.terms.count + 1) * panels[..<$0].reduce(0) { $0 + $1.width } }
    for (panel, start) in zip(panels, starts) {
      for column in 0..<panel.width {
        packed.base[start + column] = panel.first + column < sum.columns ? sum.bias?[panel.first + column] ?? 0 : 0
      }
    }
    // So many terms at a time are worth a thread's turn.
    let atOnce = 256
    let parts = (sum.terms.count + atOnce - 1) / atOnce
    let (count, columns, columnStep) = (sum.terms.count, sum.columns, sum.columnStep)
    parallel(panels.count * parts) { [weights = sum.weights, place = sum.place] item in
      let (panel, first) = (panels[item / parts], item % parts * atOnce)
      RightFactor.pack(
        weights.base + panel.first * columnStep, terms: first..<Swift.min(count, first + atOnce), place: place,
        columnStep: columnStep, columns: Swift.min(panel.width, columns - panel.first), width: panel.width,
        into: packed.base + (starts[item / parts] + (first + 1) * panel.width))
    }
    (terms, self.columns, self.panels, self.packed) = (sum.terms, sum.columns, panels, packed)
    (start, continues) = (0, false)
  }

  /// The kernel of a matrix product whose right factor is packed already, from `start` on, as ``place(ofTerm:in:of:)`` says.
  /// Its columns are whole vectors.
  ///
  /// - Parameter continues: Whether it adds to what the output holds, as the terms are not the first of the sums.
  init(terms: [Int], columns: Int, packed: Buffer, at start: Int, continues: Bool = false) {
    self.terms = terms
    self.columns = columns
    self.packed = packed
    self.start = start
    self.continues = continues
    panels = ColumnPanel.covering(columns)
  }

  /// Where the weights of a term lie for a panel's columns, if these are whole vectors. Those of term −1 are what the sums
  /// start from.
  static func place(ofTerm k: Int, in panel: ColumnPanel, of terms: Int) -> Int {
    (terms + 1) * panel.first + (k + 1) * panel.width
  }

  func compute(_ rows: Rows, _ range: Range<Int>) {
    terms.withUnsafeBufferPointer { terms in
      var weights = UnsafePointer(packed.base + start)
      for panel in panels {
        let work = TileKernels.Gathering(
          rows: rows.shifted(output: panel.first), terms: terms, weights: weights + panel.width, initial: weights,
          continues: continues)
        if panel.vectors == 2 {
          TileKernels.gatherTwo(work, rows: range)
        } else if columns >= lanes {
          TileKernels.gatherOne(work, rows: range)
        } else {
          gatherFew(work, rows: range)
        }
        weights += (terms.count + 1) * panel.width
      }
    }
  }

  /// Fewer columns than a vector has: a tile's results are put aside, and the columns that there are copied.
  private func gatherFew(_ work: TileKernels.Gathering, rows: Range<Int>) {
    let height = TileKernels.gatherRows
    withUnsafeTemporaryAllocation(of: Float.self, capacity: height * lanes) { results in
      withUnsafeTemporaryAllocation(of: Int.self, capacity: height) { offsets in
        guard let aside = results.baseAddress, let places = offsets.baseAddress else { return }
        for r in 0..<height { places[r] = r * lanes }
        for row in stride(from: rows.lowerBound, to: rows.upperBound, by: height) {
          let tile = Rows(
            count: height, input: work.rows.input, inputOffsets: work.rows.inputOffsets + row, output: aside,
            outputOffsets: UnsafePointer(places))
          TileKernels.gatherOne(
            TileKernels.Gathering(rows: tile, terms: work.terms, weights: work.weights, initial: work.initial),
            rows: 0..<height)
          for r in 0..<height {
            let target = work.rows.output + work.rows.outputOffsets[row + r]
            for column in 0..<columns { target[column] = aside[r * lanes + column] }
          }
        }
      }
    }
  }
}

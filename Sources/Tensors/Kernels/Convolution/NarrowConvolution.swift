/// Sums of few columns, such as the last convolution of a U-Net, which leads to images of one channel or three.
///
/// Along so few columns a vector would be nearly empty. Here vectors run along the terms, which are contiguous, kernel
/// column by kernel column and channel by channel; each column's weights are loaded once for eight rows, and each vector
/// of sums is added up only at the end.
struct DotKernel: RowKernel {
  private let vectors: TermVectors
  private let columns: Int
  /// Column after column, a vector of weights for each vector of terms.
  private let weights: Buffer
  private let bias: Buffer

  /// Whether this is faster than ``GatherKernel``, which computes whole vectors of columns.
  static func suits(columns: Int) -> Bool { columns <= lanes / 2 }

  /// Nil where the terms are not contiguous enough.
  init?(_ sum: WeightedSum) {
    guard let vectors = TermVectors(sum.terms) else { return nil }
    self.vectors = vectors
    columns = sum.columns
    bias = Buffer(copying: (0..<columns).map { sum.bias?[$0] ?? 0 })
    weights = Buffer(repeating: 0, count: columns * vectors.starts.count * lanes)
    for column in 0..<columns {
      for (index, indices) in vectors.newTerms.enumerated() {
        let target = weights.base + (column * vectors.starts.count + index) * lanes + (lanes - indices.count)
        for (place, k) in indices.enumerated() {
          target[place] = sum.weights.base[sum.place(k) + column * sum.columnStep]
        }
      }
    }
  }

  func compute(_ rows: Rows, _ range: Range<Int>) {
    vectors.starts.withUnsafeBufferPointer { terms in
      for column in 0..<columns {
        TileKernels.gatherDots(
          TileKernels.Gathering(
            rows: rows.shifted(output: column), terms: terms, weights: weights.base + column * terms.count * lanes,
            initial: bias.base + column),
          rows: range)
      }
    }
  }
}

/// The gradient of such weights: each number that comes back is spread over a vector and multiplied with nine vectors of
/// terms.
struct DotGradient: WeightGradientKernel {
  private let vectors: TermVectors
  private let columns: Int
  /// Where the vectors begin, in whole tiles: the last tile repeats the last vector, and nobody asks for those sums.
  private let tiledStarts: [Int]

  init(_ vectors: TermVectors, columns: Int) {
    self.vectors = vectors
    self.columns = columns
    tiledStarts = TileKernels.filled(vectors.starts, rows: TileKernels.outerRows)
  }

  var sumCount: Int { columns * tiledStarts.count * lanes }

  func add(
    _ field: TileKernels.Field, left: UnsafePointer<Float>, right: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>
  ) {
    tiledStarts.withUnsafeBufferPointer { starts in
      guard let starts = starts.baseAddress else { return }
      for tile in stride(from: 0, to: tiledStarts.count, by: TileKernels.outerRows) {
        for column in 0..<columns {
          TileKernels.outerVectors(
            field, left: left, terms: starts + tile, right: right + column,
            sums: sums + (column * tiledStarts.count + tile) * lanes)
        }
      }
    }
  }

  func forEachStretch(_ body: (_ term: Int, _ column: Int, _ sum: Int, _ count: Int) -> Void) {
    for column in 0..<columns {
      for (index, terms) in vectors.newTerms.enumerated() {
        let end = (column * tiledStarts.count + index + 1) * lanes
        for term in terms { body(term, column, end - (terms.upperBound - term), 1) }
      }
    }
  }
}

/// Terms of a sum, taken in vectors of neighbors.
///
/// The last vector of a contiguous run is moved back until it ends with the run, so that it reads nothing else; the terms
/// that it shares with the one before count once.
struct TermVectors: Sendable {
  /// Where each vector begins.
  private(set) var starts: [Int] = []
  /// Which terms each vector brings; they are its last ones.
  private(set) var newTerms: [Range<Int>] = []

  /// Nil where a run of contiguous terms is shorter than a vector.
  init?(_ terms: [Int]) {
    var k = 0
    while k < terms.count {
      var end = k + 1
      while end < terms.count, terms[end] == terms[end - 1] + 1 { end += 1 }
      guard end - k >= lanes else { return nil }
      while k < end {
        let next = Swift.min(k + lanes, end)
        starts.append(terms[next - 1] - (lanes - 1))
        newTerms.append(k..<next)
        k = next
      }
    }
  }
}

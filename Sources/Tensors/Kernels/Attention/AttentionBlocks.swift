/// How an attention is divided up: images and their heads, and for each the queries in blocks, whose scores against all
/// keys fit a cache.
struct AttentionBlocks: Sendable {
  private let geometry: AttentionGeometry
  /// Queries in a block: a multiple of the rows of all tiles. More would take the scores out of the cache, fewer would read
  /// the keys too often; but up to a factor of four either way makes little difference.
  private static let rowsAtOnce = 24
  /// Steps from one query's scores to the next one's, and likewise for what is summed up with them; whole vectors.
  let scoreStride: Int
  let resultStride: Int
  /// Where the rows of a block lie, of a whole one and of the last: among a head's tokens and among scores, and among scores
  /// and among results.
  private let whole: (toScores: RowOffsets, fromScores: RowOffsets)
  private let last: (toScores: RowOffsets, fromScores: RowOffsets)

  init(_ g: AttentionGeometry) {
    geometry = g
    // A few numbers more than needed keep rows from falling on the same lines of the cache.
    scoreStride = SoftmaxKernels.roundedToVectors(g.contextTokens) + 16
    resultStride = SoftmaxKernels.roundedToVectors(g.width)
    let offsets = { [scoreStride, resultStride] (rows: Int) in
      (
        toScores: RowOffsets(height: rows, width: 1, inputSteps: (g.channels, 0), outputSteps: (scoreStride, 0)),
        fromScores: RowOffsets(height: rows, width: 1, inputSteps: (scoreStride, 0), outputSteps: (resultStride, 0))
      )
    }
    whole = offsets(Swift.min(Self.rowsAtOnce, g.tokens))
    last = offsets(g.tokens % Self.rowsAtOnce)
  }

  /// A head's queries in blocks, and these in so many parts of about equal sizes, or in as many as there are blocks.
  func blocks(inParts wanted: Int) -> [ArraySlice<Range<Int>>] {
    let tokens = geometry.tokens
    let blocks = stride(from: 0, to: tokens, by: Self.rowsAtOnce).map {
      $0..<Swift.min($0 + Self.rowsAtOnce, tokens)
    }
    let count = Swift.max(1, Swift.min(wanted, blocks.count))
    return (0..<count).map { blocks[(blocks.count * $0 / count)..<(blocks.count * ($0 + 1) / count)] }
  }

  /// Numbers that a block's scores and results take at most.
  var scoreCount: Int { Self.rowsAtOnce * scoreStride }
  var resultCount: Int { Self.rowsAtOnce * resultStride }

  /// All heads of all images, numbered; what belongs to one begins at these places.
  var headCount: Int { geometry.count * geometry.heads }
  func firstQuery(ofHead head: Int) -> Int { place(head, tokens: geometry.tokens) }
  func firstKey(ofHead head: Int) -> Int { place(head, tokens: geometry.contextTokens) }

  private func place(_ head: Int, tokens: Int) -> Int {
    head / geometry.heads * tokens * geometry.channels + head % geometry.heads * geometry.width
  }

  // MARK: Products

  /// What computes the product of each row with each of a head's context tokens.
  func products(with tokens: UnsafePointer<Float>, times factor: Float) -> GatherKernel {
    packed(terms: geometry.width, columns: geometry.contextTokens) { target, panel, columns in
      for column in 0..<columns {
        let source = tokens + (panel.first + column) * geometry.channels
        var target = target + column
        for term in 0..<geometry.width {
          target[0] = factor * source[term]
          target += panel.width
        }
      }
    }
  }

  /// What computes the sum of a head's context tokens that each row's scores are the weights of.
  func sums(of tokens: UnsafePointer<Float>, times factor: Float) -> GatherKernel {
    packed(terms: geometry.contextTokens, columns: geometry.width) { target, panel, columns in
      for term in 0..<geometry.contextTokens {
        Self.copy(
          tokens + (term * geometry.channels + panel.first), times: factor, to: target + term * panel.width, columns)
      }
    }
  }

  /// The right factor of a product, filled up with columns of zeros to whole vectors. What is not zero `fill` writes, for each
  /// panel from its first term on.
  private func packed(
    terms: Int, columns: Int,
    _ fill: (_ target: UnsafeMutablePointer<Float>, _ panel: ColumnPanel, _ columns: Int) -> Void
  ) -> GatherKernel {
    let whole = SoftmaxKernels.roundedToVectors(columns)
    let packed = Buffer(uninitialized: (terms + 1) * whole)
    for panel in ColumnPanel.covering(whole) {
      let target = packed.base + GatherKernel.place(ofTerm: -1, in: panel, of: terms)
      let isFull = panel.first + panel.width <= columns
      target.update(repeating: 0, count: isFull ? panel.width : (terms + 1) * panel.width)
      fill(target + panel.width, panel, Swift.min(panel.width, columns - panel.first))
    }
    return GatherKernel(terms: [Int](0..<terms), columns: whole, packed: packed, at: 0)
  }

  /// target ← factor · source.
  static func copy(
    _ source: UnsafePointer<Float>, times factor: Float, to target: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    var index = 0
    while index &+ lanes <= count {
      let value = UnsafeRawPointer(source + index).loadUnaligned(as: Vector.self) * factor
      UnsafeMutableRawPointer(target + index).storeBytes(of: value, as: Vector.self)
      index &+= lanes
    }
    while index < count {
      target[index] = source[index] * factor
      index &+= 1
    }
  }

  /// The scores of a block of the rows that begin with a head's first.
  func compute(
    _ kernel: GatherKernel, _ block: Range<Int>, of tokens: UnsafePointer<Float>,
    intoScores scores: UnsafeMutablePointer<Float>
  ) {
    (block.count == Self.rowsAtOnce ? whole : last).toScores.withRows(
      input: tokens + block.lowerBound * geometry.channels, output: scores
    ) { kernel.compute($0, 0..<block.count) }
  }

  /// The results of a block's scores.
  func compute(
    _ kernel: GatherKernel, _ block: Range<Int>, ofScores scores: UnsafePointer<Float>,
    into results: UnsafeMutablePointer<Float>
  ) {
    (block.count == Self.rowsAtOnce ? whole : last).fromScores.withRows(input: scores, output: results) {
      kernel.compute($0, 0..<block.count)
    }
  }
}

/// Scaled dot-product attention with several heads, and its gradients.
///
/// A thread takes a head of an image, and block by block of its queries the scores against all keys, their softmax and all
/// that follows from them: scores are nowhere stored as a whole. The backward pass computes them a second time. Source: Dao
/// et al., "FlashAttention" (2022), who divide the keys too, so that blocks fit the little memory next to a GPU's arithmetic;
/// here whole rows do, which makes softmax what it is anywhere else.
///
/// Queries, keys and values are read where they lie, with a head's channels of a token side by side and its tokens all
/// channels apart. Only where they are the right factor of a product they are packed first.
enum AttentionKernels {
  /// What softmax found in the scores of each head's queries, for the backward pass.
  struct Statistics: Sendable {
    private let storage: Buffer

    fileprivate init(_ g: AttentionGeometry) {
      storage = Buffer(uninitialized: 2 * g.count * g.heads * g.tokens)
    }

    fileprivate subscript(row: Int) -> SoftmaxKernels.RowStatistics {
      get { SoftmaxKernels.RowStatistics(largest: storage.base[2 * row], inverseSum: storage.base[2 * row + 1]) }
      nonmutating set { (storage.base[2 * row], storage.base[2 * row + 1]) = (newValue.largest, newValue.inverseSum) }
    }
  }

  private static func scale(_ g: AttentionGeometry) -> Float { 1 / Float(g.width).squareRoot() }

  static func attend(
    _ g: AttentionGeometry, query: Buffer, key: Buffer, value: Buffer, into y: Buffer
  ) -> Statistics {
    let statistics = Statistics(g)
    guard !y.isEmpty else { return statistics }
    let blocks = AttentionBlocks(g)
    // A row's result does not depend on the others, so here there may be as many parts as suit the threads.
    let items = 4 * ThreadPool.shared.activeCount
    let parts = blocks.blocks(inParts: (items + blocks.headCount - 1) / blocks.headCount)
    parallel(blocks.headCount * parts.count) { item in
      let head = item / parts.count
      let (queries, keys) = (blocks.firstQuery(ofHead: head), blocks.firstKey(ofHead: head))
      let scoring = blocks.products(with: key.base + keys, times: scale(g))
      let averaging = blocks.sums(of: value.base + keys, times: 1)
      let scratch = Buffer(uninitialized: blocks.scoreCount + blocks.resultCount)
      let (scores, results) = (scratch.base, scratch.base + blocks.scoreCount)
      for block in parts[item % parts.count] {
        blocks.compute(scoring, block, of: query.base + queries, intoScores: scores)
        for row in 0..<block.count {
          statistics[head * g.tokens + block.lowerBound + row] = SoftmaxKernels.exponentials(
            scores + row * blocks.scoreStride, g.contextTokens)
        }
        blocks.compute(averaging, block, ofScores: scores, into: results)
        for row in 0..<block.count {
          let inverseSum = statistics[head * g.tokens + block.lowerBound + row].inverseSum
          AttentionBlocks.copy(
            results + row * blocks.resultStride, times: inverseSum,
            to: y.base + (queries + (block.lowerBound + row) * g.channels), g.width)
        }
      }
      withExtendedLifetime(scratch) {}
    }
    return statistics
  }

  /// The gradients are sums over queries: where there are few heads, the queries are dealt out in so many parts over all, each
  /// summed by itself and the sums added in order. The number is fixed, so the result does not depend on the threads.
  private static let gradientParts = 8

  /// The gradients, from that of the result: with the scores s = q kᵀ / √d and their softmax p,
  /// dv = pᵀ dy, dp = dy vᵀ, ds = p ⊙ (dp − Σ p ⊙ dp), dq = ds k / √d and dk = dsᵀ q / √d.
  static func gradient(
    _ g: AttentionGeometry, _ statistics: Statistics, query: Buffer, key: Buffer, value: Buffer, upstream dy: Buffer,
    dquery: Buffer, dkey: Buffer, dvalue: Buffer
  ) {
    guard !dkey.isEmpty else { return }
    let blocks = AttentionBlocks(g)
    let parts = blocks.blocks(inParts: gradientParts / blocks.headCount)
    let outer = GatherGradient(terms: [Int](0..<g.contextTokens), columns: g.width)
    let sums = Buffer(uninitialized: blocks.headCount * parts.count * 2 * outer.sumCount)
    parallel(blocks.headCount * parts.count) { item in
      let head = item / parts.count
      let (queries, keys) = (blocks.firstQuery(ofHead: head), blocks.firstKey(ofHead: head))
      let scoring = blocks.products(with: key.base + keys, times: scale(g))
      let weighing = blocks.products(with: value.base + keys, times: 1)
      let summing = blocks.sums(of: key.base + keys, times: scale(g))
      let scratch = Buffer(uninitialized: 2 * blocks.scoreCount + blocks.resultCount)
      let (p, ds) = (scratch.base, scratch.base + blocks.scoreCount)
      let results = ds + blocks.scoreCount
      let keySums = sums.base + item * 2 * outer.sumCount
      let valueSums = keySums + outer.sumCount
      keySums.update(repeating: 0, count: 2 * outer.sumCount)
      for block in parts[item % parts.count] {
        blocks.compute(scoring, block, of: query.base + queries, intoScores: p)
        blocks.compute(weighing, block, of: dy.base + queries, intoScores: ds)
        for row in 0..<block.count {
          SoftmaxKernels.gradient(
            p + row * blocks.scoreStride, ds + row * blocks.scoreStride, g.contextTokens,
            statistics[head * g.tokens + block.lowerBound + row])
        }
        blocks.compute(summing, block, ofScores: ds, into: results)
        let first = queries + block.lowerBound * g.channels
        for row in 0..<block.count {
          AttentionBlocks.copy(
            results + row * blocks.resultStride, times: 1, to: dquery.base + (first + row * g.channels), g.width)
        }
        let field = TileKernels.Field(
          height: 1, width: block.count, leftPixel: blocks.scoreStride, leftRow: 0, rightPixel: g.channels, rightRow: 0)
        outer.add(field, left: ds, right: query.base + first, to: keySums)
        outer.add(field, left: p, right: dy.base + first, to: valueSums)
      }
      withExtendedLifetime(scratch) {}
    }
    parallel(blocks.headCount) { head in
      let total = sums.base + head * parts.count * 2 * outer.sumCount
      for part in parts.indices.dropFirst() {
        let addend = total + part * 2 * outer.sumCount
        for index in 0..<(2 * outer.sumCount) { total[index] += addend[index] }
      }
      let keys = blocks.firstKey(ofHead: head)
      let scale = scale(g)
      outer.forEachStretch { token, channel, sum, count in
        let place = keys + token * g.channels + channel
        AttentionBlocks.copy(total + sum, times: scale, to: dkey.base + place, count)
        AttentionBlocks.copy(total + (outer.sumCount + sum), times: 1, to: dvalue.base + place, count)
      }
    }
  }
}

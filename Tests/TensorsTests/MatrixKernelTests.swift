import Tensors
import TestSupport
import Testing

/// The fast matrix product against the naive one, on random shapes; the bound is that of ``ConvolutionKernelTests``.
@Suite("Fast matrix products against naive ones")
struct MatrixKernelTests {
  struct Sizes: Sendable, CustomTestStringConvertible {
    let count: Int
    let rows: Int
    let depth: Int
    let columns: Int
    var testDescription: String { "\(count) × [\(rows), \(depth)] · [\(depth), \(columns)]" }
  }

  static let sizes: [Sizes] = {
    var generator = RandomGenerator(seed: 12)
    let extents = [1, 2, 5, 6, 7, 12, 13, 15, 16, 17, 31, 32, 33, 48, 95, 96, 97, 101]
    return (0..<40).map { index in
      Sizes(
        count: index < 20 ? 1 : 1 + generator.integer(below: 4), rows: extents[generator.integer(below: extents.count)],
        depth: extents[generator.integer(below: extents.count)],
        columns: extents[generator.integer(below: extents.count)])
    } + [
      // Many rows are dealt out in parts, a deep left factor in bands.
      Sizes(count: 1, rows: 1030, depth: 150, columns: 40), Sizes(count: 1, rows: 257, depth: 17, columns: 3),
      Sizes(count: 3, rows: 300, depth: 145, columns: 5), Sizes(count: 1, rows: 129, depth: 289, columns: 16),
      // Few rows, a right factor that outweighs them: some terms and columns at a time, with some left over or none.
      Sizes(count: 1, rows: 1, depth: 128, columns: 64), Sizes(count: 1, rows: 7, depth: 129, columns: 336),
      Sizes(count: 1, rows: 96, depth: 63, columns: 80), Sizes(count: 1, rows: 192, depth: 262, columns: 16),
      Sizes(count: 1, rows: 193, depth: 64, columns: 64), Sizes(count: 1, rows: 40, depth: 320, columns: 320),
    ]
  }()

  @Test("matmul", arguments: sizes)
  func product(_ s: Sizes) {
    let (a, b) = (random([s.count, s.rows, s.depth], 1), random([s.count, s.depth, s.columns], 2))
    expectWithinBound(
      a.matmul(b), shape: [s.count, s.rows, s.columns], depth: s.depth,
      NaiveKernels.multiply(exact(a), exact(b), count: s.count, rows: s.rows, depth: s.depth, columns: s.columns),
      sizes: NaiveKernels.multiply(
        magnitudes(a), magnitudes(b), count: s.count, rows: s.rows, depth: s.depth, columns: s.columns))
  }

  /// aᵀ · g and g · bᵀ: the second reads its right factor transposed.
  @Test("The gradients of matmul", arguments: sizes)
  func gradients(_ s: Sizes) {
    let (a, b) = (random([s.count, s.rows, s.depth], 3).variable, random([s.count, s.depth, s.columns], 4).variable)
    let g = random([s.count, s.rows, s.columns], 5)
    let gradients = a.matmul(b).gradients(from: g)
    let (aT, bT) = (a.detached.transposed(), b.detached.transposed())
    expectWithinBound(
      gradients[a], shape: a.shape, depth: s.columns,
      NaiveKernels.multiply(exact(g), exact(bT), count: s.count, rows: s.rows, depth: s.columns, columns: s.depth),
      sizes: NaiveKernels.multiply(
        magnitudes(g), magnitudes(bT), count: s.count, rows: s.rows, depth: s.columns, columns: s.depth))
    expectWithinBound(
      gradients[b], shape: b.shape, depth: s.rows,
      NaiveKernels.multiply(exact(aT), exact(g), count: s.count, rows: s.depth, depth: s.rows, columns: s.columns),
      sizes: NaiveKernels.multiply(
        magnitudes(aT), magnitudes(g), count: s.count, rows: s.depth, depth: s.rows, columns: s.columns))
  }

  @Test("The naive product of two small matrices")
  func byHand() {
    #expect(
      NaiveKernels.multiply([1, 2, 3, 4], [10, 20, 30, 40], rows: 2, depth: 2, columns: 2) == [70, 100, 150, 220])
  }
}

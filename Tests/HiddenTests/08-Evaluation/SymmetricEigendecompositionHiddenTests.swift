import Evaluation
import RealModule
import Tensors
import TestSupport
import Testing

/// Rotations and eigenvalues, of random matrices.
@Suite("8.2 Eigenvalues of symmetric matrices", .exercise("8.2"))
struct Hidden8_2 {
  @Test("Other inputs")
  func rotations() {
    var generator = RandomGenerator(seed: 803)
    for _ in 0..<100 {
      let (pp, qq, pq) = (Double(generator.normal()), Double(generator.normal()), Double(generator.normal()))
      let (c, s) = jacobiRotation(pp: pp, qq: qq, pq: pq)
      #expect(abs((pp - qq) * c * s + pq * (c * c - s * s)) < 1e-14)
      #expect(abs(c * c + s * s - 1) < 4e-15 && c >= 0.7071)
    }
  }

  @Test("Other sizes", arguments: [2, 4, 7, 16])
  func decomposition(size: Int) throws {
    var generator = RandomGenerator(seed: 804, stream: UInt64(size))
    let half = normalMatrix(size: size, using: &generator)
    let matrix = half + half.transposed
    let (values, vectors) = matrix.symmetricEigendecomposition()
    try #require(values.count == size && vectors.size == size)
    #expect(agree(vectors * .diagonal(values) * vectors.transposed, matrix, relative: 1e-12))
    #expect(agree(vectors.transposed * vectors, .identity(size: size), relative: 1e-12))
    #expect(values == values.sorted(by: >))
    #expect(abs(values.reduce(0) { $0 + $1 * $1 }.squareRoot() - matrix.norm) < 1e-12 * matrix.norm)
  }

  @Test("Other inputs")
  func ring() throws {
    // Seven things in a ring, each tied to its two neighbors: 2 cos(2πk / 7), pairs of equal eigenvalues.
    let matrix = SquareMatrix(size: 7) { ($0 - $1 + 7) % 7 == 1 || ($1 - $0 + 7) % 7 == 1 ? 1 : 0 }
    let values = matrix.symmetricEigendecomposition().values
    let expected = (0..<7).map { 2 * Double.cos(2 * .pi * Double($0) / 7) }.sorted(by: >)
    try #require(values.count == 7)
    #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("Edge cases")
  func small() {
    #expect(SquareMatrix(rows: []).symmetricEigendecomposition().values.isEmpty)
    #expect(SquareMatrix(rows: [[-3]]).symmetricEigendecomposition().values == [-3])
    #expect(SquareMatrix(size: 3) { _, _ in 0 }.symmetricEigendecomposition().values == [0, 0, 0])
    let (c, s) = jacobiRotation(pp: 1, qq: 1, pq: -2)
    #expect(abs(c - 0.5.squareRoot()) < 4e-15 && abs(abs(s) - 0.5.squareRoot()) < 4e-15)
    let tiny = jacobiRotation(pp: 0, qq: 1, pq: 1e-200)
    #expect(tiny.cosine == 1 && abs(tiny.sine) <= 1e-199)
  }

  @Test("Precision")
  func graded() throws {
    let matrix = SquareMatrix(rows: [[1, 1e-3, 1e-6], [1e-3, 1e-4, 1e-7], [1e-6, 1e-7, 1e-8]])
    let values = matrix.symmetricEigendecomposition().values
    try #require(values.count == 3)
    // The trace, and the sum of the principal minors of order 2.
    #expect(abs(values.reduce(0, +) - 1.000_100_01) < 1e-13)
    let minors = (1e-4 - 1e-6) + (1e-8 - 1e-12) + (1e-12 - 1e-14)
    #expect(abs(values[0] * values[1] + values[0] * values[2] + values[1] * values[2] - minors) < 1e-13)
  }
}

import Evaluation
import Tensors
import TestSupport
import Testing

/// Balls to the k-th neighbour, by hand and by counting in another way.
@Suite("8.6 Precision and recall", .exercise("8.6"))
struct Exercise8_6 {
  private let line: [[Double]] = [[0], [1], [3], [7]]

  @Test("Points on a line, by hand", arguments: [(1, [1.0, 1, 2, 4]), (2, [3, 2, 3, 6]), (3, [7, 6, 4, 7])])
  func radii(k: Int, expected: [Double]) throws {
    let found = neighbourRadii(of: line, k: k)
    try #require(found.count == 4, "\(found.count) radii for 4 points")
    let withItself: [Double] = k == 1 ? [0, 0, 0, 0] : k == 2 ? [1, 1, 2, 4] : [3, 2, 3, 6]
    #expect(
      found == expected,
      """
      for 0, 1, 3, 7 the neighbours number \(k) are at \(found) instead of \(expected): \
      \(found == withItself ? "a point is no neighbour of its own, so its distance of 0 does not count"
        : found == expected.map { $0 * $0 } ? "these are squared distances"
        : "sort each point's distances to the others")
      """)
  }

  @Test("Distances in the plane; another point at the same place is a neighbour")
  func plane() throws {
    let found = neighbourRadii(of: [[0, 0], [3, 4], [3, 4], [0, 1]], k: 1)
    try #require(found.count == 4)
    #expect(
      found == [1, 0, 0, 1],
      "\(found) instead of [1, 0, 0, 1]: the second and third point are each other's nearest neighbour, at a distance of 0"
    )
    let second = neighbourRadii(of: [[0, 0], [3, 4], [3, 4], [0, 0]], k: 2)
    #expect(second == [5, 5, 5, 5], "\(second): from (0, 0) to (3, 4) it is √(3² + 4²) = 5, not 7 and not 25")
  }

  @Test("What is covered")
  func covered() {
    let centres: [[Double]] = [[0], [10]]
    #expect(
      coverage(of: [[0.5], [5], [9], [20]], centres: centres, radii: [1, 2]) == 0.5,
      "0.5 lies in the ball around 0, 9 in the one around 10, 5 and 20 in none: 2 of 4")
    #expect(
      coverage(of: [[1], [12], [8]], centres: centres, radii: [1, 2]) == 1,
      "what lies on a ball's surface belongs to it")
    #expect(
      coverage(of: [[0], [10.5]], centres: centres, radii: [0, 0.25]) == 0.5,
      "a ball with the radius 0 holds its centre, and each centre has a radius of its own")
    #expect(
      coverage(of: [[0]], centres: [[0], [0.1], [0.2]], radii: [1, 1, 1]) == 1, "a point in three balls is one point")
    #expect(coverage(of: [[0]], centres: centres, radii: [1]).isNaN, "two balls have two radii")
  }

  /// Three clusters at 0, 100 and 200, of four points each.
  private let clusters = Tensor([0, 1, 2, 3, 100, 101, 102, 103, 200, 201, 202, 203], shape: [12, 1])

  @Test("One mode of three: all could be real, and a third of what is real can be made")
  func modeCollapse() throws {
    let generated = Tensor([0.5, 1.5, 2.5, 1, 2], shape: [5, 1])
    let found = try precisionAndRecall(generated: generated, real: clusters, k: 2)
    #expect(
      !(found.precision < 0.5 && found.recall == 1),
      "precision \(found.precision) and recall \(found.recall) are exchanged: precision asks about the generated images"
    )
    #expect(found.precision == 1, "each of the generated lies in a real one's ball: not \(found.precision)")
    #expect(
      found.recall == 4.0 / 12,
      "4 of 12 real ones lie in the balls around generated ones: not \(found.recall). Recall has balls around the generated"
    )
  }

  @Test("All modes and as much that is none: half could be real, and all that is real can be made")
  func noise() throws {
    let generated = Tensor(
      [0, 1, 2, 3, 100, 101, 102, 103, 200, 201, 202, 203].flatMap { [$0, $0 + 50] }, shape: [24, 1])
    let found = try precisionAndRecall(generated: generated, real: clusters, k: 3)
    #expect(
      found.precision == 0.5 && found.recall == 1,
      "precision \(found.precision) and recall \(found.recall), where half lie in balls around real ones, and all are met"
    )
  }

  @Test("Exchanged sets exchange precision and recall; equal sets have all", arguments: [1, 3, 5])
  func exchange(k: Int) throws {
    var generator = RandomGenerator(seed: 7, stream: UInt64(k))
    let (a, b) = (Tensor.normal([30, 2], using: &generator), Tensor.normal([20, 2], using: &generator) * 0.5)
    let there = try precisionAndRecall(generated: a, real: b, k: k)
    let back = try precisionAndRecall(generated: b, real: a, k: k)
    #expect(
      there.precision == back.recall && there.recall == back.precision,
      "precision of one is recall of the other: balls around real ones there, around generated ones here")
    let same = try precisionAndRecall(generated: a, real: a, k: k)
    #expect(same.precision == 1 && same.recall == 1, "each point lies in its own ball")
  }

  @Test("What does not fit is an error")
  func errors() throws {
    let three = Tensor([0, 1, 2], shape: [3, 1])
    #expect(throws: Fault.self, "3 points have no third neighbour") {
      try precisionAndRecall(generated: three, real: three)
    }
    #expect(throws: Fault.self, "k begins at 1") { try precisionAndRecall(generated: three, real: three, k: 0) }
    #expect(throws: Fault.self, "features of 1 and of 2 numbers") {
      try precisionAndRecall(generated: three, real: .ones([3, 2]), k: 1)
    }
    #expect(
      try precisionAndRecall(generated: three, real: three, k: 2).recall == 1, "3 points have two neighbours each")
  }
}

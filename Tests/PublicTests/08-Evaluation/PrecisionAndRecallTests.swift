import Evaluation
import Tensors
import TestSupport
import Testing

/// Balls to the k-th neighbor, by hand and by counting in another way.
@Suite("8.6 Precision and recall", .exercise("8.6"))
struct Exercise8_6 {
  /// The radii, once they are as many as the points.
  private func radii(_ points: [[Double]], k: Int) throws -> [Double] {
    let found = neighborRadii(of: points, k: k)
    try #require(
      found.count == points.count, "each point has a radius: yours are \(found.count) instead of \(points.count)")
    return found
  }

  @Test("Points on a line, by hand")
  func radii() throws {
    // The distances from 0 are 1, 3, 7; from 1 they are 1, 2, 6; from 3 they are 2, 3, 4; from 7 they are 4, 6, 7.
    let found = try (1...3).flatMap { try radii([[0], [1], [3], [7]], k: $0) }
    let right: [Double] = [1, 1, 2, 4] + [3, 2, 3, 6] + [7, 6, 4, 7]
    #expect(
      found == right,
      likelyMistake(
        found, insteadOf: right,
        [
          "a point is no neighbor of its own, so its distance of 0 does not count":
            [0, 0, 0, 0] + [1, 1, 2, 4] + [3, 2, 3, 6],
          "these are squared distances": right.map { $0 * $0 },
          "the largest distance is the first, where the smallest is to be": [7, 6, 4, 7] + [3, 2, 3, 6] + [1, 1, 2, 4],
          "these are the nearest neighbors, whatever k": [1, 1, 2, 4] + [1, 1, 2, 4] + [1, 1, 2, 4],
          "these are the farthest neighbors, whatever k": [7, 6, 4, 7] + [7, 6, 4, 7] + [7, 6, 4, 7],
        ], otherwise: "the k-th smallest of a point's distances to the others is its radius"
      ).about("the points 0, 1, 3, 7 with k = 1, then k = 2, then k = 3"))
  }

  @Test("Distances in the plane; another point at the same place is a neighbor")
  func plane() throws {
    let found = try radii([[0, 0], [3, 4], [3, 4], [0, 1]], k: 1)
    #expect(
      found == [1, 0, 0, 1],
      likelyMistake(
        found, insteadOf: [1, 0, 0, 1],
        [
          "every distance of 0 is left out, and with it the other point at the same place; only a point itself is no neighbor":
            [1, 18.0.squareRoot(), 18.0.squareRoot(), 1],
          "a point is no neighbor of its own, so its distance of 0 does not count": [0, 0, 0, 0],
        ], otherwise: "the second and third point are each other's nearest neighbor, at a distance of 0"
      ).about("the points (0, 0), (3, 4), (3, 4), (0, 1) with k = 1"))
    let second = try radii([[0, 0], [3, 4], [3, 4], [0, 0]], k: 2)
    #expect(
      second == [5, 5, 5, 5],
      likelyMistake(
        second, insteadOf: [5, 5, 5, 5],
        [
          "these are sums of differences; a distance is the root of the sum of their squares": [7, 7, 7, 7],
          "these are squared distances": [25, 25, 25, 25],
          "a point is no neighbor of its own, so its distance of 0 does not count": [0, 0, 0, 0],
        ], otherwise: "from (0, 0) to (3, 4) it is √(3² + 4²)"
      ).about("the points (0, 0), (3, 4), (3, 4), (0, 0) with k = 2"))
  }

  @Test("Far from the origin distances are what they are")
  func farAway() throws {
    let far = 1e8
    let found = try radii([[far], [far + 1], [far + 3], [far + 7]], k: 1)
    #expect(
      found == [1, 1, 2, 4],
      likelyMistake(
        found, insteadOf: [1, 1, 2, 4], [:],
        otherwise: "a² + b² − 2 a b loses the digits that count where features are large: use `distance(_:_:)`"
      ).about("10⁸ and 1, 3 and 7 more"))
    let inside = (0..<40).map { [far + Double($0) / 20] }
    let covered = coverage(of: inside, centers: [[far - 0.25]], radii: [1.25])
    #expect(
      covered == 21 / 40.0,
      "of 10⁸, 10⁸ + 0.05, … those up to 10⁸ + 1 lie within 1.25 of 10⁸ − 0.25; distances from a² + b² − 2 a b lose these digits: yours is \(covered) instead of 21/40"
    )
  }

  @Test("What is covered")
  func covered() {
    let centers: [[Double]] = [[0], [10]]
    // 0.5 lies in the ball around 0, 9 in the one around 10, 5 and 20 in none. Then: 1, 12 and 8 all lie on surfaces. Then: a
    // ball with the radius 0 holds its center, and 10.5 is beyond 0.25. Then: a point that lies in three balls is one point.
    let found = [
      coverage(of: [[0.5], [5], [9], [20]], centers: centers, radii: [1, 2]),
      coverage(of: [[1], [12], [8]], centers: centers, radii: [1, 2]),
      coverage(of: [[0], [10.5]], centers: centers, radii: [0, 0.25]),
      coverage(of: [[0]], centers: [[0], [0.1], [0.2]], radii: [1, 1, 1]),
    ]
    #expect(
      found == [0.5, 1, 0.5, 1],
      likelyMistake(
        found, insteadOf: [0.5, 1, 0.5, 1],
        [
          "what lies on a ball's surface belongs to it": [0.5, 0, 0, 1],
          "these are numbers of points; the fraction is wanted": [2, 3, 1, 1],
          "whole numbers are divided, which cuts a half down to 0": [0, 1, 0, 1],
          "a point in three balls is one point": [0.5, 1, 0.5, 3],
          "one ball is enough; a point need not lie in all of them": [0, 0, 0, 1],
          "all balls got the first one's radius; each has its own": [0.5, 1.0 / 3, 0.5, 1],
          "these are the fractions of the balls that hold a point": [1, 1, 0.5, 1],
          "this is what is not covered": [0.5, 0, 0.5, 0],
        ], otherwise: "a point is covered where its distance from some center is no more than that center's radius"
      ).about(
        "0.5, 5, 9, 20 and then 1, 12, 8 in balls around 0 and 10 of radii 1 and 2; 0, 10.5 in such of 0 and 0.25; 0 in three balls"
      ))
    let odd = coverage(of: [[0]], centers: centers, radii: [1])
    #expect(odd.isNaN, "two balls have two radii, so with one there is no coverage: yours is \(odd) instead of NaN")
  }

  @Test("Each ball has its own radius, and a farther, larger one counts as well as the nearest")
  func unequalBalls() {
    // Of radii 1 and 8 around 0 and 10: 4 lies in the second alone, −5 and 1.5 in none. Of radius 3 around 0: 2 and 2.5 do, 4 does not.
    let found = [
      coverage(of: [[4], [-5], [1.5]], centers: [[0], [10]], radii: [1, 8]),
      coverage(of: [[2], [2.5], [4]], centers: [[0]], radii: [3]),
    ]
    let beside = coverage(of: [[1 + 1e-9], [1]], centers: [[0]], radii: [1])
    #expect(
      beside == 0.5,
      "of 1 + 10⁻⁹ and 1 the second lies in the ball of radius 1 around 0; nothing is added to a radius: yours is \(beside) instead of 0.5"
    )
    #expect(
      found == [1.0 / 3, 2.0 / 3],
      likelyMistake(
        found, insteadOf: [1.0 / 3, 2.0 / 3],
        [
          "only the nearest center's ball, or only the first, is looked at; 4 lies in the larger one around 10": [
            0, 2.0 / 3,
          ],
          "all balls got the largest radius; each has its own": [1, 2.0 / 3],
          "squared distances are compared with radii": [0, 0],
          "distances are compared with squared radii": [1, 1],
        ], otherwise: "4 lies in the ball of radius 8 around 10; −5 and 1.5 lie in none; 2 and 2.5 are within 3 of 0"
      ).about("4, −5, 1.5 in balls around 0 and 10 of radii 1 and 8; 2, 2.5, 4 in one around 0 of radius 3"))
  }

  /// Three clusters at 0, 100 and 200, of four points each.
  private let clusters = Tensor([0, 1, 2, 3, 100, 101, 102, 103, 200, 201, 202, 203], shape: [12, 1])

  /// Whether `coverage` and `neighborRadii` are right as far as this suite asks, so that what is wrong is in what puts them
  /// together.
  private func balls() -> Bool {
    neighborRadii(of: [[0], [1], [3], [7]], k: 2) == [3, 2, 3, 6]
      && coverage(of: [[1], [12], [5], [20]], centers: [[0], [10]], radii: [1, 2]) == 0.5
  }

  @Test("One mode of three: all could be real, and a third of what is real can be made")
  func modeCollapse() throws {
    let generated = Tensor([0.5, 1.5, 2.5, 1, 2], shape: [5, 1])
    let found = try precisionAndRecall(generated: generated, real: clusters, k: 2)
    #expect(
      found.precision == 1 && found.recall == 4.0 / 12,
      likelyMistake(
        [found.precision, found.recall], insteadOf: [1, 4.0 / 12],
        [
          "precision and recall are exchanged: precision asks about the generated images": [4.0 / 12, 1],
          """
          everything is covered: either each set is asked about balls around itself (recall has balls around the generated \
          images, precision around the real), or the balls are too large
          """: [1, 1],
        ],
        otherwise: balls()
          ? "all of the generated images lie in balls around real ones, and 4 of 12 real ones in balls around generated ones"
          : "radii or coverage are not right yet: see to these first", names: "precision and recall"))
  }

  @Test("All modes and as much that is none: half could be real, and all that is real can be made")
  func noise() throws {
    let generated = Tensor(
      [0, 1, 2, 3, 100, 101, 102, 103, 200, 201, 202, 203].flatMap { [$0, $0 + 50] }, shape: [24, 1])
    let found = try precisionAndRecall(generated: generated, real: clusters, k: 3)
    #expect(
      found.precision == 0.5 && found.recall == 1,
      likelyMistake(
        [found.precision, found.recall], insteadOf: [0.5, 1],
        [
          "precision and recall are exchanged: precision asks about the generated images": [1, 0.5],
          """
          everything is covered: either each set is asked about balls around itself (recall has balls around the generated \
          images, precision around the real), or the balls are too large
          """: [1, 1],
        ],
        otherwise: balls()
          ? "half of the generated images lie in balls around real ones, and all real ones in balls around generated ones"
          : "radii or coverage are not right yet: see to these first", names: "precision and recall"))
  }

  @Test("Exchanged sets exchange precision and recall; equal sets have all", arguments: [1, 3, 5])
  func exchange(k: Int) throws {
    var generator = RandomGenerator(seed: 7, stream: UInt64(k))
    let (a, b) = (Tensor.normal([30, 2], using: &generator), Tensor.normal([20, 2], using: &generator) * 0.5)
    let there = try precisionAndRecall(generated: a, real: b, k: k)
    let back = try precisionAndRecall(generated: b, real: a, k: k)
    #expect(
      there.precision == back.recall && there.recall == back.precision,
      """
      where the sets are exchanged, precision becomes recall and recall precision: yours go from \(Float(there.precision)) and \
      \(Float(there.recall)) to \(Float(back.precision)) and \(Float(back.recall))
      """)
    let same = try precisionAndRecall(generated: a, real: a, k: k)
    #expect(
      same.precision == 1 && same.recall == 1,
      "each point lies in its own ball, so of equal sets both are 1: yours are \(Float(same.precision)) and \(Float(same.recall))"
    )
  }

  @Test("What does not fit is an error")
  func errors() throws {
    let three = Tensor([0, 1, 2], shape: [3, 1])
    #expect(throws: Fault.self, "3 points have no third neighbor") {
      try precisionAndRecall(generated: three, real: three)
    }
    #expect(throws: Fault.self, "k begins at 1") { try precisionAndRecall(generated: three, real: three, k: 0) }
    #expect(throws: Fault.self, "features of 1 and of 2 numbers") {
      try precisionAndRecall(generated: three, real: .ones([3, 2]), k: 1)
    }
    let recall = try precisionAndRecall(generated: three, real: three, k: 2).recall
    #expect(recall == 1, "3 points have two neighbors each, and equal sets a recall of 1: yours is \(Float(recall))")
  }

  @Test("A ball's own k-th neighbor lies on its surface, whatever its distance")
  func surface() {
    // The root of 3, squared, is a little less than 3, that of 2 a little more.
    let neighbors: [[Double]] = [[1, 1, 1], [1, 1, 0], [2, 1, 1], [3, 1, 0], [2, 2, 3]]
    let found = neighbors.map { neighbor in
      coverage(of: [neighbor], centers: [[0, 0, 0]], radii: neighborRadii(of: [[0, 0, 0], neighbor], k: 1).suffix(1))
    }
    #expect(
      found == [1, 1, 1, 1, 1],
      likelyMistake(
        found, insteadOf: [1, 1, 1, 1, 1], [:],
        otherwise:
          "the radius is the distance to this point: compare distances as they are, for squares of roots are rounded"
      ).about("balls around (0, 0, 0) that reach to one point, which lies on the surface and belongs to it"))
  }
}

import Evaluation
import Tensors
import TestSupport
import Testing

/// Lines through points, and what is at their end: distances of infinitely many images.
@Suite("8.5 The bias of few images", .exercise("8.5"))
struct Exercise8_5 {
  @Test("Through points on a line goes that line")
  func exact() {
    let line = leastSquaresLine(through: [1.0, 2, 5, 7].map { (x: $0, y: 3 - 0.5 * $0) })
    #expect(abs(line.slope + 0.5) < 1e-14, "the slope is \(line.slope) instead of −1/2")
    #expect(
      abs(line.intercept - 3) < 1e-14,
      "at 0 it is \(line.intercept) instead of 3: the line goes through the mean of the points, (x̄, ȳ), not through (0, 0)"
    )
  }

  @Test("Through points that are not on a line, by hand")
  func byHand() {
    let points: [(x: Double, y: Double)] = [(0, 1), (1, 3), (2, 6), (3, 5), (4, 5)]
    // The means are 2 and 4, Σ (x − 2)(y − 4) = (−2)(−3) + (−1)(−1) + 0 · 2 + 1 · 1 + 2 · 1 = 10, and Σ (x − 2)² = 10.
    let line = leastSquaresLine(through: points)
    #expect(
      abs(line.slope - 1) < 1e-14 && abs(line.intercept - 2) < 1e-14,
      """
      \(line.intercept) + \(line.slope) · x instead of 2 + 1 · x. The line through the first and the last point would be 1 + 1 · x; \
      the slope 5/8 would be of x over y
      """)
  }

  @Test("Another order or another origin is no other line")
  func invariance() {
    let points = [(x: 0.1, y: 2.0), (x: 0.4, y: 2.5), (x: 0.7, y: 2.1), (x: 0.2, y: 3)]
    let line = leastSquaresLine(through: points)
    let reversed = leastSquaresLine(through: points.reversed())
    #expect(abs(line.intercept - reversed.intercept) < 1e-13, "the order of points does not count")
    let moved = leastSquaresLine(through: points.map { (x: $0.x + 10, y: $0.y + 5) })
    #expect(abs(moved.slope - line.slope) < 1e-11, "moving all points does not change the slope")
    #expect(
      abs(moved.intercept - (line.intercept + 5 - 10 * line.slope)) < 1e-10,
      "moved points have the line that moved along")
  }

  @Test("An excess of 6/n is taken away altogether")
  func excess() throws {
    // A distance that is 2 and falls with the number of rows exactly as 6/n.
    let features = Tensor.ones([240, 3])
    let found = try extrapolated(features, counts: [10, 20, 60, 240]) { 2 + 6 / Double($0.shape.first ?? 0) }
    let overCount = leastSquares([10, 20, 60, 240].map { ($0, 2 + 6 / $0) })
    let mistake =
      abs(found - overCount) < 1e-9
      ? "this is the line over n: take 1/n, at whose 0 there are infinitely many"
      : abs(found - 6) < 1e-9 ? "this is the slope, not the intercept" : "the points are (1/n, mean distance)"
    #expect(abs(found - 2) < 1e-12, "\(found) instead of 2: \(mistake)")
  }

  @Test("Groups do not overlap, and as many are used as there is room for")
  func groups() throws {
    // Row r holds the number r, so that a group tells which rows it has.
    let features = Tensor((0..<11).map { Float($0) }, shape: [11, 1])
    var seen: [Int: [[Float]]] = [:]
    _ = try extrapolated(features, counts: [3, 5]) { group in
      try group.checked()
      seen[group.shape[0], default: []].append(group.scalars)
      return 1
    }
    #expect(
      Set(seen.keys) == [3, 5],
      "groups have \(seen.keys.sorted()) rows, where 3 and 5 were asked for: cut the rows off evenly")
    #expect(
      seen[3]?.count == 3 && seen[5]?.count == 2,
      "11 rows have room for 3 groups of 3 and for 2 of 5, not for \(seen[3]?.count ?? 0) and \(seen[5]?.count ?? 0)")
    let rows = (seen[3] ?? []).flatMap(\.self)
    #expect(
      Set(rows).count == rows.count,
      "the rows \(rows) are the groups of 3: each row is in one group, or the groups are not apart")
    #expect(
      seen[3] == [[0, 1, 2], [3, 4, 5], [6, 7, 8]] || rows.count != 9, "groups are consecutive rows, from the first on")
  }

  @Test("The mean of the groups' distances belongs to n")
  func means() throws {
    let features = Tensor([1, 1, 2, 2, 6, 6, 7, 7], shape: [8, 1])
    // The first rows of the groups: of 2 rows 1, 2, 6, 7 with the mean 4, of 4 rows 1 and 6 with the mean 3.5.
    let found = try extrapolated(features, counts: [2, 4]) { Double($0.scalars.first ?? .nan) }
    // From (1/2, 4) and (1/4, 3.5) to 1/n = 0.
    #expect(
      abs(found - 3) < 1e-12,
      "\(found) instead of 3. With the sum in place of the mean it would be −2, with the first group alone 1: use all groups"
    )
  }

  @Test("Normal features, whose true distance is 0")
  func normal() throws {
    var generator = RandomGenerator(seed: 6)
    let features = Tensor.normal([3200, 3], using: &generator)
    let reference = FeatureStatistics(mean: [0, 0, 0], covariance: .identity(size: 3))
    let found = try extrapolatedFrechetDistance(of: features, to: reference, counts: [50, 100, 200])
    // The expected distance of n vectors is (d + d(d + 1)/4) / n + O(1/n²) = 6/n, 0.12 for 50. Over 1500 such sets of random
    // numbers (NumPy) the answer's mean was −0.0004 and its standard deviation 0.0046. Six of these: a false alarm in one of
    // 500 million, were it exactly normal.
    #expect(
      abs(found) < 0.0004 + 6 * 0.0046,
      "\(found) instead of 0: with 50 vectors the distance is about 0.12, with 200 about 0.03, and the line leads to 0")
  }

  @Test("Counts that are no counts are an error")
  func errors() throws {
    let features = Tensor.ones([10, 2])
    for counts in [[5], [5, 5], [5, 11], [1, 5], []] {
      #expect(throws: Fault.self, "\(counts) do not make a line") {
        try extrapolated(features, counts: counts) { _ in 1 }
      }
    }
    #expect(abs(try extrapolated(features, counts: [5, 10]) { _ in 1 } - 1) < 1e-12, "two counts do")
  }

  private func leastSquares(_ points: [(Double, Double)]) -> Double {
    let count = Double(points.count)
    let (x, y) = (points.reduce(0) { $0 + $1.0 } / count, points.reduce(0) { $0 + $1.1 } / count)
    let slope =
      points.reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / points.reduce(0) { $0 + ($1.0 - x) * ($1.0 - x) }
    return y - slope * x
  }
}

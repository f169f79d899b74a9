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
    let (found, right) = ([line.intercept, line.slope], [3, -0.5])
    // Σ x = 15, Σ y = 4.5, Σ x · y = 5.5, Σ x² = 79.
    let origin = 5.5 / 79
    #expect(
      zip(found, right).allSatisfy { abs($0 - $1) < 1e-14 },
      likelyMistake(
        found, insteadOf: right,
        [
          "intercept and slope have changed places": [-0.5, 3],
          "the slope is that of a line through (0, 0); this line goes through the mean of the points, (x̄, ȳ), not through (0, 0)":
            [1.125 - origin * 3.75, origin],
          "this is a line through (0, 0); it goes through the mean of the points, (x̄, ȳ), not through (0, 0)": [
            0, origin,
          ],
          "the slope is right, and the line goes through (0, 0), not through the mean of the points": [0, -0.5],
          "the intercept is ȳ; take the slope times x̄ from it": [1.125, -0.5],
          "the slope times x̄ is added to ȳ; it is to be taken from it": [1.125 - 0.5 * 3.75, -0.5],
        ], otherwise: "the line is 3 − x/2", names: "intercept and slope"))
  }

  @Test("Through points that are not on a line, by hand")
  func byHand() {
    let points: [(x: Double, y: Double)] = [(0, 2), (1, 3), (2, 6), (3, 5), (4, 9)]
    // The means are 2 and 5, Σ (x − 2)(y − 5) = (−2)(−3) + (−1)(−2) + 0 · 1 + 1 · 0 + 2 · 4 = 16, and Σ (x − 2)² = 10.
    let line = leastSquaresLine(through: points)
    let found = [line.intercept, line.slope]
    /// The line of a slope that goes through the points' mean.
    func throughMean(_ slope: Double) -> [Double] { [5 - 2 * slope, slope] }
    let right = throughMean(1.6)
    // Σ x · y = 66, Σ x² = 30, Σ (y − 5)² = 30; the slope from the first to the last point is 7/4.
    #expect(
      zip(found, right).allSatisfy { abs($0 - $1) < 1e-14 },
      likelyMistake(
        found, insteadOf: right,
        [
          "intercept and slope have changed places": [1.6, 1.8],
          "this is the line through the first and the last point; all points count": [2, 1.75],
          "the slope is that from the first to the last point; all points count": throughMean(1.75),
          "the slope is that of x over y: divide by Σ (x − x̄)²": throughMean(16.0 / 30),
          "the slope is upside down": throughMean(10.0 / 16),
          "the slope is that of a line through (0, 0): the means are to be taken away": throughMean(66.0 / 30),
          "this is a line through (0, 0); it goes through the mean of the points, (x̄, ȳ)": [0, 66.0 / 30],
          "the intercept is ȳ; take the slope times x̄ from it": [5, 1.6],
        ],
        otherwise: "the line is 1.8 + 1.6 x: the slope is Σ (x − x̄)·(y − ȳ) / Σ (x − x̄)², and it goes through (2, 5)",
        names: "intercept and slope"))
  }

  @Test("Another order or another origin is no other line")
  func invariance() {
    let points = [(x: 0.1, y: 2.0), (x: 0.4, y: 2.5), (x: 0.7, y: 2.1), (x: 0.2, y: 3)]
    let line = leastSquaresLine(through: points)
    let reversed = leastSquaresLine(through: points.reversed())
    #expect(
      abs(line.intercept - reversed.intercept) < 1e-13,
      "the order of points does not count: the intercept of yours is \(reversed.intercept) instead of \(line.intercept)"
    )
    let moved = leastSquaresLine(through: points.map { (x: $0.x + 10, y: $0.y + 5) })
    #expect(
      abs(moved.slope - line.slope) < 1e-11,
      "moving all points does not change the slope: that of yours is \(Float(moved.slope)) instead of \(Float(line.slope))"
    )
    let far = leastSquaresLine(through: points.map { (x: $0.x + 1e6, y: $0.y) })
    // The points have ten digits behind the comma left. Sums of products of x, 10¹², have none of those that count.
    #expect(
      agree(far.slope, line.slope, relative: 1e-6),
      "where x is large beside its differences, sums of x² and x · y lose the digits that count: take the means away first (the slope of yours is \(Float(far.slope)) instead of \(Float(line.slope)))"
    )
    let intercept = line.intercept + 5 - 10 * line.slope
    #expect(
      abs(moved.intercept - intercept) < 1e-10,
      "moved points have the line that moved along: the intercept of yours is \(Float(moved.intercept)) instead of \(Float(intercept))"
    )
  }

  /// What is said where the student's own line through the right points is the answer, and wrong.
  private let lineFirst = "the points are right, but not yet the line through them: see to that first"

  @Test("An excess of 6/n is taken away altogether")
  func excess() throws {
    // A distance that is 2 and falls with the number of rows exactly as 6/n.
    let features = Tensor.ones([240, 3])
    let counts = [10, 20, 60, 240]
    let found = try extrapolated(features, counts: counts) { 2 + 6 / Double($0.shape.first ?? 0) }
    let points = counts.map { (x: 1 / Double($0), y: 2 + 6 / Double($0)) }
    // Of right points, the student's own line.
    let own = leastSquaresLine(through: points).intercept
    #expect(
      abs(found - 2) < 1e-12,
      likelyMistake(
        found, insteadOf: 2,
        [
          lineFirst: own,
          "this is the line over n: take 1/n, at whose 0 there are infinitely many": leastSquares(
            counts.map { (Double($0), 2 + 6 / Double($0)) }),
          "this is the slope, not the intercept": 6,
          "this is the mean of the distances; a line through them leads further": points.reduce(0) { $0 + $1.y } / 4,
          "this is the distance of the most images; a line leads further": 2.025,
        ], within: 1e-9, otherwise: "the points are (1/n, mean distance), and the answer is the line's height at 0"))
  }

  @Test("Groups do not overlap, and as many are used as there is room for")
  func groups() throws {
    // Row r holds the number r, so that a group tells which rows it has.
    let features = Tensor((0..<13).map { Float($0) }, shape: [13, 1])
    var seen: [Int: [[Int]]] = [:]
    _ = try extrapolated(features, counts: [3, 5]) { group in
      try group.checked()
      seen[group.shape.first ?? 0, default: []].append(group.scalars.map { Int($0) })
      return 1
    }
    try #require(
      Set(seen.keys) == [3, 5],
      "groups of 3 and of 5 rows are asked for, and no larger ones: what is left at the end is not used: yours have \(seen.keys.sorted()) rows instead of [3, 5]"
    )
    // In whatever order they are taken.
    let (threes, fives) = ((seen[3] ?? []).sorted { $0[0] < $1[0] }, seen[5] ?? [])
    #expect(
      threes == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]],
      """
      \(Set(threes.joined()).count < threes.joined().count
        ? "each row is in one group; these overlap"
        : threes.count != 4
          ? "13 rows have room for 4 groups of 3"
          : "groups are consecutive rows, from the first on"): yours are \(threes) instead of [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]
      """)
    #expect(
      fives.count == 2, "13 rows have room for 2 groups of 5: yours are \(fives.count) instead of 2")
  }

  @Test("The mean of the groups' distances belongs to n")
  func means() throws {
    let features = Tensor([1, 1, 2, 2, 6, 6, 7, 7], shape: [8, 1])
    // The first rows of the groups: of 2 rows 1, 2, 6, 7 with the mean 4, of 4 rows 1 and 6 with the mean 3.5.
    let found = try extrapolated(features, counts: [2, 4]) { Double($0.scalars.first ?? .nan) }
    // From (1/2, 4) and (1/4, 3.5) to 1/n = 0.
    #expect(
      abs(found - 3) < 1e-12,
      likelyMistake(
        found, insteadOf: 3,
        [
          lineFirst: leastSquaresLine(through: [(0.5, 4), (0.25, 3.5)]).intercept,
          "the sum of the groups' distances stands in place of the mean": -2,
          "only the first group's distance counts: use all groups": 1,
          "only the last group's distance counts: use all groups": 5,
          "this is the mean of the distances; a line through those of each n leads further": 3.75,
        ], within: 1e-9, otherwise: "from the means 4 of groups of 2 and 3.5 of groups of 4 the line leads to 3"))
  }

  @Test("Three counts whose means are on no line, and a limit below 0")
  func offTheLine() throws {
    let features = Tensor.ones([16, 1])
    // At 1/2, 1/4 and 1/8 the means are 3, 1 and 0.5: Σ (x − x̄)(y − ȳ) = 0.5 and Σ (x − x̄)² = 7/96, so the slope is 48/7.
    let means = [2: 3.0, 4: 1, 8: 0.5]
    let found = try extrapolated(features, counts: [2, 4, 8]) { means[$0.shape.first ?? 0] ?? .nan }
    let points = [(x: 0.5, y: 3.0), (x: 0.25, y: 1), (x: 0.125, y: 0.5)]
    #expect(
      abs(found + 0.5) < 1e-12,
      likelyMistake(
        found, insteadOf: -0.5,
        [
          lineFirst: leastSquaresLine(through: points).intercept,
          "either what is below 0 was made 0, or this is the line through the last two points; all points count": 0,
          "this is the line through the first and the last point; all points count": 0.5 - 0.125 * 20 / 3,
          "each group makes a point, so that small counts weigh more; each count makes one, of its groups' mean":
            leastSquares([2, 4, 8].flatMap { n in (0..<16 / n).map { _ in (1 / Double(n), means[n] ?? .nan) } }),
          "this is the magnitude; where the line leads, it leads": 0.5,
        ], within: 1e-9, otherwise: "the line through (1/2, 3), (1/4, 1) and (1/8, 1/2) is at −1/2 for 1/n = 0"))
  }

  @Test("Normal features, whose true distance is 0")
  func normal() throws {
    var generator = RandomGenerator(seed: 6)
    let features = Tensor.normal([3200, 3], using: &generator)
    let reference = FeatureStatistics(mean: [0, 0, 0], covariance: .identity(size: 3))
    let counts = [50, 100, 200]
    let found = try extrapolatedFrechetDistance(of: features, to: reference, counts: counts)
    // Right groups and a right line, and the distances as they are.
    let means = try counts.map { count in
      let distances = try (0..<3200 / count).map {
        frechetDistance(try FeatureStatistics(of: features.sliced(axis: 0, $0 * count..<($0 + 1) * count)), reference)
      }
      return (x: 1 / Double(count), y: distances.reduce(0, +) / Double(distances.count))
    }
    let (own, ownLine) = (leastSquares(means.map { ($0.x, $0.y) }), leastSquaresLine(through: means).intercept)
    let distancesFirst =
      "this is what right groups and a right line give with your distances, which are not right: see to 8.1, 8.3 and 8.4 first"
    // The expected distance of n vectors is (d + d(d + 1)/4) / n + O(1/n²) = 6/n, 0.12 for 50. Over 1500 such sets of random
    // numbers (NumPy) the answer's mean was −0.0004 and its standard deviation 0.0046. Six of these: a false alarm in one of
    // 500 million, were it exactly normal.
    #expect(
      abs(found) < 0.0004 + 6 * 0.0046,
      likelyMistake(
        found, insteadOf: 0, [distancesFirst: own, lineFirst: abs(own) < 0.028 ? ownLine : .nan],
        otherwise: own.isNaN
          ? "the groups' distances are NaN: see to 8.1, 8.3 and 8.4 first"
          : "with 50 vectors the distance is about 0.12, with 200 about 0.03, and the line leads to about 0"))
  }

  @Test("Counts that are no counts are an error")
  func errors() throws {
    let features = Tensor.ones([10, 2])
    for counts in [[5], [5, 5], [5, 11], [1, 5], []] {
      #expect(throws: Fault.self, "\(counts) do not make a line") {
        try extrapolated(features, counts: counts) { _ in 1 }
      }
    }
    let found = try extrapolated(features, counts: [5, 10]) { _ in 1 }
    #expect(
      abs(found - 1) < 1e-12,
      "two counts do, and a distance of 1 for both leads to 1: yours is \(Float(found)) instead of 1")
  }

  private func leastSquares(_ points: [(Double, Double)]) -> Double {
    let n = Double(points.count)
    let (x, y) = (points.reduce(0) { $0 + $1.0 } / n, points.reduce(0) { $0 + $1.1 } / n)
    let slope =
      points.reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / points.reduce(0) { $0 + ($1.0 - x) * ($1.0 - x) }
    return y - slope * x
  }

  @Test("An error of a distance is passed on, and a count that is named twice counts twice")
  func errorsAndRepeats() throws {
    let features = Tensor.ones([16, 1])
    #expect(throws: Fault("inside"), "what a distance throws must not be left out") {
      try extrapolated(features, counts: [2, 4]) { group in
        if group.shape[0] == 4 { throw Fault("inside") }
        return 1
      }
    }
    let means = [2: 3.0, 4: 1, 8: 0.5]
    let found = try extrapolated(features, counts: [2, 2, 4, 8]) { means[$0.shape.first ?? 0] ?? .nan }
    let right = leastSquares([(0.5, 3), (0.5, 3), (0.25, 1), (0.125, 0.5)])
    #expect(
      abs(found - right) < 1e-12,
      "2 is named twice and makes two points of the line: yours leads to \(found) instead of \(right)")
  }

  @Test("Large counts lie near each other over 1/n, and have a slope all the same")
  func largeCounts() {
    let points = [20_000.0, 30_000, 60_000].map { (x: 1 / $0, y: 2 + 6 / $0) }
    let line = leastSquaresLine(through: points)
    // y is rounded to 2e-16, over differences of 1e-5.
    #expect(
      agree(line.slope, 6, relative: 1e-9) && agree(line.intercept, 2, relative: 1e-12),
      likelyMistake(
        [line.intercept, line.slope], insteadOf: [2, 6], [:],
        otherwise: line.slope == 0
          ? "points that are near each other have a slope too: only where all x are the same there is none"
          : "the line through 2 + 6/n is 2 + 6 x", names: "intercept and slope"
      ).about("n = 20,000, 30,000 and 60,000"))
  }
}

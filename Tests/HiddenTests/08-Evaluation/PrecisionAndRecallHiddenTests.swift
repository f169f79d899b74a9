import Evaluation
import Tensors
import TestSupport
import Testing

/// Balls around random points, counted in another way.
@Suite("8.6 Precision and recall", .exercise("8.6"))
struct Hidden8_6 {
  private func points(_ count: Int, width: Int, seed: UInt64) -> [[Double]] {
    var generator = RandomGenerator(seed: seed)
    return (0..<count).map { _ in (0..<width).map { _ in Double(generator.normal()) } }
  }

  private func squared(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  @Test("Other inputs", arguments: [1, 2, 4, 9])
  func radii(k: Int) throws {
    let points = points(10, width: 3, seed: 815)
    let found = neighborRadii(of: points, k: k)
    try #require(found.count == 10)
    for (index, radius) in found.enumerated() {
      // So many others lie inside the ball or on its surface, and one fewer strictly inside.
      let squares = points.indices.filter { $0 != index }.map { squared(points[index], points[$0]) }
      #expect(squares.count { $0 <= radius * radius * (1 + 1e-12) } == k)
      #expect(squares.count { $0 < radius * radius * (1 - 1e-12) } == k - 1)
    }
  }

  @Test("Other inputs")
  func coverageByCounting() {
    let (points, centers) = (points(60, width: 2, seed: 816), points(15, width: 2, seed: 817))
    let radii = centers.indices.map { 0.05 * Double($0) }
    var count = 0
    for point in points {
      var isCovered = false
      for (center, radius) in zip(centers, radii) where squared(point, center) <= radius * radius { isCovered = true }
      if isCovered { count += 1 }
    }
    #expect(coverage(of: points, centers: centers, radii: radii) == Double(count) / 60)
  }

  @Test("Together with other exercises", arguments: [1, 3])
  func definition(k: Int) throws {
    let (images, examples) = (points(25, width: 4, seed: 818), points(40, width: 4, seed: 819))
    let tensor = { (rows: [[Double]]) in Tensor(rows.flatMap(\.self).map { Float($0) }, shape: [rows.count, 4]) }
    let found = try precisionAndRecall(generated: tensor(images), real: tensor(examples), k: k)
    let expected = { (points: [[Double]], centers: [[Double]]) in
      let balls = centers.map { center in centers.map { self.squared(center, $0) }.sorted()[k] }
      return Double(points.count { point in zip(centers, balls).contains { self.squared(point, $0) <= $1 } })
        / Double(points.count)
    }
    #expect(found.precision == expected(images, examples))
    #expect(found.recall == expected(examples, images))
  }

  @Test("Edge cases")
  func apart() throws {
    let near = Tensor((0..<20).map { Float($0) }, shape: [10, 2])
    let found = try precisionAndRecall(generated: near + 1000, real: near)
    #expect(found.precision == 0 && found.recall == 0)
    let collapsed = try precisionAndRecall(generated: .ones([5, 2]), real: near, k: 2)
    #expect(collapsed.recall == 0 && collapsed.precision == 1)
    #expect(neighborRadii(of: [[0], [0], [0]], k: 2) == [0, 0, 0])
  }

  @Test("Bad input")
  func errors() throws {
    let five = Tensor((0..<10).map { Float($0) }, shape: [5, 2])
    #expect(throws: Fault.self) { try precisionAndRecall(generated: five, real: five, k: 5) }
    #expect(throws: Fault.self) { try precisionAndRecall(generated: five, real: five, k: -1) }
    #expect(throws: Fault.self) { try precisionAndRecall(generated: .ones([5]), real: five, k: 1) }
    #expect(throws: Fault("x")) { try precisionAndRecall(generated: five, real: Tensor(fault: Fault("x")), k: 1) }
    #expect(try precisionAndRecall(generated: five, real: five, k: 4).precision == 1)
  }
}

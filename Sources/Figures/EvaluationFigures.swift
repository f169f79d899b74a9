import Evaluation
import Foundation
import Images
import Tensors

/// Chapter 8: scores.
extension Figure {
  static let evaluation = [frechetBias, precisionRecall]

  private static let frechetBias = Figure("frechet-bias", "The Fréchet distance of few samples") {
    // Standard normal features, of which the true distance is 0; each distance is a mean over some pairs of sets.
    var generator = RandomGenerator(seed: 1)
    let width = 16
    let reference = FeatureStatistics(mean: [Double](repeating: 0, count: width), covariance: .identity(size: width))
    let points = try [20, 25, 33, 50, 100, 200, 400, 800].map { count -> LineChart.Point in
      let distances = try (0..<20).map { _ in
        frechetDistance(try FeatureStatistics(of: .normal([count, width], using: &generator)), reference)
      }
      return .init(x: 1 / Double(count), y: distances.reduce(0, +) / 20)
    }
    let line = leastSquaresLine(through: points.suffix(4).map { ($0.x, $0.y) })
    return LineChart(
      title: "Fréchet distance of n samples from their own distribution, 16 features", xLabel: "1 / n",
      yLabel: "distance",
      series: [
        .init("measured", points: points),
        .init(
          "a line through the four largest n",
          points: [0, 0.05].map { .init(x: $0, y: line.intercept + line.slope * $0) }),
      ])
  }

  private static let precisionRecall = Figure(
    "precision-recall", "Points in the plane with their balls: high precision and low recall, and the reverse"
  ) { _ in
    var canvas = Canvas(width: 552, height: 360, title: "Balls around real points (blue); generated points (orange)")
    canvas.text(canvas.title, at: .init(24, 32), size: 15, isBold: true)
    var generator = RandomGenerator(seed: 6)
    func cloud(_ count: Int, center: SIMD2<Double>, deviation: Double) -> [[Double]] {
      (0..<count).map { _ in
        [center.x + deviation * Double(generator.normal()), center.y + deviation * Double(generator.normal())]
      }
    }
    let real = cloud(60, center: .zero, deviation: 1)
    for (column, (title, generated)) in [
      ("few forms, all good", cloud(60, center: SIMD2(0.5, 0.4), deviation: 0.25)),
      ("all forms, many bad", cloud(60, center: .zero, deviation: 1.9)),
    ].enumerated() {
      let corner = Canvas.Place(24 + Double(column) * 264, 72)
      let panel = Panel(corner: corner, size: .init(240, 240), x: -4...4, y: -4...4)
      canvas.rectangle(corner, size: panel.size, stroke: .light)
      for (point, radius) in zip(real, neighbourRadii(of: real, k: 3)) {
        canvas.circle(panel.place(SIMD2(point[0], point[1])), radius: radius * 30, .blue, opacity: 0.07)
      }
      for point in real { canvas.circle(panel.place(SIMD2(point[0], point[1])), radius: 2.5, .blue) }
      for point in generated where abs(point[0]) < 4 && abs(point[1]) < 4 {
        canvas.circle(panel.place(SIMD2(point[0], point[1])), radius: 2.5, .orange)
      }
      let scores = try precisionAndRecall(generated: tensor(generated), real: tensor(real), k: 3)
      canvas.text(title, at: corner - Canvas.Place(0, 10), .muted)
      canvas.text(
        String(format: "precision %.2f, recall %.2f", scores.precision, scores.recall),
        at: corner + Canvas.Place(0, 262))
    }
    return .vector(canvas.svg)
  }

  private static func tensor(_ points: [[Double]]) -> Tensor {
    Tensor(points.flatMap { $0.map(Float.init) }, shape: [points.count, points.first?.count ?? 0])
  }
}

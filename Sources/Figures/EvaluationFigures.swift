import Evaluation
import Foundation
import Images
import Reports
import Tensors
import Training

/// Chapter 8: scores.
extension Figure {
  static let evaluation = [featureClouds, frechetBias, precisionRecall]

  private static let featureClouds = Figure(
    "feature-clouds",
    "Features of digits of MNIST (blue), of the model's digits (orange) and of noise (green), along two directions",
    needsMNIST: true
  ) { models in
    let (count, side) = (250, 28)
    var generator = RandomGenerator(seed: 3)
    let clouds: [(name: String, color: Canvas.Color, images: Tensor)] = [
      ("noise", .green, Tensor.normal([count, side, side, 1], using: &generator).clamped(to: -1...1)),
      ("the model's digits", .orange, try models.drawnDigits(count) * 2 - 1),
      ("digits of MNIST", .blue, try models.realDigits(count) * 2 - 1),
    ]
    guard case .classifier(let classifier) = try models.trained(.digitClassifier) else {
      throw Fault("\(ShippedModel.digitClassifier.name) is no classifier")
    }
    classifier.setTraining(false)
    let features = try clouds.map { try classifier.features(of: $0.images).checked() }
    // The two directions in which real digits differ most.
    let (mean, covariance) = try moments(of: features[2])
    let (values, vectors) = covariance.symmetricEigendecomposition()
    let chosen = values.indices.sorted { values[$0] > values[$1] }.prefix(2)
    let points = features.map { tensor in
      let scalars = tensor.scalars
      func coordinate(_ row: Int, along direction: Int) -> Double {
        mean.indices.reduce(0) {
          $0 + (Double(scalars[row * mean.count + $1]) - mean[$1]) * vectors[$1, direction]
        }
      }
      return (0..<count).map { SIMD2(coordinate($0, along: chosen[0]), coordinate($0, along: chosen[1])) }
    }
    func extent(_ coordinate: (SIMD2<Double>) -> Double) -> ClosedRange<Double> {
      let all = points.joined().map(coordinate)
      let (lowest, highest) = (all.min() ?? 0, all.max() ?? 1)
      let margin = (highest - lowest) / 20
      return lowest - margin...highest + margin
    }
    var canvas = Canvas(width: 472, height: 480, title: "Features of digits along two directions")
    let panel = Panel(corner: .init(24, 72), size: .init(424, 384), x: extent(\.x), y: extent(\.y))
    canvas.rectangle(panel.corner, size: panel.size, stroke: .light)
    for (index, cloud) in clouds.enumerated() {
      canvas.text(cloud.name, at: .init(24 + Double(2 - index) * 150, 58), cloud.color)
      for point in points[index] { canvas.circle(panel.place(point), radius: 3, cloud.color, opacity: 0.6) }
    }
    return .vector(canvas.svg)
  }

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
      let panel = canvas.panel(column: column, title: title, x: -4...4, y: -4...4)
      for (point, radius) in zip(real, neighborRadii(of: real, k: 3)) {
        canvas.circle(panel.place(SIMD2(point[0], point[1])), radius: radius * 30, .blue, opacity: 0.07)
      }
      for point in real { canvas.circle(panel.place(SIMD2(point[0], point[1])), radius: 2.5, .blue) }
      for point in generated where abs(point[0]) < 4 && abs(point[1]) < 4 {
        canvas.circle(panel.place(SIMD2(point[0], point[1])), radius: 2.5, .orange)
      }
      let scores = try precisionAndRecall(generated: tensor(generated), real: tensor(real), k: 3)
      canvas.text(
        String(format: "precision %.2f, recall %.2f", scores.precision, scores.recall),
        at: panel.corner + Canvas.Place(0, 262))
    }
    return .vector(canvas.svg)
  }

  private static func tensor(_ points: [[Double]]) -> Tensor {
    Tensor(points.flatMap { $0.map(Float.init) }, shape: [points.count, points.first?.count ?? 0])
  }
}

import Datasets
import Images
import Reports
import Tensors
import Training

/// Chapter 8: whether a model repeats the images that it was trained with.
extension Figure {
  static let repetition = [nearestDistances, nearestImages]

  private static let nearestDistances = Figure(
    "nearest-distances",
    "How far digits of the model and real ones that it has not seen are from the nearest training image",
    needsMNIST: true
  ) { models in
    let training = try models.realDigits(60_000, split: .train)
    let series = try [("the model's digits", models.drawnDigits(500)), ("test digits", models.realDigits(500))].map {
      name, images in
      let distances = nearest(to: images, in: training).map { $0.squaredDistance.squareRoot() }
      let mean = distances.reduce(0, +) / Float(distances.count)
      return LineChart.Series(
        "\(name), mean \((Double(mean) * 100).rounded() / 100)",
        points: distances.sorted().enumerated().map {
          .init(x: Double($1), y: Double($0 + 1) / Double(distances.count))
        })
    }
    return .vector(
      LineChart(
        title: "Digits by how near the nearest of 60,000 training images is", xLabel: "distance, pixel by pixel",
        yLabel: "share of the digits that are not farther", series: series
      ).svg)
  }

  private static let nearestImages = Figure(
    "nearest-images", "Ten of the model's digits, and below each the training image that is nearest to it",
    needsMNIST: true
  ) { models in
    let (drawn, training) = (try models.drawnDigits(10), try models.realDigits(60_000, split: .train))
    let neighbors = nearest(to: drawn, in: training).map { training.sliced(axis: 0, $0.index..<$0.index + 1) }
    let pictures = try [drawn, .concatenated(neighbors, axis: 0)].flatMap { try Picture.pictures(of: $0 * 2 - 1) }
    return .pixels(try Picture.grid(of: pictures, columns: 10, scale: 3))
  }

  /// For each image the nearest one of others, by |a − b|² = |a|² − 2 a·b + |b|².
  private static func nearest(to images: Tensor, in others: Tensor) -> [(index: Int, squaredDistance: Float)] {
    func rows(_ images: Tensor) -> Tensor { images.reshaped([images.shape[0], -1]) }
    let (points, block) = (rows(images), 5000)
    let lengths = (points * points).sum(axes: [1]).scalars
    var best = [(index: Int, squaredDistance: Float)](repeating: (0, .infinity), count: lengths.count)
    for first in stride(from: 0, to: others.shape[0], by: block) {
      let candidates = rows(others.sliced(axis: 0, first..<min(first + block, others.shape[0])))
      let squares = (candidates * candidates).sum(axes: [1])
      let relative = (squares - points.matmul(candidates.transposed()) * 2).scalars
      let count = candidates.shape[0]
      for point in lengths.indices {
        for candidate in 0..<count {
          let distance = max(lengths[point] + relative[point * count + candidate], 0)
          if distance < best[point].squaredDistance { best[point] = (first + candidate, distance) }
        }
      }
    }
    return best
  }
}

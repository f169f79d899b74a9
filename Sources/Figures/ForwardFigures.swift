import Datasets
import ForwardDiffusion
import Foundation
import Images
import Schedules
import Tensors

/// Chapter 1: the way into the noise.
extension Figure {
  static let forward = [forwardDigits, forwardDensity, wrongRange]

  /// The built-in digit that figures show, in [−1, 1], `[1, 28, 28, 1]`.
  static func digit(_ wanted: Int) throws -> Tensor {
    let digits = SyntheticDigits(seed: 20)
    let index = (0..<1000).first { digits.labels(at: [$0]) == .classes([wanted]) } ?? 0
    return try digits.images(at: [index]).images.scaledToSymmetricRange().checked()
  }

  private static let forwardDigits = Figure(
    "forward-digits", "A digit at ten of 1000 timesteps, with the linear schedule above and the squared cosine below"
  ) { _ in
    let image = try digit(3)
    var generator = RandomGenerator(seed: 1)
    let noise = Tensor.normal(image.shape, using: &generator)
    let timesteps = [0, 20, 60, 120, 200, 300, 450, 600, 800, 999]
    let schedules: [NoiseSchedule] = [.linear(timestepCount: 1000), .squaredCosine(timestepCount: 1000)]
    let pictures = try schedules.flatMap { schedule in
      try timesteps.map { t in
        try Picture(try schedule.noised(image, with: noise, at: [t]).reshaped([28, 28, 1]).checked())
      }
    }
    return .pixels(try Picture.grid(of: pictures, columns: timesteps.count, scale: 3))
  }

  private static let forwardDensity = Figure(
    "forward-density", "The density of x_t, where the data are the two numbers −0.8 and 0.8"
  ) { _ in
    .vector(
      LineChart(
        title: "The density of x, where the data are −0.8 and 0.8", xLabel: "x", yLabel: "density",
        series: [0.99, 0.9, 0.6, 0.3, 0.001].map { alphaBar in
          let points = (0...240).map { step -> LineChart.Point in
            let x = -3 + 6 * Double(step) / 240
            let variance = 1 - alphaBar
            let density = [-0.8, 0.8].reduce(0) { sum, data in
              let distance = x - alphaBar.squareRoot() * data
              return sum + exp(-distance * distance / (2 * variance)) / (2 * Double.pi * variance).squareRoot() / 2
            }
            return .init(x: x, y: density)
          }
          return .init("ᾱ = \(alphaBar)", points: points)
        }
      ).svg)
  }

  private static let wrongRange = Figure(
    "failure-wrong-range", "Digits in [0, 1], and how they look where they are shown as if they were in [−1, 1]"
  ) { _ in
    let digits = try (0..<8).map { try digit($0) }
    let unit = digits.map { $0.scaledToUnitRange() }
    // Shown as if in [−1, 1]: black, which is 0, becomes the gray in the middle.
    let pictures = try (digits + unit).map { try Picture($0.reshaped([28, 28, 1]).checked()) }
    return .pixels(try Picture.grid(of: pictures, columns: digits.count, scale: 3))
  }
}

import Foundation
import GANComparison
import Images

/// Chapter 7: the game of two networks.
extension Figure {
  static let comparison = [ganGame, saturation, optimalAnswers]

  private static func normal(_ x: Double, mean: Double, deviation: Double) -> Double {
    exp(-pow((x - mean) / deviation, 2) / 2) / (deviation * (2 * Double.pi).squareRoot())
  }

  private static let ganGame = Figure(
    "gan-game", "Densities of data and generator and the best discriminator, at four moments"
  ) { _ in
    var canvas = Canvas(
      width: 1080, height: 336,
      title: "The generator (orange) approaches the data (blue); the best discriminator (green)")
    canvas.text(canvas.title, at: .init(24, 32), size: 15, isBold: true)
    for (column, (mean, deviation)) in [(-2.0, 0.6), (-0.8, 0.7), (0.3, 0.85), (1.0, 1.0)].enumerated() {
      let corner = Canvas.Place(24 + Double(column) * 264, 72)
      let panel = Panel(corner: corner, size: .init(240, 240), x: -4...5, y: 0...1.05)
      canvas.rectangle(corner, size: panel.size, stroke: .light)
      let xs = (0...120).map { -4 + 9 * Double($0) / 120 }
      let data = { normal($0, mean: 1, deviation: 1) }
      let generated = { normal($0, mean: mean, deviation: deviation) }
      canvas.line(xs.map { panel.place(SIMD2($0, data($0))) }, .blue, width: 2)
      canvas.line(xs.map { panel.place(SIMD2($0, generated($0))) }, .orange, width: 2)
      canvas.line(
        xs.map { x in
          panel.place(
            SIMD2(x, optimalDiscriminator(data: data(x), generated: generated(x), realTarget: 1, fakeTarget: 0)))
        }, .green, width: 2, isDashed: true)
    }
    return .vector(canvas.svg)
  }

  private static let saturation = Figure("saturation", "The generator's two losses") {
    let logits = (0...160).map { -8 + 16 * Double($0) / 160 }
    return LineChart(
      title: "Two losses for the generator, by the discriminator's logit for its image", xLabel: "logit",
      yLabel: "loss",
      series: [
        .init("−log D, which is used", points: logits.map { .init(x: $0, y: log(1 + exp(-$0))) }),
        .init("log(1 − D), which saturates", points: logits.map { .init(x: $0, y: -log(1 + exp($0))) }),
      ])
  }

  private static let optimalAnswers = Figure("smoothing", "The best discriminator's answer with smoothed targets") {
    LineChart(
      title: "The best discriminator's answer for an image",
      xLabel: "log₁₀ of p / q", yLabel: "D",
      series: [("targets 1 and 0", 1.0, 0.0), ("0.9 and 0", 0.9, 0), ("0.9 and 0.1", 0.9, 0.1)].map {
        name, real, fake in
        .init(
          name,
          points: (0...120).map { step in
            let exponent = -3 + 6 * Double(step) / 120
            return .init(
              x: exponent,
              y: optimalDiscriminator(data: pow(10, exponent), generated: 1, realTarget: real, fakeTarget: fake))
          })
      })
  }
}

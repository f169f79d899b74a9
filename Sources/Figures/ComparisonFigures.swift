import Foundation
import GANComparison
import Images
import Reports
import Training

/// Chapter 7: the game of two networks.
extension Figure {
  static let comparison = [ganGame, saturation, optimalAnswers, ganAndDiffusion]

  private static func normal(_ x: Double, mean: Double, deviation: Double) -> Double {
    exp(-pow((x - mean) / deviation, 2) / 2) / (deviation * (2 * Double.pi).squareRoot())
  }

  private static let ganGame = Figure(
    "gan-game", "Densities of data and generator and the best discriminator, at four moments"
  ) { _ in
    var canvas = Canvas(
      width: 1080, height: 336,
      title: "The generator (orange) approaches the data (blue); the best discriminator (green)")
    for (column, (mean, deviation)) in [(-2.0, 0.6), (-0.8, 0.7), (0.3, 0.85), (1.0, 1.0)].enumerated() {
      let panel = canvas.panel(column: column, x: -4...5, y: 0...1.05)
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

  private static let ganAndDiffusion = Figure(
    "gan-and-ddpm", "Digits of both shipped models: three rows by diffusion, and three by the GAN"
  ) { models in
    let pictures = try [ShippedModel.digits, .digitsGAN].flatMap { model in
      let sampler = try models.sampler(model)
      let images = try sampler.images(0..<30, seed: 0, labels: LabelChoice(sampler.recipe))
      // The GAN's data have a border of two pixels.
      let border = (images.shape[1] - 28) / 2
      let inner = border..<border + 28
      return try Picture.pictures(of: images.sliced(axis: 1, inner).sliced(axis: 2, inner))
    }
    return .pixels(try Picture.grid(of: pictures, columns: 10, scale: 3))
  }
}

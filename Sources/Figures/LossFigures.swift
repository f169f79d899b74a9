import ForwardDiffusion
import Foundation
import Images
import Loss
import Reports
import Schedules
import Tensors
import Training

/// Chapter 4: the loss.
extension Figure {
  static let loss = [lossByTimestep, boundWeights, gradientVariance]

  /// What is left of the loss of the best network, for normal data with these variances in its directions.
  private static func floor(_ variances: [Double], alphaBar: Double) -> Double {
    variances.reduce(0) { $0 + alphaBar * $1 / (alphaBar * $1 + 1 - alphaBar) } / Double(variances.count)
  }

  private static let lossByTimestep = Figure("loss-by-timestep", "The least possible loss by timestep") {
    // Directions of the data's variation as images have them: few large ones, many small ones.
    let variances = (1...784).map { 40 / pow(Double($0), 1.6) }
    return LineChart(
      title: "The least possible error of the noise, for normal data like images", xLabel: "timestep t of 1000",
      yLabel: "mean squared error",
      series: named.map { name, schedule in
        .init(
          name,
          points: stride(from: 0, to: 1000, by: 4).map {
            .init(x: Double($0), y: floor(variances, alphaBar: schedule.alphaBars[$0]))
          })
      })
  }

  private static let boundWeights = Figure("bound-weights", "The weights of the bound by timestep") {
    LineChart(
      title: "How much the bound counts an error of the noise", xLabel: "timestep t of 1000", yLabel: "weight w",
      isLogarithmic: true,
      series: named.map { name, schedule in
        .init(
          name,
          points: stride(from: 1, to: 1000, by: 2).map {
            .init(x: Double($0), y: schedule.stepWeight(at: $0, variance: .beta))
          })
      })
  }

  private static let gradientVariance = Figure(
    "failure-one-timestep", "The variance of a gradient with one timestep a batch, and with one an image"
  ) {
    // A gradient whose mean and variance depend on t as the error of the noise does.
    let schedule = NoiseSchedule.linear(timestepCount: 1000)
    let means = schedule.alphaBars.map { $0 / ($0 * 0.4 + 1 - $0) * 0.4 }
    let variances = means.map { 2 * $0 * $0 }
    let batches = (0...9).map { 1 << $0 }
    return LineChart(
      title: "The variance of a batch's gradient", xLabel: "log₂ of the images in a batch", yLabel: "variance",
      isLogarithmic: true,
      series: [
        .init(
          "one timestep for the whole batch",
          points: batches.enumerated().map {
            .init(x: Double($0), y: batchMeanVariance(means: means, variances: variances, batch: $1).oneTimestepForAll)
          }),
        .init(
          "one for each image",
          points: batches.enumerated().map {
            .init(x: Double($0), y: batchMeanVariance(means: means, variances: variances, batch: $1).oneForEachImage)
          }),
      ])
  }
}

import Foundation
import Reports
import TestSupport
import Training
import UNetUpsampling

@testable import Experiments

extension Experiment {
  /// An experiment of the smallest trainings, a second together: two networks, and a drawing with the first.
  static let small = Experiment(
    name: "tiny", source: "000, a test", question: "Does it run?", differences: "It is tiny.",
    cells: { _ in
      let recipe = Recipe.small(steps: 4)
      return [
        Cell(
          "first",
          .training(
            recipe,
            [
              Drawing("half", after: 2, count: 2, shown: 2), Drawing("end", count: 2, shown: 2),
            ])),
        Cell("second", .training(.small(steps: 2), [Drawing("end", count: 2, shown: 2)])),
        Cell(
          "again",
          .drawing(
            [Drawing("rebuilt", count: 2, shown: 2).with { $0.way = .rebuilt(timesteps: 4) }],
            networkOf: "first", recipe)),
      ]
    },
    summary: { findings in
      var summary = Summary()
      summary.tables = [
        ResultTable(
          title: "Losses", columns: ["cell", "loss"],
          rows: ["first", "second"].map { ($0, [findings.number($0, "loss")]) })
      ]
      summary.charts = [
        ("loss", .init(title: "Losses", xLabel: "step", yLabel: "loss", series: [findings.losses("first")]))
      ]
      summary.add("pictures", "All of them", try findings.mosaic([[try findings.picture("first", "end/grid")]]))
      return summary
    })
}

extension Recipe {
  /// A training of the smallest network on batches of two digits, a hundredth of a second a step.
  static func small(steps: Int) -> Recipe {
    Recipe(
      data: DataConfiguration(.synthetic, imageSide: 16, imageChannels: 1),
      objective: .denoising(
        DenoisingConfiguration(
          network: Architecture(UNet.Configuration(baseWidth: 8, imageChannels: 1, timeWidth: 16)),
          schedule: ScheduleConfiguration(.linear, timesteps: 3))),
      optimizer: OptimizerConfiguration(.adam, learningRate: 2e-3), batch: 2, steps: steps, seed: 7)
  }
}

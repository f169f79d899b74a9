import Datasets
import Images
import Reports

/// Report 002: scenes by their set of labels, for several T and learning rates.
enum Lab6Experiment {
  static let experiment = Experiment(
    name: "lab6", source: "002, NYCU DLP 2025 lab 6",
    question: """
      Do more timesteps make scenes worse, or is it that the learning rate of 1e-5 leaves the training unfinished?
      """,
    differences: """
      i-CLEVR's photographs are not to be had here: scenes of 32 × 32 that the program draws take their place, and \
      lists of as many sets of each size take the place of its two lists. The network is narrower and trained for \
      minutes; the rates are the small recipe's and a tenth of it. The small scale leaves T = 1000 out.
      """,
    cells: cells, summary: summary)

  private static let lists = SceneList.allCases

  static func timesteps(_ scale: ExperimentScale) -> [Int] { scale == .small ? [100, 500] : [100, 500, 1000] }

  @Sendable private static func cells(_ scale: ExperimentScale) throws -> [Cell] {
    try timesteps(scale).flatMap { count in
      try ["high", "low"].map { rate in
        var recipe = try Recipe.of("lab6", at: scale, steps: (800, 3600)) { $0.timesteps = count }
        // At full scale the report's rate is the low one, and ten times as much the high one.
        if scale == .full, rate == "high" { recipe.optimizer.learningRate *= 10 }
        if scale != .full, rate == "low" { recipe.optimizer.learningRate /= 10 }
        return Cell("t\(count)-\(rate)-rate", .training(recipe, drawings))
      }
    }
  }

  /// Both lists, eight a row, and the process of one image as in the report.
  private static let drawings =
    lists.map { list in
      Drawing(list.rawValue, count: 32, shown: 32).with {
        $0.subject = .list(list)
        $0.columns = 8
      }
    } + [
      Drawing("process", count: 8, shown: 8).with {
        $0.subject = .set(["red sphere", "cyan cylinder", "cyan cube"])
        $0.columns = 8
        $0.showsProcess = true
      }
    ]

  @Sendable private static func summary(_ findings: Findings) throws -> Summary {
    var summary = Summary()
    let cells = timesteps(findings.scale).flatMap { ["t\($0)-high-rate", "t\($0)-low-rate"] }
    summary.tables = [
      ResultTable(
        title: "Accuracy of the classifier on what was asked for",
        columns: ["cell"] + lists.flatMap { ["\($0.rawValue), mean over images", "\($0.rawValue), pooled"] } + ["loss"],
        rows: cells.map { cell in
          let accuracies = lists.flatMap { list in
            ["meanAccuracy", "pooledAccuracy"].map { findings.number(cell, "\(list.rawValue)/\($0)") }
          }
          return (cell, accuracies + [findings.number(cell, "loss")])
        })
    ]
    summary.charts.append(
      (
        "loss",
        LineChart(
          title: "Losses", xLabel: "step", yLabel: "mean squared error of the noise", isLogarithmic: true,
          series: cells.map { findings.losses($0) })
      ))
    for cell in cells {
      for list in lists {
        let name = list.rawValue
        summary.add("\(cell)-\(name)", "\(cell): the sets of \(name)", try findings.picture(cell, "\(name)/grid"))
      }
      summary.add(
        "\(cell)-process", "\(cell): a red sphere, a cyan cylinder and a cyan cube emerge",
        try findings.picture(cell, "process/process"))
    }
    return summary
  }
}

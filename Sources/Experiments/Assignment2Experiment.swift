import Images
import Reports

/// Report 000: what the schedule, clipping, the range of the pixels and the number of timesteps change, and digits by label.
enum Assignment2Experiment {
  static let experiment = Experiment(
    name: "assignment2", source: "000, HKU DASC7606 assignment 2",
    question: """
      What do the schedule, clipping, normalization and the number of timesteps change, in the loss and in the \
      samples?
      """,
    differences: """
      T is 200 where the report has 1000, the network is half as wide, and the three epochs are thirds of a shorter \
      training; the small scale trains on built-in digits of 16 × 16, the medium one on MNIST.
      """,
    cells: cells, summary: summary)

  /// The report's six configurations, and the one that it lacks: without it nothing tells whether clipping matters by itself.
  static let configurations = [
    "baseline", "linear", "no-clip", "no-clip-linear", "no-normalization", "100-steps", "10-steps",
  ]

  @Sendable private static func cells(_ scale: ExperimentScale) throws -> [Cell] {
    let unconditional = try configurations.map { name in
      let recipe = try Recipe.of("assignment2", at: scale, steps: (900, 4000)) { options in
        switch name {
        case "baseline": break
        case "no-clip-linear": (options.variant, options.schedule) = ("no-clip", .linear)
        default: options.variant = name
        }
      }
      return Cell(name, .training(recipe, drawings(recipe, scale, epochs: [10, 20, 30])))
    }
    let conditional = try Recipe.of("assignment2", at: scale, steps: (1200, 5000)) { $0.isConditional = true }
    let source = scale == .small ? GaussianSource.synthetic : .mnist
    return [Cell("loss-floors", .computing(.lossFloors(source)))] + unconditional
      + [
        Cell("conditional", .training(conditional, drawings(conditional, scale, epochs: [10, 20, 30, 40, 50])))
      ]
  }

  /// Samples after each of the epochs, which are shares of the training.
  private static func drawings(_ recipe: Recipe, _ scale: ExperimentScale, epochs: [Int]) -> [Drawing] {
    epochs.map { epoch in
      let isLast = epoch == epochs.last
      return Drawing(
        "epoch-\(epoch)", after: isLast ? nil : recipe.steps * epoch / (epochs.last ?? epoch),
        count: scale == .full ? 1000 : 100,
        shown: recipe.objective.denoising?.network.configuration.classCount == nil ? 36 : 20)
    }
  }

  @Sendable private static func summary(_ findings: Findings) throws -> Summary {
    var summary = Summary()
    let epochs = [10, 20, 30]
    let measured: [(String, String)] = [
      ("loss", "Loss"), ("frechet", "Fréchet distance"), ("floor", "Fréchet distance of as many real images"),
      ("ink", "Mean ink, 0 … 255"),
      ("confident", "Share recognized with more than 0.9"),
    ]
    for (name, title) in measured {
      summary.tables.append(
        ResultTable(
          title: "\(title) after each epoch of the report", columns: ["configuration"] + epochs.map { "epoch \($0)" },
          rows: configurations.map { cell in
            (cell, epochs.map { findings.number(cell, "epoch-\($0)/\(name)") })
          }))
    }
    let floors = ["linear 1000", "cosine 1000", "cosine 100", "cosine 10", "cosine 1000 in [0, 1]"]
    summary.tables.append(
      ResultTable(
        title: "The loss of the best linear network, which is no measure of quality", columns: ["schedule", "loss"],
        rows: floors.map { ($0, [findings.number("loss-floors", $0)]) }))
    summary.charts.append(
      (
        "loss",
        LineChart(
          title: "Losses of the seven configurations", xLabel: "step", yLabel: "mean squared error of the noise",
          isLogarithmic: true, series: configurations.map { findings.losses($0) })
      ))
    summary.add(
      "samples", "Top to bottom: \(configurations.joined(separator: ", ")); at epoch 10, 20 and 30",
      try findings.mosaic(
        configurations.map { cell in try epochs.map { try findings.picture(cell, "epoch-\($0)/grid") } }))
    summary.add(
      "conditional", "Digits by label at every tenth epoch up to the 50th",
      try findings.mosaic(
        [10, 20, 30, 40, 50].map { [try findings.picture("conditional", "epoch-\($0)/grid")] }))
    return summary
  }
}

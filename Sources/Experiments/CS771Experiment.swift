import Images
import Reports

/// Report 003: digits by label, the three means that its text, its code and its algorithm have, and what its queries learn.
enum CS771Experiment {
  static let experiment = Experiment(
    name: "cs771", source: "003, CS771 2023 homework 4",
    question: """
      How do samples grow over the epochs, what do the wrong means of text and code do, and what do the queries \
      learn?
      """,
    differences: """
      The network is half as wide and trained for minutes, whose shares stand for the 30 epochs, and images are \
      drawn in 100 of the 500 steps; the small scale trains on built-in digits of 16 × 16, the medium one on MNIST.
      """,
    cells: cells, summary: summary)

  private static let epochs = [1, 10, 15, 30]

  @Sendable private static func cells(_ scale: ExperimentScale) throws -> [Cell] {
    let recipe = try Recipe.of("cs771", at: scale, steps: (2000, 8000))
    let source = scale == .small ? GaussianSource.synthetic : .mnist
    // Ten of each class, as in the report's figure; at full scale as many as a distance needs.
    let count = scale == .full ? 1000 : 100
    let overEpochs = epochs.map { epoch in
      Drawing(
        "epoch-\(epoch)", after: epoch == 30 ? nil : max(1, recipe.steps * epoch / 30), count: count, shown: 100)
    }
    let means = ReverseMeanVariant.allCases.map { variant in
      Cell(
        "mean-of-\(variant.rawValue)",
        .drawing(
          [
            Drawing("samples", count: count, shown: 100).with {
              $0.way = .mean(variant, steps: scale == .full ? 500 : 100)
            }
          ], networkOf: "training", recipe))
    }
    return [
      Cell("exact-means", .computing(.reverseMeans(source, timesteps: 500))),
      Cell("queries", .computing(.crossAttentionGradients(try Recipe.of("cs771", at: .full, steps: (1, 1))))),
      Cell("training", .training(recipe, overEpochs)),
    ] + means
  }

  @Sendable private static func summary(_ findings: Findings) throws -> Summary {
    var summary = Summary()
    let measured = ["loss", "frechet", "floor", "accuracy", "confident", "ink"]
    let variants = ReverseMeanVariant.allCases.map(\.rawValue)
    let parts = ["query", "key", "norm", "value", "output"]
    summary.tables = [
      ResultTable(
        title: "Over the epochs", columns: ["epoch"] + measured,
        rows: epochs.map { epoch in
          ("\(epoch)", measured.map { findings.number("training", "epoch-\(epoch)/\($0)") })
        }),
      ResultTable(
        title: "The mean of the algorithm, of the code and of the text",
        columns: [
          "mean", "Fréchet distance", "finite pixels", "Gaussian data, exactly: Fréchet distance", "variance left",
        ],
        rows: variants.map { variant in
          (
            variant,
            [
              findings.number("mean-of-\(variant)", "samples/frechet"),
              findings.number("mean-of-\(variant)", "samples/finite"),
              findings.number("exact-means", "\(variant)/frechet"),
              findings.number("exact-means", "\(variant)/variance"),
            ]
          )
        }),
      ResultTable(
        title: "The largest gradient in each part of the cross-attention to one token", columns: ["part", "gradient"],
        rows: parts.map { ($0, [findings.number("queries", $0)]) }),
    ]
    summary.charts.append(
      (
        "loss",
        LineChart(
          title: "The learning curve", xLabel: "step", yLabel: "mean squared error of the noise", isLogarithmic: true,
          series: [findings.losses("training")])
      ))
    for epoch in epochs {
      summary.add(
        "epoch-\(epoch)", "Ten samples of each class after epoch \(epoch)",
        try findings.picture("training", "epoch-\(epoch)/grid"))
    }
    summary.add(
      "means", "The mean of the algorithm, of the code and of the text",
      try findings.mosaic([try variants.map { try findings.picture("mean-of-\($0)", "samples/grid") }]))
    return summary
  }
}

import Images
import Reports

/// Report 001: its table of FIDs over T has its minimum where the network was trained. Three ways to the table tell why.
enum CVPDLExperiment {
  static let experiment = Experiment(
    name: "cvpdl", source: "001, NTU CVPDL 2025 homework 3",
    question: """
      Does the Fréchet distance rise again above T = 800 because more timesteps are worse, or because one network was sampled with \
      a schedule that it was not trained with?
      """,
    differences: """
      The network is an eighth as wide and trained for minutes, and fewer images are drawn; the small scale has fewer T, one seed \
      each, and built-in digits of 16 × 16, the medium one MNIST.
      """,
    cells: cells, summary: summary)

  /// The T of the report's network.
  private static let trained = 800

  static func timesteps(_ scale: ExperimentScale) -> [Int] {
    scale == .small ? [100, 300, 800, 1300] : [100, 300, 500, 700, 800, 900, 1000, 1300]
  }

  @Sendable private static func cells(_ scale: ExperimentScale) throws -> [Cell] {
    let exact = Computation.timestepTable(
      scale == .small ? .synthetic : .mnist, timesteps: timesteps(scale), trained: trained)
    let recipes = try timesteps(scale).map { count in
      (count, try recipe(timesteps: count, at: scale))
    }
    let retrained = recipes.map { count, recipe in
      Cell("retrained-\(count)", .training(recipe, drawings(.ofRecipe, scale, isShown: count == trained)))
    }
    let network = try recipe(timesteps: trained, at: scale)
    // With 800 timesteps made anew the schedule is the network's own.
    let rebuilt = timesteps(scale).filter { $0 != trained }.map { count in
      Cell(
        "rebuilt-\(count)",
        .drawing(drawings(.rebuilt(timesteps: count), scale), networkOf: "retrained-\(trained)", network))
    }
    return [Cell("exact", .computing(exact))] + retrained + rebuilt
  }

  private static func recipe(timesteps: Int, at scale: ExperimentScale) throws -> Recipe {
    var recipe = try Recipe.of("cvpdl", at: scale, steps: (1000, 8000)) { $0.timesteps = timesteps }
    // As the report draws: in all T steps, unclipped. Clipping would hide a part of what is asked.
    recipe.objective.denoising?.sampler = SamplerConfiguration(.ancestral, clips: false)
    return recipe
  }

  /// A drawing for each seed of the report.
  private static func drawings(_ way: Drawing.Way, _ scale: ExperimentScale, isShown: Bool = false) -> [Drawing] {
    let (seeds, count) =
      switch scale {
      case .small: (1, 100)
      case .medium: (3, 100)
      case .full: (3, 10_000)
      }
    return (1...seeds).map { seed in
      Drawing("run\(seed)", count: count, shown: 64).with {
        $0.seed = UInt64(seed)
        $0.way = way
        $0.showsProcess = isShown && seed == 1
        $0.showsExtremes = isShown && seed == 1
      }
    }
  }

  @Sendable private static func summary(_ findings: Findings) throws -> Summary {
    var summary = Summary()
    let counts = timesteps(findings.scale)
    func runs(_ cell: String, _ name: String) -> [Double?] {
      let numbers = (1...3).map { findings.number(cell, "run\($0)/\(name)") }
      return findings.scale == .small ? Array(numbers.prefix(1)) : numbers
    }
    func rebuilt(_ count: Int) -> String { count == trained ? "retrained-\(trained)" : "rebuilt-\(count)" }
    let headings = runs("", "").indices.map { "run \($0 + 1)" }
    summary.tables = [
      ResultTable(
        title: "Table 1 for Gaussian data, exactly",
        columns: ["T", "a network for each T", "one network of T = 800, schedule rebuilt"],
        rows: counts.map { count in
          ("\(count)", ["retrained", "rebuilt"].map { findings.number("exact", "\($0)/\(count)") })
        }),
      ResultTable(
        title: "Table 1 with a network for each T: Fréchet distance", columns: ["T"] + headings,
        rows: counts.map { ("\($0)", runs("retrained-\($0)", "frechet")) }),
      ResultTable(
        title: "Table 1 with one network of T = 800 and a rebuilt schedule: Fréchet distance",
        columns: ["T"] + headings,
        rows: counts.map { ("\($0)", runs(rebuilt($0), "frechet")) }),
    ]
    func series(_ name: String, _ value: (Int) -> Double?) -> LineChart.Series {
      LineChart.Series(
        name, points: counts.compactMap { count in value(count).map { .init(x: Double(count), y: $0) } })
    }
    summary.charts.append(
      (
        "timesteps",
        LineChart(
          title: "The report's table, three ways", xLabel: "T", yLabel: "Fréchet distance", isLogarithmic: true,
          series: [
            series("exact, retrained") { findings.number("exact", "retrained/\($0)") },
            series("exact, rebuilt") { findings.number("exact", "rebuilt/\($0)") },
            series("retrained") { findings.number("retrained-\($0)", "run1/frechet") },
            series("rebuilt") { findings.number(rebuilt($0), "run1/frechet") },
          ])
      ))
    let shown = "retrained-\(trained)"
    summary.add("process", "How eight digits emerge from noise", try findings.picture(shown, "run1/process"))
    summary.add("success", "The digits that the classifier is surest of", try findings.picture(shown, "run1/success"))
    summary.add("failure", "Those that it is least sure of", try findings.picture(shown, "run1/failure"))
    summary.add(
      "samples", "Above with a network for each T, below with a rebuilt schedule; T = \(counts)",
      try findings.mosaic([
        try counts.map { try findings.picture("retrained-\($0)", "run1/grid") },
        try counts.map { try findings.picture(rebuilt($0), "run1/grid") },
      ]))
    return summary
  }
}

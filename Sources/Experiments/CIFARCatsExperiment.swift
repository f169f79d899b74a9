import Images
import Reports

/// Report 004: U-Nets of several sizes, two schedules, several T, what is minimized, and GANs with each change alone.
enum CIFARCatsExperiment {
  static let experiment = Experiment(
    name: "cifar-cats", source: "004, Northwestern CS449 2023 project",
    question: """
      Which network, schedule, T and loss give the best cats, what of the modified GAN helps or harms, and how much of a Fréchet \
      distance is the number of images?
      """,
    differences: """
      The networks are half as wide, images are 16 × 16, and 100 of the T steps are taken, clipped; trainings take minutes, each of \
      them of the same number of images. T = 500 and 1500 and the two other losses are tried with the network of half the channels \
      where the report has its largest. Where the report's T are compared on frogs, here they are on cats.
      """,
    cells: cells, summary: summary)

  /// The diffusion models: name, variant, and what else is chosen.
  private static let networks = ["3xblocks", "2xUD", "half-channels", "small-unet"]
  private static let cosines = ["3xblocks-cosine", "2xUD-cosine"]
  private static let numbersOfTimesteps = ["t500", "half-channels", "t1500"]
  private static let losses = ["half-channels", "one-timestep", "bound"]
  private static let gans = ["default", "modified", "smoothed", "noised", "wide"]
  private static let conditional = ["conditional-diffusion", "conditional-gan"]
  private static let distances = [500, 1000, 2500]

  @Sendable private static func cells(_ scale: ExperimentScale) throws -> [Cell] {
    let diffusion = try (networks + cosines + ["t500", "t1500", "one-timestep", "bound"]).map { name in
      Cell(name, .training(try diffusionRecipe(name, scale), drawings(scale)))
    }
    let adversarial = try gans.map { variant in
      let recipe = try Recipe.of("cifar-gan", at: scale, steps: (2500, 14_000)) { $0.variant = variant }
      return Cell("gan-\(variant)", .training(recipe, drawings(scale)))
    }
    let byLabel = [
      Cell(
        "conditional-diffusion",
        .training(
          try Recipe.of("cifar-cats", at: scale, steps: (450, 4000)) { $0.isConditional = true },
          drawingsByLabel(scale))),
      Cell(
        "conditional-gan",
        .training(
          try Recipe.of("cifar-gan", at: scale, steps: (2500, 14_000)) { $0.isConditional = true },
          drawingsByLabel(scale))),
    ]
    let cats = try Recipe.of("cifar-cats", at: scale, steps: (1, 1)).data
    let sizes = try networks.map { name in
      (name, try Recipe.of("cifar-cats", at: .full, steps: (1, 1)) { $0.variant = name })
    }
    return [
      Cell("parameters", .computing(.parameterCounts(Dictionary(uniqueKeysWithValues: sizes)))),
      Cell("real-cats", .computing(.realAgainstReal(cats, counts: distances))),
    ] + diffusion + adversarial + byLabel
  }

  private static func diffusionRecipe(_ name: String, _ scale: ExperimentScale) throws -> Recipe {
    var recipe = try Recipe.of("cifar-cats", at: scale, steps: (450, 4000)) { options in
      let isNetwork = networks.contains(name)
      if name.hasSuffix("-cosine") { options.schedule = .cosine }
      options.variant = isNetwork ? name : name.hasSuffix("-cosine") ? String(name.dropLast(7)) : other(scale)
      options.timesteps = name == "t500" ? 500 : name == "t1500" ? 1500 : nil
    }
    if name == "one-timestep" { recipe.objective.denoising?.loss = .oneTimestep }
    if name == "bound" { recipe.objective.denoising?.loss = .bound }
    return recipe
  }

  /// The network with which the other settings are tried.
  private static func other(_ scale: ExperimentScale) -> String { scale == .full ? "3xblocks" : "half-channels" }

  private static func count(_ scale: ExperimentScale) -> Int { scale == .full ? 1000 : scale == .medium ? 500 : 100 }

  private static func drawings(_ scale: ExperimentScale) -> [Drawing] {
    [Drawing("samples", count: count(scale), shown: 36)]
  }

  /// Cats and frogs, each with their own label: the report's figure for cats was measured on frogs.
  private static func drawingsByLabel(_ scale: ExperimentScale) -> [Drawing] {
    ["cat", "frog"].map { name in
      Drawing(name, count: count(scale), shown: 36).with { $0.subject = .one(name) }
    }
  }

  @Sendable private static func summary(_ findings: Findings) throws -> Summary {
    var summary = Summary()
    func table(_ title: String, _ cells: [String], _ drawing: String = "samples") {
      summary.tables.append(
        ResultTable(
          title: title, columns: ["cell", "Fréchet distance", "floor", "loss", "minutes"],
          rows: cells.map { cell in
            (
              cell,
              [
                findings.number(cell, "\(drawing)/frechet"), findings.number(cell, "\(drawing)/floor"),
                findings.number(cell, "loss"), findings.results[cell].map { $0.seconds / 60 },
              ]
            )
          }))
    }
    let adversarial = gans.map { "gan-\($0)" }
    table("Networks, with linear β", networks)
    table("The cosine schedule", ["3xblocks", "2xUD"] + cosines)
    table("The number of timesteps", numbersOfTimesteps)
    table("What is minimized: the simple loss, with one timestep a batch, the bound", losses)
    table("GANs: the default, all changes, and each alone", adversarial)
    table("Cats by label", conditional, "cat")
    table("Frogs by label", conditional, "frog")
    summary.tables.append(
      ResultTable(
        title: "Real cats against real cats: Fréchet distance", columns: ["images", "two halves", "a set and itself"],
        rows: distances.map { count in
          ("\(count)", ["halves", "itself"].map { findings.number("real-cats", "\($0)/\(count)") })
        }))
    summary.charts.append(
      (
        "loss",
        LineChart(
          title: "Losses of the simple loss and of one timestep a batch", xLabel: "step",
          yLabel: "mean squared error of the noise", isLogarithmic: true,
          series: ["half-channels", "one-timestep"].map { findings.losses($0) })
      ))
    for (name, cells) in [("networks", networks + cosines), ("losses", losses), ("gans", adversarial)] {
      summary.add(
        name, "Left to right: \(cells.joined(separator: ", "))",
        try findings.mosaic([try cells.map { try findings.picture($0, "samples/grid") }]))
    }
    summary.add(
      "labels", "Cats above, frogs below; diffusion on the left, the GAN on the right",
      try findings.mosaic(
        ["cat", "frog"].map { label in try conditional.map { try findings.picture($0, "\(label)/grid") } }))
    return summary
  }
}

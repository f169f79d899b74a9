import ArgumentParser
import Datasets
import Foundation
import Reports
import Training
import UNetUpsampling

extension ScheduleKind: ExpressibleByArgument {}
extension Prediction: ExpressibleByArgument {}
extension ReportScale: ExpressibleByArgument {}

/// The options that choose a recipe: a report's, a shipped model's or the course's own, with some of its settings changed.
struct RecipeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Train a report's system; `ddpm reports` lists them.", valueName: "name"))
  var report: String?

  @Option(help: ArgumentHelp("Train one of the models in models/ anew: \(ShippedModel.names).", valueName: "name"))
  var shipped: String?

  @Option(help: "The report's size: full, or small enough for some minutes (default: full).")
  var scale: ReportScale?

  @Option(help: ArgumentHelp("One of the report's variants; `ddpm reports` lists them.", valueName: "name"))
  var variant: String?

  @Flag(help: "Tell the network labels, where the report has it both ways.")
  var labelConditional = false

  @OptionGroup var images: DataOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The channels at full size of the course's network, a multiple of 8 (default: 16).", valueName: "channels"))
  var base: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Images in a batch (default: 128).", valueName: "images"))
  var batch: Int?

  @Option(
    name: .customLong("lr"), parsing: .unconditional,
    help: ArgumentHelp("The highest learning rate (default: 2e-3).", valueName: "rate"))
  var learningRate: Double?

  @Option(help: "The noise schedule (default: cosine).")
  var schedule: ScheduleKind?

  @Option(help: "What the network predicts (default: noise).")
  var prediction: Prediction?

  @Option(parsing: .unconditional, help: ArgumentHelp("The timesteps T (default: 1000).", valueName: "count"))
  var timesteps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Drop labels with this probability, which guidance needs.", valueName: "probability"))
  var labelDropout: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Decides the first weights, the order of the images and all noise (default: 0).", valueName: "number"))
  var seed: UInt64?

  func validate() throws {
    if shipped != nil, report != nil {
      throw ValidationError("--report and --shipped: only one of them says what to train")
    }
    if shipped != nil, base != nil || timesteps != nil || schedule != nil || prediction != nil {
      throw ValidationError(
        "--base, --timesteps, --schedule and --prediction do not go with --shipped, whose network is given")
    }
    if report == nil {
      for (name, isGiven) in [
        ("--scale", scale != nil), ("--variant", variant != nil), ("--label-conditional", labelConditional),
        ("--label-dropout", labelDropout != nil),
      ]
      where isGiven {
        throw ValidationError("\(name) goes with --report")
      }
      if let data = images.data, shipped == nil, data != .synthetic, data != .mnist {
        throw ValidationError("--data \(data.rawValue) goes with --report: the course's own network is for digits")
      }
    } else if base != nil {
      throw ValidationError("--base is for the course's own network; a report's has the report's sizes")
    }
  }

  /// The recipe with that many steps; nil for a report's own number, or 3000.
  func recipe(steps: Int?) throws -> Recipe {
    var recipe =
      try shipped.map { try ShippedModel.named($0).recipe } ?? report.map { try reportRecipe($0) }
      ?? ownRecipe(steps: steps ?? 3000)
    try images.apply(to: &recipe.data)
    if let prediction { recipe.objective.denoising?.prediction = prediction }
    recipe.batch = batch ?? recipe.batch
    recipe.steps = steps ?? recipe.steps
    recipe.optimizer.learningRate = learningRate ?? recipe.optimizer.learningRate
    recipe.seed = seed ?? recipe.seed
    if let problem = recipe.problem { throw ValidationError(problem) }
    return recipe
  }

  private func reportRecipe(_ name: String) throws -> Recipe {
    var options = ReportOptions()
    options.scale = scale ?? .full
    options.variant = variant
    options.isConditional = labelConditional
    options.timesteps = timesteps
    options.schedule = schedule
    options.labelDropout = labelDropout
    let recipe = try Report.named(name).recipe(options)
    if let option = firstUnused(by: recipe) { throw ValidationError("\(option): \(name) has no use for it") }
    return recipe
  }

  /// The first setting that was given and that a report's recipe does not have.
  private func firstUnused(by recipe: Recipe) -> String? {
    var unused: [(String, Bool)] = []
    if recipe.objective.denoising == nil {
      unused = [
        ("--timesteps", timesteps != nil), ("--schedule", schedule != nil), ("--prediction", prediction != nil),
      ]
    }
    if recipe.objective.denoising?.network.configuration.classCount == nil {
      unused.append(("--label-dropout", labelDropout != nil))
    }
    return unused.first { $0.1 }?.0
  }

  private func ownRecipe(steps: Int) -> Recipe {
    .digits(
      baseWidth: base ?? 16, schedule: ScheduleConfiguration(schedule ?? .cosine, timesteps: timesteps ?? 1000),
      batch: batch ?? 128, learningRate: learningRate ?? 2e-3, steps: steps)
  }

  /// The first setting that was given, for the error that it cannot be changed.
  var firstGiven: String? {
    let given: [(String, Bool)] = [
      ("--report", report != nil), ("--shipped", shipped != nil), ("--scale", scale != nil),
      ("--variant", variant != nil),
      ("--label-conditional", labelConditional), ("--data", images.data != nil), ("--classes", images.classes != nil),
      ("--base", base != nil), ("--batch", batch != nil), ("--lr", learningRate != nil),
      ("--schedule", schedule != nil), ("--prediction", prediction != nil),
      ("--timesteps", timesteps != nil), ("--label-dropout", labelDropout != nil), ("--seed", seed != nil),
    ]
    return given.first { $0.1 }?.0
  }
}

extension Recipe {
  /// The course's own training: the U-Net of chapter 3 on digits, which are built in where no folder is named.
  static func digits(
    baseWidth: Int, schedule: ScheduleConfiguration, batch: Int, learningRate: Double, steps: Int
  ) -> Recipe {
    Recipe(
      data: DataConfiguration(.synthetic, imageSide: 28, imageChannels: 1),
      objective: .denoising(
        DenoisingConfiguration(
          network: Architecture(UNet.Configuration(baseWidth: baseWidth, imageChannels: 1)), schedule: schedule)),
      optimizer: OptimizerConfiguration(.adam, learningRate: learningRate),
      learningRates: .warmupCosine(warmupSteps: min(100, steps / 10)),
      // It remembers about a twentieth of the steps, so that almost nothing of the first weights is left in it.
      average: AverageConfiguration(decay: min(max(1 - 20 / Double(steps), 0), 0.9999)), batch: batch, steps: steps)
  }
}

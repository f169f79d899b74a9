import ArgumentParser
import Foundation
import Reports
import Tensors
import Training

/// Trains a network in a run folder.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a diffusion model, or the networks of a report.",
    discussion: """
      Leaves in the run folder config.json, log.jsonl, loss.svg, grids of samples, model.safetensors for `ddpm sample`, and \
      checkpoint.safetensors for --resume. Ctrl-C saves and stops.
      """)

  @OptionGroup var recipe: RecipeOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Train for that many steps (default: 3000, or the report's).", valueName: "count"))
  var steps: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Train for that many passes over the data.", valueName: "count"))
  var epochs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Train for about that long; a few trial steps decide how many steps that is.", valueName: "time")
  )
  var minutes: Double?

  @Option(
    help: ArgumentHelp("The run folder (default: runs/ and the report's or the data's name).", valueName: "folder"))
  var out: String?

  @Flag(help: "Resume the run in the folder; its settings hold.")
  var resume = false

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    try validateDuration("--minutes", minutes)
    if let epochs, epochs < 1 { throw ValidationError("--epochs \(epochs): must be at least 1") }
    if [steps != nil, epochs != nil, minutes != nil].count(where: { $0 }) > 1 {
      throw ValidationError("--steps, --epochs and --minutes: only one of them says how long to train")
    }
    if out == "" { throw ValidationError("--out: the name of the folder is empty") }
    if resume {
      let durations = [("--steps", steps != nil), ("--epochs", epochs != nil), ("--minutes", minutes != nil)]
      if let setting = recipe.firstGiven ?? durations.first(where: \.1)?.0 {
        throw ValidationError("--resume keeps the settings of the run; leave out \(setting)")
      }
    } else {
      _ = try recipe.recipe(steps: steps)
    }
  }

  func run() throws {
    engine.apply()
    let folder = RunFolder(
      out ?? "runs/\(recipe.shipped ?? recipe.report ?? (recipe.images.data ?? .synthetic).rawValue)")
    var run =
      resume
      ? try TrainingRun(resuming: folder, dataPath: recipe.images.dataPath)
      : try TrainingRun(beginning: try recipe.recipe(steps: stepCount()), in: folder)
    try run.trainAndDraw()
  }

  /// The steps that --steps, --epochs or --minutes ask for; nil for as many as the recipe has.
  private func stepCount() throws -> Int? {
    if let epochs {
      let recipe = try recipe.recipe(steps: 1)
      guard let count = try recipe.data.open(seed: recipe.seed).count else {
        throw CommandError(
          "--epochs: \(recipe.data.source.rawValue) images never end, so that there are no epochs; use --steps or --minutes"
        )
      }
      let (steps, overflow) = epochs.multipliedReportingOverflow(by: (count + recipe.batch - 1) / recipe.batch)
      return overflow ? .max : steps
    }
    if let minutes { return try recipe.recipe(steps: nil).stepsInTime(seconds: minutes * 60) }
    return steps
  }
}

extension Recipe {
  /// How many steps fit into a time, estimated from a few steps of a training that is then discarded.
  func stepsInTime(seconds: Double) throws -> Int {
    let trial = try Trainer(self, source: try data.open(seed: seed))
    Terminal.standardError.write(line: "Timing a few steps to see how many fit.")
    // The first one is slower: it takes the memory that the others use again.
    _ = try trial.trainStep()
    let start = ContinuousClock.now
    var done = 0
    repeat {
      _ = try trial.trainStep()
      done += 1
    } while ContinuousClock.now - start < .seconds(min(0.6, seconds / 20)) && done + 1 < steps
    return max(1, Int(seconds * Double(done) / (ContinuousClock.now - start).seconds))
  }
}

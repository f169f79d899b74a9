import ArgumentParser
import Foundation
import Images
import Reports
import Tensors
import Training

/// The shortest way from nothing to digits.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a small model on built-in digits for a few minutes, then draw with it.")

  @Option(parsing: .unconditional, help: ArgumentHelp("About how long to train.", valueName: "time"))
  var minutes = 2.5

  @Option(help: ArgumentHelp("Where the pictures go (default: runs/demo, each time anew).", valueName: "folder"))
  var out: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Decides everything random.", valueName: "number"))
  var seed: UInt64 = 0

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    try validateDuration("--minutes", minutes)
    if out == "" { throw ValidationError("--out: the name of the folder is empty") }
  }

  func run() throws {
    engine.apply()
    let printLine = { Terminal.standardError.write(line: $0) }
    let folder = RunFolder(out ?? "runs/demo")
    // A folder that was asked for may hold a training of many hours.
    if out == nil { try folder.removeRun() }
    printLine("A network that has never seen a digit will learn what noise looks like on top of one.")
    var run = try TrainingRun(
      beginning: recipe(steps: try recipe(steps: 1000).stepsInTime(seconds: minutes * 60)), in: folder)
    try run.trainShowingProgress()

    printLine("Drawing: \(Self.timesteps) steps from pure noise to digits.")
    let sampler = try run.trainer.makeImageSampler().showingProgress()
    let digits = folder.url.appendingPathComponent("digits.png")
    try sampler.grid(count: 64, seed: seed, labels: nil, scale: 3).writePNG(to: digits)
    let strip = folder.url.appendingPathComponent("process.png")
    try sampler.processPicture(indices: 0..<8, seed: seed, states: 8, labels: nil, scale: 3).writePNG(to: strip)
    print("digits it drew:            \(digits.relativePath)")
    print("how they emerge from noise: \(strip.relativePath)")
    print("how the loss fell:         \(folder.lossChart.relativePath)")
  }

  private static let timesteps = 200

  private func recipe(steps: Int) -> Recipe {
    var recipe = Recipe.digits(
      baseWidth: 16, schedule: ScheduleConfiguration(.cosine, timesteps: Self.timesteps), batch: 32, learningRate: 2e-3,
      steps: steps)
    recipe.seed = seed
    return recipe
  }
}

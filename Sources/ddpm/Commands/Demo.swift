import ArgumentParser
import Foundation
import Images
import Tensors
import UNetUpsampling

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
    try require("--minutes", minutes)
    if out == "" { throw ValidationError("--out: the name of the folder is empty") }
  }

  func run() throws {
    engine.apply()
    let say = { Terminal.standardError.write(line: $0) }
    let folder = RunFolder(out ?? "runs/demo")
    // A folder that was asked for may hold a training of many hours.
    if out == nil { try folder.removeRun() }
    say("A network that has never seen a digit will learn what noise looks like on top of one.")
    let configuration = RunConfiguration(
      data: .synthetic, dataPath: nil, model: UNet.Configuration(baseWidth: 16, imageChannels: 1), schedule: .cosine,
      timesteps: 200, batch: 32, learningRate: 2e-3, steps: 1, seed: seed)
    var run = try TrainingRun(
      beginning: configuration.training(steps: try configuration.stepsInTime(seconds: minutes * 60)), in: folder)
    guard try run.run() else { throw CancellationError() }

    say("Drawing: \(configuration.timesteps) steps from pure noise to digits.")
    let drawing = Drawing(configuration: configuration, model: try run.trainer.averagedModel())
    let digits = folder.url.appendingPathComponent("digits.png")
    try Picture.grid(of: try drawing.images(0..<64, seed: seed), columns: 8, scale: 3).writePNG(to: digits)
    let strip = folder.url.appendingPathComponent("process.png")
    try Picture.strip(of: try drawing.states(seeds: (0..<8).map { seed &+ $0 }, count: 8), scale: 3).writePNG(to: strip)
    print("digits it drew:            \(digits.relativePath)")
    print("how they emerge from noise: \(strip.relativePath)")
    print("how the loss fell:         \(folder.lossChart.relativePath)")
  }
}

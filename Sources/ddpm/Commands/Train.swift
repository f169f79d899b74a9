import ArgumentParser
import Foundation
import Tensors
import UNetUpsampling

/// Trains a network in a run folder.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a diffusion model.",
    discussion: """
      Leaves in the run folder config.json, log.jsonl, loss.svg, grids of samples, model.safetensors for `ddpm sample`, and \
      checkpoint.safetensors for --resume. Ctrl-C saves and stops.
      """)

  @Option(help: "The training images (default: synthetic).")
  var data: DataSource?

  @Option(help: ArgumentHelp("The folder that holds the data.", valueName: "folder"))
  var dataPath: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The channels at full size, a multiple of 8 (default: 16).", valueName: "channels"))
  var base: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Images in a batch (default: 128).", valueName: "images"))
  var batch: Int?

  @Option(
    name: .customLong("lr"), parsing: .unconditional,
    help: ArgumentHelp("The highest learning rate (default: 2e-3).", valueName: "rate"))
  var learningRate: Double?

  @Option(help: "The noise schedule (default: cosine).")
  var schedule: ScheduleKind?

  @Option(parsing: .unconditional, help: ArgumentHelp("The timesteps T (default: 1000).", valueName: "count"))
  var timesteps: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Train for so many steps (default: 3000).", valueName: "count"))
  var steps: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Train for so many passes over the data.", valueName: "count"))
  var epochs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Train for about so long; a few trial steps decide how many steps that is.", valueName: "time"))
  var minutes: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Decides the first weights, the order of the images and all noise (default: 0).", valueName: "number"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("The run folder (default: runs/ and the data's name).", valueName: "folder"))
  var out: String?

  @Flag(help: "Go on with the run in the folder; its settings hold.")
  var resume = false

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    try require("--base", base, atLeast: 1)
    try require("--batch", batch, atLeast: 1)
    try require("--timesteps", timesteps, atLeast: 1)
    try require("--steps", steps, atLeast: 1)
    try require("--epochs", epochs, atLeast: 1)
    if let learningRate, !(learningRate > 0 && learningRate < 10) {
      throw ValidationError("--lr \(learningRate): must lie between 0 and 10")
    }
    if let minutes, !(minutes > 0 && minutes < 1e6) { throw ValidationError("--minutes \(minutes): must be positive") }
    if [steps != nil, epochs != nil, minutes != nil].count(where: { $0 }) > 1 {
      throw ValidationError("--steps, --epochs and --minutes: only one of them says how long to train")
    }
    if resume, let setting = firstSetting {
      throw ValidationError("--resume goes on with the settings of the run; leave out \(setting)")
    }
    if let problem = configuration(steps: 1).problem { throw ValidationError(problem) }
  }

  func run() throws {
    engine.apply()
    let folder = RunFolder(out ?? "runs/\((data ?? .synthetic).rawValue)")
    var run: TrainingRun
    if resume {
      guard folder.holdsRun else { throw CommandError("\(folder.url.path): there is no run to go on with") }
      var configuration = try folder.readConfiguration()
      if let dataPath { configuration.dataPath = dataPath }
      run = try TrainingRun(resuming: folder, configuration: configuration)
    } else {
      run = try TrainingRun(beginning: try configuration(steps: stepCount()), in: folder)
    }
    try run.trainAndDraw()
  }

  /// The settings from the command line.
  private func configuration(steps: Int) -> RunConfiguration {
    RunConfiguration(
      data: data ?? .synthetic, dataPath: dataPath,
      model: UNet.Configuration(baseWidth: base ?? 16, imageChannels: 1), schedule: schedule ?? .cosine,
      timesteps: timesteps ?? 1000, batch: batch ?? 128, learningRate: learningRate ?? 2e-3, steps: steps,
      seed: seed ?? 0)
  }

  private func stepCount() throws -> Int {
    if let epochs {
      guard let count = try configuration(steps: 1).openData().count else {
        throw CommandError(
          "--epochs: synthetic digits never end, so that there are no epochs; use --steps or --minutes")
      }
      let size = batch ?? 128
      return epochs * ((count + size - 1) / size)
    }
    if let minutes { return try configuration(steps: 1).stepsInTime(seconds: minutes * 60) }
    return steps ?? 3000
  }

  private var firstSetting: String? {
    let given: [(String, Bool)] = [
      ("--data", data != nil), ("--base", base != nil), ("--batch", batch != nil), ("--lr", learningRate != nil),
      ("--schedule", schedule != nil), ("--timesteps", timesteps != nil), ("--steps", steps != nil),
      ("--epochs", epochs != nil), ("--minutes", minutes != nil), ("--seed", seed != nil),
    ]
    return given.first { $0.1 }?.0
  }
}

extension RunConfiguration {
  /// How many steps fit into a time, by a few steps of a training that is thrown away.
  func stepsInTime(seconds: Double) throws -> Int {
    let trial = Trainer(self, source: try openData())
    _ = try trial.trainStep()
    let start = ContinuousClock.now
    var done = 0
    while done < 20, (ContinuousClock.now - start).seconds < max(seconds / 20, 0.1) {
      _ = try trial.trainStep()
      done += 1
    }
    return max(1, Int(seconds / ((ContinuousClock.now - start).seconds / Double(max(done, 1)))))
  }
}

extension TrainingRun {
  /// Trains, draws a grid at the end, and says where everything is.
  mutating func trainAndDraw() throws {
    let configuration = trainer.configuration
    Terminal.standardError.write(
      line: "Training \(trainer.model.parameterCount) parameters on \(configuration.data.rawValue), "
        + "\(configuration.steps) steps of \(configuration.batch) images, \(ThreadPool.shared.activeCount) threads "
        + "(\(instructionSetName))")
    guard try run() else { return }
    try drawSamples(count: 64)
    print(String(format: "mean loss of the last 100 steps: %.4f", meanLoss(ofLast: 100)))
    print("samples: \(folder.samples(step: trainer.step).relativePath)")
    print("loss:    \(folder.lossChart.relativePath)")
    print("model:   \(folder.model.relativePath)")
  }
}

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
    try require("--minutes", minutes)
    if let epochs, epochs < 1 { throw ValidationError("--epochs \(epochs): must be at least 1") }
    if [steps != nil, epochs != nil, minutes != nil].count(where: { $0 }) > 1 {
      throw ValidationError("--steps, --epochs and --minutes: only one of them says how long to train")
    }
    if resume, let setting = firstSetting {
      throw ValidationError("--resume goes on with the settings of the run; leave out \(setting)")
    }
    if !resume, dataPath != nil, data != .mnist {
      throw ValidationError("--data-path goes with --data mnist; without it the digits are synthetic")
    }
    if out == "" { throw ValidationError("--out: the name of the folder is empty") }
    if let problem = configuration(steps: steps ?? 1).problem { throw ValidationError(problem) }
  }

  func run() throws {
    engine.apply()
    let folder = RunFolder(out ?? "runs/\((data ?? .synthetic).rawValue)")
    var run =
      resume
      ? try TrainingRun(resuming: folder, dataPath: dataPath)
      : try TrainingRun(beginning: try configuration(steps: stepCount()), in: folder)
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
      let (steps, overflow) = epochs.multipliedReportingOverflow(by: (count + size - 1) / size)
      return overflow ? .max : steps
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
  /// How many steps fit into a time, by a moment of a training that is thrown away.
  func stepsInTime(seconds: Double) throws -> Int {
    let trial = try Trainer(self, source: try openData())
    Terminal.standardError.write(line: "Timing a few steps to see how many fit.")
    // The first one is slower: it takes the memory that the others use again.
    _ = try trial.trainStep()
    let start = ContinuousClock.now
    var done = 0
    repeat {
      _ = try trial.trainStep()
      done += 1
    } while ContinuousClock.now - start < .seconds(min(0.6, seconds / 20))
    return max(1, Int(seconds * Double(done) / (ContinuousClock.now - start).seconds))
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
    guard try run() else { throw CancellationError() }
    try drawSamples(count: 64)
    print(String(format: "mean loss of the last 100 steps: %.4f", meanLoss(ofLast: 100)))
    print("samples: \(folder.samples(step: trainer.step).relativePath)")
    print("loss:    \(folder.lossChart.relativePath)")
    print("model:   \(folder.model.relativePath)")
  }
}

import FolderLocks
import Foundation
import Images
import Tensors

/// A training with its folder: it logs every step, saves now and then, draws samples, and can be stopped and gone on with.
struct TrainingRun {
  let trainer: Trainer
  let folder: RunFolder
  /// Where the progress is shown.
  var terminal = Terminal.standardError
  private var log: TrainingLog
  private var lastSaved = ContinuousClock.now
  /// The step of the checkpoint, where there is one.
  private var savedStep: Int?
  /// Keeps other processes from training in the folder.
  private let claim: FolderLock

  /// At most this much work is lost when the process is killed.
  private static let savingInterval: Duration = .seconds(30)

  /// Begins a run in a folder, which must not hold one.
  ///
  /// - Parameter configuration: Asked for when the folder is known to be there and free.
  init(beginning configuration: @autoclosure () throws -> RunConfiguration, in folder: RunFolder) throws {
    self.folder = folder
    claim = try folder.claim()
    guard !folder.holdsRun else {
      throw CommandError(
        "\(folder.url.path): holds a run already; go on with it with --resume, or choose another folder with --out")
    }
    let configuration = try configuration()
    trainer = try Trainer(configuration, source: try configuration.openData())
    // First of all files, so that a run that was killed at any later moment can be gone on with.
    try folder.write(configuration)
    log = try TrainingLog(at: folder.log, keeping: 0)
  }

  /// Goes on with the run in a folder, from its last checkpoint, or from the start where there is none yet.
  ///
  /// - Parameter dataPath: Where the data is now, if it has moved.
  init(resuming folder: RunFolder, dataPath: String? = nil) throws {
    guard FileManager.default.fileExists(atPath: folder.configuration.path) else {
      throw CommandError("\(folder.url.path): there is no run to go on with")
    }
    self.folder = folder
    claim = try folder.claim()
    folder.removeHalfWrittenFiles()
    var configuration = try folder.readConfiguration()
    configuration.dataPath = dataPath ?? configuration.dataPath
    let source = try configuration.openData()
    do {
      trainer = try Trainer(configuration, source: source)
    } catch let error as CommandError {
      throw CommandError("\(folder.configuration.path): \(error)")
    }
    if FileManager.default.fileExists(atPath: folder.checkpoint.path) {
      try trainer.restore(folder.checkpoint)
      savedStep = trainer.step
    }
    log = try TrainingLog(at: folder.log, keeping: trainer.step)
  }

  /// Trains to the last step, or until it is to stop; then saves.
  ///
  /// - Parameter isToStop: Asked before each step.
  /// - Returns: Whether it came to the end.
  mutating func run(until isToStop: () -> Bool = { Interruption.isRequested }) throws -> Bool {
    let steps = trainer.configuration.steps
    Interruption.listen()
    defer { Interruption.stopListening() }
    var progress = Progress(total: steps, done: trainer.step, unit: "steps", on: terminal)
    var isStopped = isToStop()
    while trainer.step < steps, !isStopped {
      do {
        if isSampleStep {
          try drawSamples(count: 16)
          terminal.write(line: "Samples after step \(trainer.step): \(folder.samples(step: trainer.step).relativePath)")
        }
      } catch is CancellationError {
        isStopped = true
        break
      }
      try trainAndLog()
      progress.show(
        trainer.step,
        String(
          format: "loss %.4f, %.0f images/s", log.meanLoss(ofLast: 50), log.entries.last?.imagesPerSecond ?? 0))
      if ContinuousClock.now - lastSaved > Self.savingInterval { try save() }
      isStopped = isToStop()
    }
    try save()
    if isStopped {
      terminal.write(
        line: "Stopped after step \(trainer.step) of \(steps); "
          + "go on with: ddpm train --resume --out \(folder.url.relativePath)")
    }
    return !isStopped
  }

  /// Three times on the way, after each quarter: before the step that follows, so that a run that was stopped while it
  /// drew does so again.
  private var isSampleStep: Bool {
    let (step, steps) = (trainer.step, trainer.configuration.steps)
    return steps >= 40 && (1...3).contains { step == steps * $0 / 4 }
  }

  private mutating func trainAndLog() throws {
    let start = ContinuousClock.now
    do {
      let (loss, rate) = try trainer.trainStep()
      let seconds = (ContinuousClock.now - start).seconds
      try log.append(
        LogEntry(
          step: trainer.step - 1, loss: loss, rate: rate,
          imagesPerSecond: Double(trainer.configuration.batch) / max(seconds, 1e-9)))
    } catch let diverged as TrainingDiverged {
      throw divergence(diverged)
    }
  }

  private func divergence(_ diverged: TrainingDiverged) -> CommandError {
    let saved =
      savedStep.map { "the last good checkpoint, of step \($0), is in \(folder.checkpoint.path)" }
      ?? "there is no checkpoint yet"
    return CommandError(
      "the loss became \(diverged.loss) at step \(diverged.step); \(saved); a lower --lr often helps")
  }

  /// Writes the checkpoint first: from it the rest can be made again.
  private mutating func save() throws {
    do {
      try trainer.checkpoint.write(to: folder.checkpoint)
    } catch let diverged as TrainingDiverged {
      throw divergence(diverged)
    }
    savedStep = trainer.step
    lastSaved = .now
    try trainer.weights.write(to: folder.model)
    try log.chart.writeSVG(to: folder.lossChart)
  }

  /// Draws a grid of samples with the averaged weights.
  func drawSamples(count: Int) throws {
    let drawing = Drawing(configuration: trainer.configuration, model: try trainer.averagedModel())
    let images = try drawing.images(0..<count, seed: trainer.configuration.seed)
    try Picture.grid(of: images, columns: Drawing.columns(for: count), scale: 2)
      .writePNG(to: folder.samples(step: trainer.step))
  }

  /// The mean loss of the last steps.
  func meanLoss(ofLast count: Int) -> Float { log.meanLoss(ofLast: count) }
}

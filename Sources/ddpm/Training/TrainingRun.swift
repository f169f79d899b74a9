import Foundation
import Images
import Tensors

/// A training with its folder: it logs every step, saves now and then, draws samples, and can be stopped and gone on with.
struct TrainingRun {
  let trainer: Trainer
  let folder: RunFolder
  private var log: TrainingLog
  private var lastSaved = ContinuousClock.now
  private var savedStep: Int?

  /// At most this much work is lost when the process is killed.
  private static let savingInterval: Duration = .seconds(30)

  /// Begins a run in a folder, which must not hold one.
  init(beginning configuration: RunConfiguration, in folder: RunFolder) throws {
    trainer = Trainer(configuration, source: try configuration.openData())
    self.folder = folder
    try folder.create()
    guard !folder.holdsRun else {
      throw CommandError(
        "\(folder.url.path): holds a run already; go on with it with --resume, or choose another folder with --out")
    }
    log = try TrainingLog(at: folder.log, keeping: 0)
    try folder.write(configuration)
  }

  /// Goes on with the run in a folder, from its last checkpoint, or from the start where there is none yet.
  init(resuming folder: RunFolder, configuration: RunConfiguration) throws {
    trainer = Trainer(configuration, source: try configuration.openData())
    self.folder = folder
    if FileManager.default.fileExists(atPath: folder.checkpoint.path) {
      try trainer.restore(folder.checkpoint)
      savedStep = trainer.step
    }
    log = try TrainingLog(at: folder.log, keeping: trainer.step)
  }

  /// Trains to the last step, or until Ctrl-C.
  ///
  /// - Returns: Whether the last step was reached.
  mutating func run() throws -> Bool {
    let configuration = trainer.configuration
    Interruption.listen()
    var progress = Progress(total: configuration.steps, done: trainer.step, unit: "steps")
    while trainer.step < configuration.steps {
      try trainAndLog()
      progress.show(
        trainer.step,
        String(
          format: "loss %.4f, %.0f images/s", log.meanLoss(ofLast: 50), log.entries.last?.imagesPerSecond ?? 0))
      if Interruption.isRequested {
        try save()
        Terminal.standardError.write(line: "Stopped after step \(trainer.step); go on with --resume.")
        return false
      }
      if ContinuousClock.now - lastSaved > Self.savingInterval { try save() }
      if isSampleStep { try drawSamples(count: 16) }
    }
    try save()
    return true
  }

  /// Three times on the way, after each quarter.
  private var isSampleStep: Bool {
    let (step, steps) = (trainer.step, trainer.configuration.steps)
    return step < steps && steps >= 40 && (1...3).contains { step == steps * $0 / 4 }
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

  /// Writes the checkpoint first: the averaged weights can be had from it.
  private mutating func save() throws {
    guard savedStep != trainer.step else { return }
    do {
      try trainer.checkpoint.write(to: folder.checkpoint)
    } catch let diverged as TrainingDiverged {
      throw divergence(diverged)
    }
    try trainer.weights.write(to: folder.model)
    try log.chart.writeSVG(to: folder.lossChart)
    savedStep = trainer.step
    lastSaved = .now
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

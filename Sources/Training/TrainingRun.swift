import Datasets
import FolderLocks
import Foundation
import Images
import Reports

/// A training with its folder: it logs every step, saves from time to time, draws samples, and can be stopped and resumed.
public struct TrainingRun {
  /// What happens on the way, for a program to show.
  public enum Event {
    /// A step was done.
    case stepped(LogEntry, meanLoss: Float)
    /// That many of the denoising steps of a grid of samples were done.
    case drewStep(Int, of: Int)
    /// A grid of samples was drawn after that many steps.
    case drewSamples(step: Int, file: URL)
    /// The run was stopped before its end, and saved.
    case stopped(step: Int)
  }

  /// The training itself.
  public let trainer: Trainer
  /// The folder with its files.
  public let folder: RunFolder
  /// Called for each event.
  public var onEvent: (Event) -> Void = { _ in }
  /// Whether grids of samples are drawn on the way.
  public var drawsOnTheWay = true
  private var log: TrainingLog
  private var savingPace = SavingPace()
  /// The step of the checkpoint, where there is one.
  private var savedStep: Int?
  /// Keeps other processes from training in the folder.
  private let lock: FolderLock

  /// Begins a run in a folder, which must not hold one.
  ///
  /// - Parameters:
  ///   - recipe: Evaluated once the folder is locked and known to hold no run.
  ///   - folder: The folder, which is made where there is none.
  ///   - lock: The folder's lock, where the caller holds it already.
  /// - Throws: ``TrainingError`` where the folder holds a run or is in use; whatever opening the data and ``Trainer`` throw.
  public init(
    beginning recipe: @autoclosure () throws -> Recipe, in folder: RunFolder, holding lock: FolderLock? = nil
  ) throws {
    self.folder = folder
    self.lock = try lock ?? folder.lock()
    guard !folder.holdsRun else {
      throw TrainingError(
        "\(folder.url.path): holds a run already; resume it with --resume, or choose another folder with --out")
    }
    let recipe = try recipe()
    trainer = try Trainer(recipe, source: try recipe.data.open(seed: recipe.seed))
    // First of all files, so that a run that was killed at any later moment can be resumed.
    try folder.write(trainer.recipe)
    log = try TrainingLog(at: folder.log, keeping: 0)
  }

  /// Resumes the run in a folder, from its last checkpoint, or from the start where there is none yet.
  ///
  /// - Parameters:
  ///   - folder: The folder of the run.
  ///   - dataPath: Where the data is now, if it has moved.
  ///   - lock: The folder's lock, where the caller holds it already.
  /// - Throws: ``TrainingError`` where there is no run or the folder is in use; whatever reading the recipe, the data and the
  ///   checkpoint throws.
  public init(resuming folder: RunFolder, dataPath: String? = nil, holding lock: FolderLock? = nil) throws {
    guard FileManager.default.fileExists(atPath: folder.configuration.path) else {
      throw TrainingError("\(folder.url.path): there is no run to resume")
    }
    self.folder = folder
    self.lock = try lock ?? folder.lock()
    folder.removeHalfWrittenFiles()
    var recipe = try folder.readRecipe()
    recipe.data.path = dataPath ?? recipe.data.path
    do {
      trainer = try Trainer(recipe, source: try recipe.data.open(seed: recipe.seed))
    } catch let error as TrainingError {
      throw TrainingError("\(folder.configuration.path): \(error)")
    } catch let error as RecipeError {
      throw TrainingError("\(folder.configuration.path): \(error)")
    }
    if FileManager.default.fileExists(atPath: folder.checkpoint.path) {
      try trainer.restore(folder.checkpoint)
      savedStep = trainer.step
    }
    log = try TrainingLog(at: folder.log, keeping: trainer.step)
  }

  /// Trains to the last step, or until it should stop; then saves.
  ///
  /// - Parameter shouldStop: Asked before each step, and between the steps of drawing.
  /// - Returns: Whether it reached the last step.
  /// - Throws: ``TrainingError`` where the training diverges or a file cannot be written.
  public mutating func run(until shouldStop: () -> Bool) throws -> Bool {
    var isStopped = shouldStop()
    while trainer.step < trainer.recipe.steps, !isStopped {
      do {
        if isSampleStep { try drawSamples(count: sampleCount, isCancelled: shouldStop) }
      } catch is CancellationError {
        isStopped = true
        break
      }
      try trainAndLog()
      if savingPace.isDue { try save() }
      isStopped = shouldStop()
    }
    try save()
    if isStopped { onEvent(.stopped(step: trainer.step)) }
    return !isStopped
  }

  /// Three times on the way, after each of the first three quarters. Samples are drawn before the step that follows: a run that
  /// was stopped while it drew draws again when it is resumed.
  private var isSampleStep: Bool {
    let (step, steps) = (trainer.step, trainer.recipe.steps)
    return drawsOnTheWay && trainer.recipe.drawsImages && steps >= 40 && (1...3).contains { step == steps * $0 / 4 }
  }

  /// Sixteen images or, with labels, as many of each class, up to twenty.
  private var sampleCount: Int { LabelChoice(trainer.recipe)?.gridCount(upTo: 20) ?? 16 }

  private mutating func trainAndLog() throws {
    let start = ContinuousClock.now
    do {
      let report = try trainer.trainStep()
      let seconds = (ContinuousClock.now - start).seconds
      let entry = LogEntry(
        step: trainer.step - 1, loss: report.loss, generatorLoss: report.generatorLoss,
        learningRate: report.learningRate, imagesPerSecond: Double(trainer.recipe.batch) / max(seconds, 1e-9))
      try log.append(entry)
      onEvent(.stepped(entry, meanLoss: log.meanLoss(ofLast: 50)))
    } catch let diverged as TrainingDiverged {
      throw divergence(diverged)
    }
  }

  private func divergence(_ diverged: TrainingDiverged) -> TrainingError {
    let saved =
      savedStep.map { "the last good checkpoint, of step \($0), is in \(folder.checkpoint.path)" }
      ?? "there is no checkpoint yet"
    return TrainingError(
      "the loss became \(diverged.loss) at step \(diverged.step); \(saved); a lower --lr often helps")
  }

  /// Writes the checkpoint first: the model and the chart can be made from it and the log.
  private mutating func save() throws {
    let start = ContinuousClock.now
    do {
      try trainer.checkpoint.write(to: folder.checkpoint)
    } catch let diverged as TrainingDiverged {
      throw divergence(diverged)
    }
    savedStep = trainer.step
    try trainer.weights.write(to: folder.model)
    try log.chart.writeSVG(to: folder.lossChart)
    savingPace.saved(since: start)
  }

  /// Draws a grid of samples with the weights as they are now.
  public func drawSamples(count: Int, isCancelled: () -> Bool = { false }) throws {
    try withoutActuallyEscaping(isCancelled) { isCancelled in
      var sampler = try trainer.makeImageSampler()
      sampler.isCancelled = isCancelled
      sampler.onProgress = { [onEvent] in onEvent(.drewStep($0, of: $1)) }
      let file = folder.samples(step: trainer.step)
      try sampler.grid(count: count, seed: trainer.recipe.seed, labels: LabelChoice(trainer.recipe), scale: 2)
        .writePNG(to: file)
      onEvent(.drewSamples(step: trainer.step, file: file))
    }
  }

  /// The mean loss of the last steps.
  public func meanLoss(ofLast count: Int) -> Float { log.meanLoss(ofLast: count) }

  /// How long all steps so far took, those before the run was resumed included.
  public var trainingSeconds: Double {
    log.entries.reduce(0) { $0 + Double(trainer.recipe.batch) / $1.imagesPerSecond }
  }
}

/// When to save: every 30 seconds, or less often where saving takes long, so that it takes at most a twentieth of the time.
private struct SavingPace {
  private var last = ContinuousClock.now
  private var interval: Duration = .seconds(30)

  var isDue: Bool { ContinuousClock.now - last > interval }

  mutating func saved(since start: ContinuousClock.Instant) {
    last = .now
    interval = max(.seconds(30), (last - start) * 20)
  }
}

extension Duration {
  /// This duration in seconds.
  public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

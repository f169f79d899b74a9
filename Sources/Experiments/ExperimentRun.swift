import FolderLocks
import Foundation
import Reports
import Scoring
import Tensors
import Training

/// Runs the cells of an experiment in their folders. Several processes may do so at the same time.
public struct ExperimentRun {
  /// What happens on the way, for a program to show.
  public enum Event {
    /// Work on a cell begins.
    case began(Cell)
    /// The training of a cell made progress.
    case trained(TrainingRun.Event, steps: Int)
    /// That many of the images of a drawing are done.
    case drew(Int, of: Int)
    /// That much of a stage of a scoring is done.
    case scored(ScoringStage, Int, of: Int)
    /// A cell is finished.
    case finished(Cell, CellResult)
    /// The work on a cell was stopped, and what there is of it is saved.
    case stopped(Cell)
    /// A cell was left alone, for a reason in one sentence.
    case skipped(Cell, String)
  }

  /// What is run.
  public let experiment: Experiment
  /// The scale.
  public let scale: ExperimentScale
  /// The folder that holds the cells' folders.
  public let folder: URL
  /// The folder of the data, where the scale's data comes from one.
  public var dataPath: String?
  /// Called for each event.
  public var onEvent: (Event) -> Void = { _ in }
  /// Asked between two steps; then work is saved and a `CancellationError` is thrown.
  public var shouldStop: () -> Bool = { false }

  /// Names an experiment, a scale, and the folder of all experiments; nothing is made yet.
  public init(_ experiment: Experiment, at scale: ExperimentScale, in root: String = "runs/experiments") {
    self.experiment = experiment
    self.scale = scale
    folder = URL(fileURLWithPath: root, isDirectory: true)
      .appendingPathComponent(experiment.name, isDirectory: true)
      .appendingPathComponent(scale.rawValue, isDirectory: true)
  }

  /// The folder for statistics of real images, which all experiments share.
  var cache: URL {
    folder.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("cache", isDirectory: true)
  }

  /// The folder of a cell.
  public func folder(of name: String) -> CellFolder {
    CellFolder(url: folder.appendingPathComponent(name, isDirectory: true))
  }

  /// Runs all cells that are not finished.
  ///
  /// - Throws: `CancellationError` where it was stopped; whatever the first cell that fails throws.
  public func run() throws {
    for cell in try experiment.cells(scale) { _ = try run(cell, discardingOther: false) }
  }

  /// Runs one cell, and before it the one whose network it needs. What is unusable in its folder is replaced.
  ///
  /// - Throws: As ``run()``; ``ExperimentError`` where there is no such cell.
  public func run(only name: String) throws { _ = try run(try experiment.cell(name, at: scale), discardingOther: true) }

  /// Runs a cell where it is not finished.
  ///
  /// - Returns: Whether it is finished now.
  private func run(_ cell: Cell, discardingOther: Bool) throws -> Bool {
    if case .done = folder(of: cell.name).status(of: cell, scale: scale) {
      onEvent(.skipped(cell, "done"))
      return true
    }
    if let dependency = cell.dependency {
      let needed = try experiment.cell(dependency, at: scale)
      if case .done = folder(of: dependency).status(of: needed, scale: scale) {
      } else if try !run(needed, discardingOther: false) {
        onEvent(.skipped(cell, "it needs the network of \(dependency)"))
        return false
      }
    }
    let place = folder(of: cell.name)
    try createFolder(place.url)
    let lock: FolderLock
    do {
      lock = try FolderLock(place.url)
    } catch .held {
      onEvent(.skipped(cell, "another process is at work on it"))
      return false
    } catch .unopened(let reason) {
      throw ExperimentError("\(place.url.path): the folder cannot be opened (\(reason))")
    }
    // Once more, under the lock: another process may have finished it meanwhile.
    switch place.status(of: cell, scale: scale) {
    case .done: return true
    case .notDone: break
    case .unusable where discardingOther: try place.discard(cell)
    case .unusable(let reason):
      onEvent(.skipped(cell, reason + "; --only \(cell.name) runs it again"))
      return false
    }
    onEvent(.began(cell))
    let result: CellResult
    do {
      result = try CellWork(cell: cell, run: self, place: place, lock: lock).result()
    } catch let cancellation as CancellationError {
      onEvent(.stopped(cell))
      throw cancellation
    }
    try result.writeJSON(to: place.result)
    onEvent(.finished(cell, result))
    return true
  }
}

extension CellFolder {
  /// Makes room for a cell's work: removes a result that cannot be used, and a training by another recipe.
  func discard(_ cell: Cell) throws {
    var files = [result]
    let recipe = try? run.readRecipe()
    if case .training(let own, _) = cell.work, recipe?.withoutPlace == own.withoutPlace {
      // The training itself is this cell's; what was drawn is looked at when it is read.
    } else {
      files += [run.checkpoint, run.model, run.configuration]
    }
    for file in files where unlink(file.path) != 0 && errno != ENOENT {
      throw ExperimentError("\(file.path): cannot be removed (\(String(cString: strerror(errno)).lowercased()))")
    }
  }
}

import Foundation
import Reports
import Training

/// What a finished cell leaves in `result.json`.
public struct CellResult: Codable, Equatable, Sendable {
  /// The version of the file's format.
  public private(set) var formatVersion = CellResult.currentFormatVersion
  /// The scale.
  public let scale: ExperimentScale
  /// The cell as it was when this was made. If it is another today, the result is stale.
  public let cell: Cell
  /// What was measured, by name: `loss`, or `drawing/frechet`. All are finite.
  public let numbers: [String: Double]
  /// The names of pictures in the cell's folder, by what they show: `drawing/grid`.
  public let pictures: [String: String]
  /// How long training, drawing and scoring took.
  public let seconds: Double

  static let currentFormatVersion = 1

  /// Puts the parts together. Numbers that are infinite or NaN are left out: there is nothing to compare.
  public init(
    _ cell: Cell, scale: ExperimentScale, numbers: [String: Double], pictures: [String: String] = [:], seconds: Double
  ) {
    self.cell = cell
    self.scale = scale
    self.numbers = numbers.filter { $0.value.isFinite }
    self.pictures = pictures
    self.seconds = seconds
  }
}

/// The files of a cell: those of a run folder, and the results.
public struct CellFolder: Sendable {
  /// The folder itself.
  public let url: URL

  /// Where a training in it has its files.
  public var run: RunFolder { RunFolder(url.path) }
  /// The result, written last.
  public var result: URL { url.appendingPathComponent("result.json") }

  /// What one drawing of a training gave, written when it was done, so that an interrupted cell need not draw again.
  func part(_ drawing: Drawing) -> URL { url.appendingPathComponent("drawing-\(drawing.name).json") }

  /// How far a cell is.
  public enum Status: Equatable, Sendable {
    /// It is finished.
    case done(CellResult)
    /// It is not finished; perhaps it was begun.
    case notDone
    /// A file in its folder is no result of this program, or of other work than the cell is today: in one sentence.
    case unusable(String)
  }

  /// How far the cell is, by its files.
  public func status(of cell: Cell, scale: ExperimentScale) -> Status {
    let fileManager = FileManager.default
    guard fileManager.fileExists(atPath: result.path) else {
      guard case .training(let recipe, _) = cell.work, fileManager.fileExists(atPath: run.configuration.path) else {
        return .notDone
      }
      // A training was begun. One by another recipe would give another cell's result.
      guard let begun = try? run.readRecipe() else {
        return .unusable("\(run.configuration.path): damaged")
      }
      return begun.withoutPlace == recipe.withoutPlace
        ? .notDone : .unusable("\(run.configuration.path): the training was begun with another recipe")
    }
    guard let data = try? Data(contentsOf: result), let version = try? JSONDecoder().decode(Version.self, from: data)
    else { return .unusable("\(result.path): the result is damaged") }
    guard version.formatVersion == CellResult.currentFormatVersion else {
      return .unusable("\(result.path): it has the format version \(version.formatVersion), which is not known")
    }
    guard let result = try? JSONDecoder().decode(CellResult.self, from: data) else {
      return .unusable("\(self.result.path): the result is damaged")
    }
    return result.cell == cell && result.scale == scale
      ? .done(result) : .unusable("\(self.result.path): the result is stale: the cell was another when it was made")
  }

  private struct Version: Decodable {
    var formatVersion: Int
  }
}

extension Recipe {
  /// This recipe without what a training fills in: where the data is, and what its classes are called.
  var withoutPlace: Recipe {
    var recipe = self
    recipe.data.path = nil
    recipe.data.classNames = nil
    return recipe
  }
}

extension Encodable {
  /// Writes this as JSON, as a whole or not at all; the same text every time.
  ///
  /// - Throws: ``ExperimentError`` that names the file.
  func writeJSON(to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try (try encoder.encode(self) + Data("\n".utf8)).write(to: url, options: .atomic)
    } catch {
      throw ExperimentError("\(url.path): cannot be written (\(reason(for: error)))")
    }
  }
}

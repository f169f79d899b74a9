import Foundation
import Reports

/// The numbers of an experiment that are kept with the sources, and from which the table of claims is made.
public struct KeptResults: Codable, Equatable, Sendable {
  /// What is kept of a cell.
  public struct Kept: Codable, Equatable, Sendable {
    /// What was measured, by name: whole numbers as they are, others to six digits.
    public let numbers: [String: Double]
    /// The steps of its training.
    public let steps: Int
    /// How long it took, in whole seconds.
    public let seconds: Double
    /// Where its images came from; nil where there are none.
    public let data: DataSource?
  }

  /// The version of the file's format.
  public private(set) var formatVersion = 1
  /// The name of the experiment.
  public let experiment: String
  /// The scale.
  public let scale: ExperimentScale
  /// The cells by their names.
  public let cells: [String: Kept]

  /// Puts the parts together.
  public init(experiment: String, scale: ExperimentScale, cells: [String: Kept]) {
    self.experiment = experiment
    self.scale = scale
    self.cells = cells
  }

  /// What there is of an experiment.
  public init(_ experiment: Experiment, _ findings: Findings) {
    self.init(
      experiment: experiment.name, scale: findings.scale,
      cells: findings.results.mapValues { result in
        Kept(
          numbers: result.numbers.mapValues(Self.rounded), steps: result.cell.steps,
          seconds: result.seconds.rounded(), data: result.cell.dataSource)
      })
  }

  private static func rounded(_ number: Double) -> Double {
    number == number.rounded() ? number : Double(String(format: "%.6g", number)) ?? number
  }

  /// Where they are kept, in the folder of the package.
  static let folder = "Sources/Experiments/Results"

  /// With the cells that only older results have: of another machine, or of a folder that is gone. One whose training has another
  /// length by now is not taken.
  func completed(by older: KeptResults) throws -> KeptResults {
    let steps = Dictionary(
      uniqueKeysWithValues: try Experiment.named(experiment).cells(scale).map { ($0.name, $0.steps) })
    let usable = older.cells.filter { steps[$0.key] == $0.value.steps }
    return KeptResults(experiment: experiment, scale: scale, cells: cells.merging(usable) { new, _ in new })
  }

  /// Writes them where they are kept, beside the cells that are kept there already.
  ///
  /// - Parameter package: The folder of the package.
  /// - Returns: The file.
  /// - Throws: ``ExperimentError`` where this is not the folder of the package, or what is kept there cannot be read.
  public func write(
    package: URL = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
  ) throws -> URL {
    let folder = package.appendingPathComponent(Self.folder, isDirectory: true)
    guard FileManager.default.fileExists(atPath: folder.path) else {
      throw ExperimentError("--keep: there is no \(Self.folder) here; run it in the folder of the package")
    }
    let file = folder.appendingPathComponent("\(scale.rawValue)/\(experiment).json")
    do {
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw ExperimentError("\(file.path): the folder cannot be made")
    }
    let older = try Self.all(package: package).first { $0.experiment == experiment && $0.scale == scale }
    try (older.map(completed) ?? self).writeJSON(to: file)
    return file
  }

  /// All that is kept, of every experiment and scale.
  ///
  /// - Parameter package: The folder of the package.
  /// - Throws: ``ExperimentError`` that names a file which is none of these, or says that there is no such folder.
  public static func all(
    package: URL = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
  ) throws -> [KeptResults] {
    let folder = package.appendingPathComponent(Self.folder, isDirectory: true)
    guard FileManager.default.fileExists(atPath: folder.path) else {
      throw ExperimentError("there is no \(Self.folder) here; run it in the folder of the package")
    }
    return try ExperimentScale.allCases.flatMap { scale in
      try Experiment.all.compactMap { experiment -> KeptResults? in
        let file = folder.appendingPathComponent("\(scale.rawValue)/\(experiment.name).json")
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        guard let kept = try? JSONDecoder().decode(KeptResults.self, from: Data(contentsOf: file)),
          kept.formatVersion == 1, kept.scale == scale, kept.experiment == experiment.name
        else { throw ExperimentError("\(file.path): these are no kept results of \(experiment.name)") }
        return kept
      }
    }
  }
}

import Reports
import Training

/// A question that a report raises, and the cells that answer it.
public struct Experiment: Sendable {
  /// What it is called on a command line, and the name of its folder.
  public let name: String
  /// The number and the title of the report.
  public let source: String
  /// What it asks, in one sentence.
  public let question: String
  /// What differs from the report at the scales below the full one, in a sentence or two.
  public let differences: String
  /// Its cells at a scale, in the order in which they are run; a cell comes after the one whose network it needs.
  public let cells: @Sendable (ExperimentScale) throws -> [Cell]
  /// Makes tables, charts and pictures of what there is.
  let summary: @Sendable (Findings) throws -> Summary

  /// The five experiments.
  public static let all = [
    Assignment2Experiment.experiment, CVPDLExperiment.experiment, Lab6Experiment.experiment, CS771Experiment.experiment,
    CIFARCatsExperiment.experiment,
  ]

  /// The experiment of that name.
  ///
  /// - Throws: ``ExperimentError`` with the nearest names.
  public static func named(_ name: String) throws -> Experiment {
    guard let experiment = all.first(where: { $0.name == name }) else {
      throw ExperimentError("there is no experiment \(name); \(hint(for: name, among: all.map(\.name)))")
    }
    return experiment
  }

  /// The cell of that name.
  ///
  /// - Throws: ``ExperimentError`` with the nearest names.
  public func cell(_ name: String, at scale: ExperimentScale) throws -> Cell {
    let cells = try cells(scale)
    guard let cell = cells.first(where: { $0.name == name }) else {
      throw ExperimentError(
        "--only \(name): \(self.name) has no such cell; \(Self.hint(for: name, among: cells.map(\.name)))")
    }
    return cell
  }

  /// What may have been meant by a name that there is not, for an error.
  private static func hint(for name: String, among names: [String]) -> String {
    nearestName(to: name, among: names).map { "the nearest is \($0)" }
      ?? "there are \(names.joined(separator: ", "))"
  }
}

import Foundation
import Images
import Training

extension ExperimentRun {
  /// Writes what there is into `report.md`, `report.csv`, charts and pictures beside the cells' folders.
  ///
  /// - Returns: The names of the files, `report.md` first.
  /// - Throws: ``ExperimentError`` where no cell is finished or a file cannot be written; an `ImageError` that names a picture.
  public func writeReport(_ findings: Findings) throws -> [String] {
    guard !findings.results.isEmpty else {
      throw ExperimentError("\(folder.path): there are no results yet; ddpm experiment \(experiment.name) makes them")
    }
    let summary = try experiment.summary(findings)
    var files = ["report.md", "report.csv"]
    for (name, chart) in summary.charts {
      try chart.writeSVG(to: folder.appendingPathComponent("\(name).svg"))
      files.append("\(name).svg")
    }
    for (name, _, picture) in summary.pictures {
      try picture.writePNG(to: folder.appendingPathComponent("\(name).png"))
      files.append("\(name).png")
    }
    try write(markdown(findings, summary), to: "report.md")
    try write(Self.csv(findings), to: "report.csv")
    return files
  }

  private func write(_ text: String, to name: String) throws {
    let file = folder.appendingPathComponent(name)
    do {
      try Data(text.utf8).write(to: file, options: .atomic)
    } catch {
      throw ExperimentError("\(file.path): cannot be written (\(reason(for: error)))")
    }
  }

  private func markdown(_ findings: Findings, _ summary: Summary) -> String {
    let seconds = findings.results.values.reduce(0) { $0 + $1.seconds }
    var parts = [
      "# \(experiment.name) at \(scale.rawValue) scale\n\nReport \(experiment.source). \(experiment.question)\n\n"
        + (scale == .full ? "" : experiment.differences + "\n\n")
        + "\(findings.results.count) cells are done; they took \(Int(seconds / 60 + 0.5)) minutes.\n"
    ]
    parts += summary.tables.map(\.markdown)
    parts += summary.charts.map { "![\($0.chart.title)](\($0.name).svg)\n" }
    parts += summary.pictures.map { "\($0.caption)\n\n![\($0.caption)](\($0.name).png)\n" }
    if !findings.missing.isEmpty {
      let lines = findings.missing.map { "- `\($0.cell.name)`" + ($0.reason.map { ": \($0)" } ?? "") }
      parts.append("### Cells that are not done\n\n" + lines.joined(separator: "\n") + "\n")
    }
    return parts.joined(separator: "\n")
  }

  /// All numbers, one a line: cell, name, number.
  static func csv(_ findings: Findings) -> String {
    let lines = findings.results.sorted { $0.key < $1.key }.flatMap { name, result in
      result.numbers.sorted { $0.key < $1.key }.map { "\(name),\"\($0.key)\",\($0.value)" }
    }
    return (["cell,number,value"] + lines).joined(separator: "\n") + "\n"
  }
}

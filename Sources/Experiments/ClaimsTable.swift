import Foundation

/// The table of all claims, as Markdown, made of kept results.
public struct ClaimsTable {
  private let results: [KeptResults]

  /// Makes the table from what is kept.
  public init(_ results: [KeptResults]) { self.results = results }

  /// What stands before and after the table in a file.
  static let (begin, end) = ("<!-- claims: begin, written by ddpm experiment --claims -->", "<!-- claims: end -->")

  /// The table.
  public var markdown: String {
    let head = """
      | report | it claims | we measured | scale | holds | why |
      |---|---|---|---|---|---|
      """
    return head + "\n" + Claim.all.map(row).joined(separator: "\n") + "\n\n" + commands
  }

  /// A claim at the largest scale at which all that decides it was measured.
  private func row(_ claim: Claim) -> String {
    for scale in ExperimentScale.allCases.reversed() {
      guard let kept = results.first(where: { $0.experiment == claim.experiment && $0.scale == scale }),
        let finding = try? claim.judge(Claim.Measured(results: kept))
      else { continue }
      return
        "| \(claim.place) | \(claim.text) | \(finding.numbers) | `\(scale.rawValue)` | "
        + "\(finding.holds ? "yes" : "no") | "
        + "\(claim.reason) |"
    }
    return "| \(claim.place) | \(claim.text) | not measured yet | | | \(claim.reason) |"
  }

  /// By which commands the numbers were made, on what, and how long that took.
  private var commands: String {
    let lines = results.map { kept in
      let minutes = Int(kept.cells.values.reduce(0) { $0 + $1.seconds } / 60 + 0.5)
      let sources = Set(kept.cells.values.compactMap { $0.data?.rawValue }).sorted().joined(separator: ", ")
      let path = kept.cells.values.contains { $0.data?.needsPath == true } ? " --data-path FOLDER" : ""
      let cells = kept.cells.count == 1 ? "1 cell" : "\(kept.cells.count) cells"
      return "- `ddpm experiment \(kept.experiment) --scale \(kept.scale.rawValue)\(path)`: \(cells)"
        + (sources.isEmpty ? "" : " on \(sources)") + ", \(minutes) min"
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A file's text with the table in the place of the old one; nil where it does not have both marks, in their order.
  public func replaced(in text: String) -> String? {
    guard let begin = text.range(of: Self.begin), let end = text.range(of: Self.end),
      begin.upperBound <= end.lowerBound
    else { return nil }
    return text[..<begin.upperBound] + "\n\n" + markdown + "\n" + text[end.lowerBound...]
  }

  /// Writes the table into a file in the place of the old one.
  ///
  /// - Throws: ``ExperimentError`` where the file cannot be read or written, or has no place for the table.
  public func write(to file: URL) throws {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else {
      throw ExperimentError("\(file.path): cannot be read; run it in the folder of the package")
    }
    guard let replaced = replaced(in: text) else {
      throw ExperimentError("\(file.path): there are no two lines between which the table could stand")
    }
    do {
      try Data(replaced.utf8).write(to: file, options: .atomic)
    } catch {
      throw ExperimentError("\(file.path): cannot be written")
    }
  }
}

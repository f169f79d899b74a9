import Foundation
import Images
import Training

/// The results of an experiment that there are, for its tables, charts and pictures.
public struct Findings {
  /// The scale.
  public let scale: ExperimentScale
  /// The finished cells' results, by their names.
  public let results: [String: CellResult]
  /// The cells that are not finished, with the reason where there is one.
  public let missing: [(cell: Cell, reason: String?)]
  private let run: ExperimentRun

  /// Reads what is there.
  public init(_ run: ExperimentRun) throws {
    self.run = run
    scale = run.scale
    var (results, missing) = ([String: CellResult](), [(cell: Cell, reason: String?)]())
    for cell in try run.experiment.cells(run.scale) {
      switch run.folder(of: cell.name).status(of: cell, scale: run.scale) {
      case .done(let result): results[cell.name] = result
      case .notDone: missing.append((cell, nil))
      case .unusable(let reason): missing.append((cell, reason))
      }
    }
    (self.results, self.missing) = (results, missing)
  }

  /// A number of a cell; nil where it is not there.
  func number(_ cell: String, _ name: String) -> Double? { results[cell]?.numbers[name] }

  /// A picture of a cell; nil where the cell has none or is not finished.
  ///
  /// - Throws: An `ImageError` where the file is not what it should be.
  func picture(_ cell: String, _ name: String) throws -> Picture? {
    guard let file = results[cell]?.pictures[name] else { return nil }
    return try Picture(contentsOf: run.folder(of: cell).url.appendingPathComponent(file))
  }

  /// The losses of a cell's training, as means of a fiftieth of it.
  func losses(_ cell: String) -> LineChart.Series {
    let entries = LogEntry.read(run.folder(of: cell).run.log)
    let window = max(1, entries.count / 50)
    let points = stride(from: 0, to: entries.count - window + 1, by: window).map { first in
      let part = entries[first..<first + window]
      return LineChart.Point(
        x: Double(first + window), y: part.reduce(0) { $0 + Double($1.loss) } / Double(window))
    }
    return LineChart.Series(cell, points: points)
  }

  /// A picture of pictures of one size; nil where there are none.
  ///
  /// - Parameter rows: The pictures, as many in each row. One that is missing is black.
  func mosaic(_ rows: [[Picture?]]) throws -> Picture? {
    guard let some = rows.lazy.flatMap({ $0 }).compactMap({ $0 }).first, let columns = rows.first?.count else {
      return nil
    }
    let black = try Picture(
      width: some.width, height: some.height, channels: some.channels,
      bytes: [UInt8](repeating: 0, count: some.bytes.count))
    return try Picture.grid(of: rows.flatMap { $0 }.map { $0 ?? black }, columns: columns, padding: 4)
  }
}

/// What an experiment comes to.
struct Summary {
  /// The tables, in order.
  var tables: [ResultTable] = []
  /// Charts, by the names of their files without the ending.
  var charts: [(name: String, chart: LineChart)] = []
  /// Pictures, by the names of their files without the ending, with what they show.
  var pictures: [(name: String, caption: String, picture: Picture)] = []

  /// Adds a picture where there is one.
  mutating func add(_ name: String, _ caption: String, _ picture: Picture?) {
    if let picture { pictures.append((name, caption, picture)) }
  }
}

/// A table of results.
struct ResultTable {
  /// What it shows.
  let title: String
  /// The headings; the first column names the rows.
  let columns: [String]
  /// The rows: the name, and a number for each other column; nil for one that is not there.
  let rows: [(name: String, numbers: [Double?])]

  /// The table in Markdown.
  var markdown: String {
    let head = "| " + columns.joined(separator: " | ") + " |"
    let rule = "|---|" + columns.dropFirst().map { _ in "--:|" }.joined()
    let lines = rows.map { row in
      "| \(row.name) | " + row.numbers.map { $0.map(shortNumber) ?? "–" }.joined(separator: " | ") + " |"
    }
    return "### \(title)\n\n" + ([head, rule] + lines).joined(separator: "\n") + "\n"
  }
}

/// A number with three significant digits, or as a whole one where it is larger.
func shortNumber(_ number: Double) -> String {
  if number == 0 { return "0" }
  let digits = 2 - Int(log10(abs(number)).rounded(.down))
  return digits > 5 ? String(format: "%.2e", number) : String(format: "%.\(max(digits, 0))f", number)
}

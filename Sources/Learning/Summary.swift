import Tensors

extension Layer {
  /// A table of the layers that hold parameters, with their kinds, the shapes and number of their parameters, and the
  /// total.
  ///
  /// - Parameter depth: How many components of a path are told apart. The layers below a path of that length are added up
  ///   in one row.
  /// - Returns: Lines with aligned columns, separated by newlines.
  public func summary(depth: Int = .max) -> String {
    var kinds: [String: String] = [:]
    for case (let path, let layer as any Layer) in parts { kinds[path] = "\(type(of: layer))" }

    var rows: [SummaryRow] = []
    for (path, parameter) in parameters {
      let components = path.split(separator: ".")
      let owner = components.dropLast()
      let shown = owner.prefix(max(depth, 0)).joined(separator: ".")
      if rows.last?.path != shown { rows.append(SummaryRow(path: shown, kind: kinds[shown] ?? "")) }
      rows[rows.count - 1].count += parameter.value.shape.elementCount
      if owner.count <= depth, let name = components.last {
        rows[rows.count - 1].shapes.append("\(name) \(parameter.value.shape)")
      }
    }
    return SummaryRow.table(rows, of: "\(type(of: self))")
  }
}

private struct SummaryRow {
  let path: String
  let kind: String
  var shapes: [String] = []
  var count = 0

  static func table(_ rows: [SummaryRow], of model: String) -> String {
    let total = rows.reduce(0) { $0 + $1.count }
    let cells =
      [["layer", "kind", "shapes", "parameters"]]
      + rows.map { [$0.path.isEmpty ? "." : $0.path, $0.kind, $0.shapes.joined(separator: ", "), grouped($0.count)] }
      + [["total", model, "", grouped(total)]]
    let widths = (0..<4).map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      let words = zip(row, widths).prefix(3).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      let number = String(repeating: " ", count: widths[3] - row[3].count) + row[3]
      return (words + [number]).joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// A number with commas between groups of three digits.
  private static func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    for position in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: position) }
    return String(digits)
  }
}

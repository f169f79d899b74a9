import ArgumentParser
import Reports

/// Lists the systems of the reports.
struct ReportList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reports", abstract: "List the systems of the five reports, for `ddpm train --report`.")

  func run() throws { try StandardStreams.writeResult(text) }

  /// What it prints.
  var text: String {
    let width = Report.all.map(\.name.count).max() ?? 0
    return Report.all.map { report in
      let name = report.name + String(repeating: " ", count: width - report.name.count)
      let indent = String(repeating: " ", count: width + 2)
      var lines = ["\(name)  \(report.source): \(report.summary)"]
      if !report.variants.isEmpty { lines.append("\(indent)--variant \(report.variants.joined(separator: ", "))") }
      if report.hasConditionalForm { lines.append("\(indent)--label-conditional") }
      return lines.joined(separator: "\n") + "\n"
    }.joined()
  }
}

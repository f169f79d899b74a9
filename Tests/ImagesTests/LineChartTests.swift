import Foundation
import Testing

@testable import Images

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct AxisTests {
  @Test(arguments: [
    ([0.0, 10], [0.0, 2, 4, 6, 8, 10]),
    ([0.013, 0.27], [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]),
    ([-3.2, 4.1], [-4, -2, 0, 2, 4, 6]),
    ([0, 300_000], [0, 50000, 100_000, 150_000, 200_000, 250_000, 300_000]),
    ([1, 2], [1, 2]),
  ])
  func linearMarksAreRound(values: [Double], marks: [Double]) {
    let axis = Axis(linear: values, steps: 6, endsAtTicks: true)
    #expect(axis.ticks == marks)
    #expect(axis.range == marks[0]...marks[marks.count - 1])
  }

  @Test func marksOfAnExactRangeStayInside() {
    let axis = Axis(linear: [3, 97], steps: 8, endsAtTicks: false)
    #expect(axis.range == 3...97)
    #expect(axis.ticks == [20, 40, 60, 80])
  }

  @Test(arguments: [
    ([0.002, 0.7], [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]),
    ([1e-6, 3], [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10]),
    ([0.21, 0.29], [0.2, 0.22, 0.24, 0.26, 0.28, 0.3]),
    ([1, 1000], [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]),
  ])
  func logarithmicMarksAreRound(values: [Double], marks: [Double]) {
    let axis = Axis(logarithmic: values, steps: 8)
    #expect(axis.ticks == marks)
    let middle = (axis.range.lowerBound * axis.range.upperBound).squareRoot()
    #expect(abs(axis.position(of: middle) - 0.5) < 1e-9, "the geometric mean lies in the middle of a logarithmic axis")
  }

  @Test func labelsSayTheNumbers() {
    #expect(Axis(linear: [0, 0.5], steps: 5, endsAtTicks: true).labels == ["0", "0.1", "0.2", "0.3", "0.4", "0.5"])
    #expect(
      Axis(linear: [-20000, 10000], steps: 3, endsAtTicks: true).labels == ["−20,000", "−10,000", "0", "10,000"])
    #expect(Axis(linear: [0, 2e8], steps: 2, endsAtTicks: true).labels == ["0", "10⁸", "2×10⁸"])
    #expect(Axis(linear: [0, 2.5e-7], steps: 5, endsAtTicks: true).labels.last == "2.5×10⁻⁷")
    #expect(Axis(logarithmic: [0.003, 0.04], steps: 8).labels == ["0.002", "0.005", "0.01", "0.02", "0.05"])
    #expect(Axis(logarithmic: [1e-5, 1], steps: 8).labels == ["10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰"])
  }

  /// Whatever the values, an axis has a range of positive length with a few marks in it.
  @Test(
    arguments: [
      [], [0], [1], [5], [1e-100], [1e100], [1e10, 1e10 + 1], [1, 1.0000000000000002], [1e-100, 1e100], [0.3, 0.30001],
      [1e-50, 2e-50], [1, 3], [0.9, 1.1], [99, 101],
    ] as [[Double]])
  func awkwardValuesHaveAnAxis(values: [Double]) {
    let positive = values.filter { $0 > 0 }
    for axis in [
      Axis(linear: values, steps: 6, endsAtTicks: true), Axis(linear: values, steps: 8, endsAtTicks: false),
      Axis(linear: values + [-1e100], steps: 8, endsAtTicks: true), Axis(logarithmic: positive, steps: 8),
    ] {
      #expect(axis.range.lowerBound < axis.range.upperBound, "no room for \(values)")
      #expect((1...15).contains(axis.ticks.count), "\(axis.ticks.count) marks for \(values)")
      #expect(axis.ticks.allSatisfy { (-0.01...1.01).contains(axis.position(of: $0)) }, "\(axis.ticks) for \(values)")
      for value in axis.isLogarithmic ? positive : values {
        #expect((-1e-9...1.000000001).contains(axis.position(of: value)), "\(value) outside \(axis.range)")
      }
    }
  }
}

struct LineChartTests {
  private func chart(_ series: [LineChart.Series], isLogarithmic: Bool = false) -> LineChart {
    LineChart(title: "Loss", xLabel: "step", yLabel: "loss", isLogarithmic: isLogarithmic, series: series)
  }

  private func document(_ chart: LineChart) throws -> Elements {
    let elements = Elements()
    let parser = XMLParser(data: Data(chart.svg.utf8))
    parser.delegate = elements
    try #require(parser.parse(), "not well-formed: \(String(describing: parser.parserError))")
    return elements
  }

  @Test func escapesWhatXMLForbids() throws {
    var chart = chart([.init("a < b & c > \"d\" \u{0}\u{7}]]>", [1, 2]), .init("größer ≥ 🙂", [2, 1])])
    chart.title = "<script>&amp;"
    chart.xLabel = "a\nb"
    let elements = try document(chart)
    #expect(elements.names.contains("script") == false)
    #expect(elements.texts.contains("<script>&amp;"))
    #expect(elements.texts.contains("a < b & c > \"d\" \u{FFFD}\u{FFFD}]]>"))
    #expect(elements.texts.contains("größer ≥ 🙂"))
  }

  @Test func namesCurvesWhereThereAreSeveral() throws {
    let one = try document(chart([.init("training", [3, 2, 1])]))
    #expect(!one.texts.contains("training"), "a single curve needs no legend")
    let two = try document(chart([.init("training", [3, 2, 1]), .init("validation", [3, 3, 2])]))
    #expect(two.texts.contains("training") && two.texts.contains("validation"))
    for text in ["Loss", "step", "loss"] { #expect(two.texts.contains(text)) }
  }

  @Test func distinguishesManyCurves() throws {
    let series = (0..<12).map { LineChart.Series("curve \($0)", [Float($0), 1]) }
    let lines = try document(chart(series)).attributes.filter { $0["stroke-linejoin"] != nil }
    #expect(lines.count == 12)
    let styles = Set(lines.map { [$0["stroke"] ?? "", $0["stroke-dasharray"] ?? ""] })
    #expect(styles.count == 12, "two of twelve curves look the same")
  }

  /// NaN and infinity are left out of the range and of the curve, which has a gap there.
  @Test func leavesGaps() throws {
    let broken = chart([.init("loss", [1, 2, .nan, 3, .infinity, 2, 1, -.infinity])])
    #expect(!broken.svg.lowercased().contains("nan") && !broken.svg.contains("inf"))
    let elements = try document(broken)
    let line = try #require(elements.attributes.first { $0["stroke-linejoin"] != nil }?["d"])
    #expect(line.filter { $0 == "M" }.count == 2, "two runs of points give two pieces of line: \(line)")
    #expect(elements.names.filter { $0 == "circle" }.count == 1, "the point between two gaps is a dot")
    #expect(elements.texts.contains("3.0") || elements.texts.contains("3"), "the range covers the finite values")
  }

  @Test func logarithmicChartsLeaveOutWhatIsNotPositive() throws {
    let elements = try document(chart([.init("loss", [1, 0, 0.1, 0.01, -1])], isLogarithmic: true))
    for mark in ["0.01", "0.1", "1"] { #expect(elements.texts.contains(mark)) }
    #expect(elements.names.filter { $0 == "circle" }.count == 1)
  }

  @Test func placesPoints() throws {
    let line = try #require(
      document(chart([.init("loss", points: [.init(x: 0, y: 0), .init(x: 5, y: 5), .init(x: 10, y: 10)])]))
        .attributes.first { $0["stroke-linejoin"] != nil }?["d"])
    let points = line.dropFirst().split(separator: "L").map { $0.split(separator: " ").compactMap { Double($0) } }
    try #require(points.count == 3)
    #expect(points[0][1] > points[2][1], "greater values lie higher, which is a smaller y in SVG")
    #expect(points[0][0] < points[2][0])
    // Coordinates are rounded to a tenth, so a middle can be off by a tenth.
    #expect(abs(points[1][0] - (points[0][0] + points[2][0]) / 2) <= 0.1001)
    #expect(abs(points[1][1] - (points[0][1] + points[2][1]) / 2) <= 0.1001)
  }

  @Test(arguments: [false, true]) func drawsChartsWithoutPoints(isLogarithmic: Bool) throws {
    for series in [[], [LineChart.Series("empty", [])], [LineChart.Series("nothing", [.nan, .nan])]] {
      let elements = try document(chart(series, isLogarithmic: isLogarithmic))
      #expect(elements.texts.contains("nothing to show"))
    }
  }

  @Test func equidistantValuesStartAndStepAsAsked() {
    let series = LineChart.Series("loss", [0.5, 0.25], from: 100, every: 50)
    #expect(series.points == [.init(x: 100, y: 0.5), .init(x: 150, y: 0.25)])
  }

  @Test func writesWhatItDraws() throws {
    try withTemporaryFolder { folder in
      let chart = chart([.init("loss", [1, 2])])
      let file = folder.appending(path: "chart.svg")
      try chart.writeSVG(to: file)
      #expect(try String(contentsOf: file, encoding: .utf8) == chart.svg)
    }
  }
}

/// The elements, attributes and texts of an XML document.
private final class Elements: NSObject, XMLParserDelegate {
  var names: [String] = []
  var attributes: [[String: String]] = []
  var texts: [String] = []
  private var text = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    names.append(name)
    self.attributes.append(attributes)
    text = ""
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    texts.append(text)
    text = ""
  }
}

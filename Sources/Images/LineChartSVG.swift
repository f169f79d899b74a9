import Foundation

extension LineChart {
  /// The chart as an SVG document of 840×480.
  ///
  /// It brings its own light background, so that it can be read on a dark page too.
  public var svg: String {
    let curves = series.map { runs(of: $0) }
    let points = curves.joined().joined()
    let values = points.map(\.y)
    let y =
      isLogarithmic ? Axis(logarithmic: values, steps: 8) : Axis(linear: values, steps: 6, endsAtTicks: true)
    let frame = Frame(
      x: Axis(linear: points.map(\.x), steps: 8, endsAtTicks: false), y: y, legend: Legend(of: series))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Frame.width) \(Frame.height)" \
      width="\(Frame.width)" height="\(Frame.height)" role="img" \
      font-family="system-ui, 'Helvetica Neue', Arial, sans-serif" font-size="14" fill="\(Style.text)">
      <title>\(title.escapedForXML)</title>
      <rect width="\(Frame.width)" height="\(Frame.height)" rx="8" fill="\(Style.background)"/>
      <text x="24" y="36" font-weight="600"\(title.fontSize(within: Frame.width - 48, largest: 20))>\
      \(title.escapedForXML)</text>
      \(frame.legend.svg)\(frame.axes(xLabel: xLabel, yLabel: yLabel))\
      \(values.isEmpty ? frame.emptiness : "")\
      \(curves.enumerated().map { frame.curve($0.element, style: Style(ofSeries: $0.offset)) }.joined())</svg>

      """
  }
}

// MARK: - Colors

/// How a curve is drawn. The six colors have enough contrast with the background and differ in brightness as well as
/// in hue, so that readers who do not see red and green apart can tell them.
private struct Style {
  static let background = "#ffffff"
  static let text = "#1f2328"
  static let muted = "#59636e"
  static let gridline = "#e4e7eb"
  static let axis = "#8c959f"
  private static let palette = ["#1f6feb", "#d9480f", "#0b7a5b", "#8b3fc7", "#a67c00", "#3d444d"]

  let color: String
  let dashes: String

  init(ofSeries index: Int) {
    color = Style.palette[index % Style.palette.count]
    dashes = index < Style.palette.count ? "" : #" stroke-dasharray="6 4""#
  }
}

// MARK: - The legend

/// The names of the curves, each after a piece of its line. A single curve needs none: the title says what it is.
private struct Legend {
  /// The height it takes below the title.
  let height: Int
  let svg: String

  init(of series: [LineChart.Series]) {
    guard series.count > 1 else {
      (height, svg) = (0, "")
      return
    }
    var (x, y) = (24.0, 66)
    var svg = ""
    for (index, one) in series.enumerated() {
      let width = 32 + one.name.estimatedWidth(fontSize: 14)
      if x > 24, x + width > Double(Frame.width - 24) { (x, y) = (24, y + 22) }
      let style = Style(ofSeries: index)
      svg += """
        <path d="M\(x.svg) \(y - 5)h22" stroke="\(style.color)" stroke-width="3"\(style.dashes)/>
        <text x="\((x + 30).svg)" y="\(y)">\(one.name.escapedForXML)</text>

        """
      x += width + 22
    }
    self.svg = svg
    height = y - 66 + 30
  }
}

// MARK: - Axes and curves

/// The rectangle in which the curves lie, with the axes around it.
private struct Frame {
  static let width = 840
  static let height = 480

  let x: Axis
  let y: Axis
  let legend: Legend
  let left: Double
  let right = Double(Frame.width) - 32
  let top: Double
  let bottom = Double(Frame.height) - 62

  init(x: Axis, y: Axis, legend: Legend) {
    self.x = x
    self.y = y
    self.legend = legend
    left = 34 + (y.labels.map { $0.estimatedWidth(fontSize: 13) }.max() ?? 0)
    // Many curves have a long legend; the frame keeps a third of the height.
    top = min(Double(88 + legend.height), 300)
  }

  func horizontal(_ value: Double) -> Double { left + x.position(of: value) * (right - left) }
  func vertical(_ value: Double) -> Double { bottom - y.position(of: value) * (bottom - top) }

  func axes(xLabel: String, yLabel: String) -> String {
    var svg = ""
    for (tick, label) in zip(y.ticks, y.labels) {
      let height = vertical(tick)
      svg += """
        <path d="M\(left.svg) \(height.svg)H\(right.svg)" stroke="\(Style.gridline)"/>
        <text x="\((left - 10).svg)" y="\((height + 4.5).svg)" text-anchor="end" font-size="13" \
        fill="\(Style.muted)">\(label)</text>

        """
    }
    for (tick, label) in zip(x.ticks, x.labels) {
      let position = horizontal(tick)
      svg += """
        <path d="M\(position.svg) \(bottom.svg)v6" stroke="\(Style.axis)"/>
        <text x="\(position.svg)" y="\((bottom + 22).svg)" text-anchor="middle" font-size="13" \
        fill="\(Style.muted)">\(label)</text>

        """
    }
    return svg + """
      <path d="M\(left.svg) \(bottom.svg)H\(right.svg)" stroke="\(Style.axis)"/>
      <text x="24" y="\((top - 16).svg)" fill="\(Style.muted)">\(yLabel.escapedForXML)</text>
      <text x="\(((left + right) / 2).svg)" y="\((bottom + 46).svg)" text-anchor="middle" \
      fill="\(Style.muted)">\(xLabel.escapedForXML)</text>

      """
  }

  /// What stands in a chart without points.
  var emptiness: String {
    """
    <text x="\(((left + right) / 2).svg)" y="\(((top + bottom) / 2).svg)" text-anchor="middle" \
    fill="\(Style.muted)">nothing to show</text>

    """
  }

  /// A curve: a line for every run of points, and a dot for a point that has no neighbors.
  func curve(_ runs: [[LineChart.Point]], style: Style) -> String {
    var lines = ""
    var dots = ""
    for run in runs {
      let places = run.map { "\(horizontal($0.x).svg) \(vertical($0.y).svg)" }
      if run.count == 1 {
        let (x, y) = (horizontal(run[0].x).svg, vertical(run[0].y).svg)
        dots += #"<circle cx="\#(x)" cy="\#(y)" r="3.5" fill="\#(style.color)"/>"# + "\n"
      } else {
        lines += "M" + places.joined(separator: "L")
      }
    }
    guard !lines.isEmpty else { return dots }
    // Noise is drawn lightly, so that the trend and the other curves stay visible.
    let isNoisy = runs.lazy.map(reversals).reduce(0, +) > 200
    let stroke = isNoisy ? #"stroke-width="1" stroke-opacity="0.65""# : #"stroke-width="2.25""#
    return """
      <path d="\(lines)" fill="none" stroke="\(style.color)" \(stroke) stroke-linejoin="round" \
      stroke-linecap="round"\(style.dashes)/>
      \(dots)
      """
  }

  /// How often a line turns from rising to falling or back.
  private func reversals(_ run: [LineChart.Point]) -> Int {
    let rises = zip(run, run.dropFirst()).map { $1.y > $0.y }
    return zip(rises, rises.dropFirst()).count { $0 != $1 }
  }
}

// MARK: - Text

extension Double {
  /// A coordinate to a tenth of a pixel, which nobody can see.
  fileprivate var svg: String {
    let tenths = Int((self * 10).rounded())
    let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
    return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
  }
}

extension String {
  /// The text with the characters of XML's own syntax replaced, and those that XML forbids (control characters).
  var escapedForXML: String {
    unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r": result += " "
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  /// About how wide the text is; a program that writes SVG does not know the fonts of the reader.
  fileprivate func estimatedWidth(fontSize: Double) -> Double { Double(count) * fontSize * 0.56 }

  /// An attribute that sets the font size, smaller where the text would not fit into `width`.
  fileprivate func fontSize(within width: Int, largest: Double) -> String {
    let size = min(largest, Double(width) / estimatedWidth(fontSize: 1))
    return #" font-size="\#(size.svg)""#
  }
}

import Foundation

/// A drawing of lines, circles and words under a title, written as SVG. It brings its own light background, so that it can be read on a dark page too.
struct Canvas {
  /// A place, from the upper left corner, in pixels.
  typealias Place = SIMD2<Double>

  enum Color: String {
    case blue = "#1f6feb"
    case orange = "#d9480f"
    case green = "#0b7a5b"
    case purple = "#8b3fc7"
    case ochre = "#a67c00"
    case text = "#1f2328"
    case muted = "#59636e"
    case light = "#d0d7de"
    case white = "#ffffff"
  }

  let width: Int
  let height: Int
  let title: String
  private var elements: [String] = []

  init(width: Int, height: Int, title: String) {
    (self.width, self.height, self.title) = (width, height, title)
    text(title, at: .init(24, 32), size: 15, isBold: true)
  }

  /// The document.
  var svg: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" role="img" \
    font-family="system-ui, 'Helvetica Neue', Arial, sans-serif" font-size="14" fill="\(Color.text.rawValue)" \
    stroke-linejoin="round" stroke-linecap="round">
    <title>\(Self.escaped(title))</title>
    <rect width="\(width)" height="\(height)" rx="8" fill="#ffffff"/>
    \(elements.joined(separator: "\n"))
    </svg>

    """
  }

  // MARK: Shapes

  mutating func line(
    _ places: [Place], _ color: Color, width: Double = 1.5, opacity: Double = 1, isDashed: Bool = false
  ) {
    stroke([places], color, width: width, opacity: opacity, isDashed: isDashed)
  }

  /// Lines of one kind.
  private mutating func stroke(
    _ lines: [[Place]], _ color: Color, width: Double, opacity: Double = 1, isDashed: Bool = false
  ) {
    let path = lines.filter { $0.count > 1 }.map { places in
      "M" + places.map { "\(Self.number($0.x)) \(Self.number($0.y))" }.joined(separator: "L")
    }.joined()
    elements.append(
      #"<path d="\#(path)" fill="none" stroke="\#(color.rawValue)" stroke-width="\#(Self.number(width))""#
        + (opacity < 1 ? #" stroke-opacity="\#(opacity)""# : "") + (isDashed ? #" stroke-dasharray="5 4""# : "") + "/>")
  }

  mutating func circle(_ center: Place, radius: Double, _ color: Color, opacity: Double = 1, isFilled: Bool = true) {
    let paint =
      isFilled
      ? #"fill="\#(color.rawValue)" fill-opacity="\#(opacity)""#
      : #"fill="none" stroke="\#(color.rawValue)" stroke-opacity="\#(opacity)""#
    elements.append(
      #"<circle cx="\#(Self.number(center.x))" cy="\#(Self.number(center.y))" r="\#(Self.number(radius))" \#(paint)/>"#)
  }

  mutating func rectangle(
    _ corner: Place, size: Place, fill: Color? = nil, opacity: Double = 1, stroke: Color? = nil
  ) {
    elements.append(
      #"<rect x="\#(Self.number(corner.x))" y="\#(Self.number(corner.y))" width="\#(Self.number(size.x))" "#
        + #"height="\#(Self.number(size.y))" fill="\#(fill?.rawValue ?? "none")" fill-opacity="\#(opacity)""#
        + (stroke.map { #" stroke="\#($0.rawValue)""# } ?? "") + "/>")
  }

  /// A line with a head at its end.
  mutating func arrow(from start: Place, to end: Place, _ color: Color, width: Double = 1.5) {
    arrows([(start, end)], color, width: width)
  }

  /// Arrows of one kind; none where one would be shorter than a pixel.
  mutating func arrows(_ arrows: [(start: Place, end: Place)], _ color: Color, width: Double = 1.5) {
    let lines = arrows.flatMap { start, end -> [[Place]] in
      let way = end - start
      let length = (way * way).sum().squareRoot()
      guard length > 1 else { return [] }
      let along = way / length
      let across = Place(-along.y, along.x)
      let head = min(7, length / 2)
      return [
        [start, end], [end - along * head + across * head * 0.5, end, end - along * head - across * head * 0.5],
      ]
    }
    stroke(lines, color, width: width)
  }

  enum Anchor: String { case start, middle, end }

  mutating func text(
    _ text: String, at place: Place, _ color: Color = .text, size: Double = 14, anchor: Anchor = .start,
    isBold: Bool = false
  ) {
    elements.append(
      #"<text x="\#(Self.number(place.x))" y="\#(Self.number(place.y))" fill="\#(color.rawValue)" font-size="\#(Self.number(size))""#
        + (anchor == .start ? "" : #" text-anchor="\#(anchor.rawValue)""#) + (isBold ? #" font-weight="600""# : "")
        + ">\(Self.escaped(text))</text>")
  }

  // MARK: Numbers and words

  private static func number(_ value: Double) -> String {
    let tenths = (value * 10).rounded() / 10
    return tenths == tenths.rounded() ? String(Int(tenths)) : String(tenths)
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}

extension Canvas {
  /// The place of a figure in a row of square ones, 240 pixels wide, with a frame and a title of its own.
  mutating func panel(column: Int, title: String? = nil, x: ClosedRange<Double>, y: ClosedRange<Double>) -> Panel {
    let panel = Panel(corner: Place(24 + Double(column) * 264, 72), size: Place(240, 240), x: x, y: y)
    rectangle(panel.corner, size: panel.size, stroke: .light)
    if let title { text(title, at: panel.corner - Place(0, 10), .muted) }
    return panel
  }
}

/// A part of a canvas with coordinates of its own.
struct Panel {
  let corner: Canvas.Place
  let size: Canvas.Place
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>

  /// Where a point lies on the canvas; y grows upward.
  func place(_ point: SIMD2<Double>) -> Canvas.Place {
    corner
      + size
      * Canvas.Place(
        (point.x - x.lowerBound) / (x.upperBound - x.lowerBound),
        (y.upperBound - point.y) / (y.upperBound - y.lowerBound))
  }
}

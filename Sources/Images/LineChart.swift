import Foundation

/// A chart of curves over one horizontal axis, written as SVG, which every web browser shows.
///
/// A chart of a training run:
///
///     let chart = LineChart(
///       title: "Training of the denoiser", xLabel: "step", yLabel: "mean squared error", isLogarithmic: true,
///       series: [.init("training", training), .init("validation", validation)])
///     try chart.writeSVG(to: URL(filePath: "loss.svg"))
public struct LineChart: Sendable {
  /// A place in the chart, in the units of its axes.
  public struct Point: Hashable, Sendable {
    /// The horizontal coordinate.
    public var x: Double

    /// The vertical coordinate.
    public var y: Double

    /// Makes a point from its coordinates.
    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A curve with its name.
  public struct Series: Hashable, Sendable {
    /// What the legend calls the curve.
    public var name: String

    /// The points, connected in this order. A point that cannot be drawn leaves a gap: one with a coordinate that is
    /// NaN or beyond ±10¹⁰⁰, or, on a logarithmic axis, one below 10⁻¹⁰⁰.
    public var points: [Point]

    /// Makes a curve from its points.
    public init(_ name: String, points: [Point]) {
      self.name = name
      self.points = points
    }

    /// Makes a curve from values at equal distances.
    ///
    /// - Parameters:
    ///   - name: What the legend calls the curve.
    ///   - values: The vertical coordinates.
    ///   - start: The horizontal coordinate of the first value.
    ///   - interval: The horizontal distance from one value to the next.
    public init(_ name: String, _ values: some Sequence<Float>, from start: Double = 0, every interval: Double = 1) {
      let points = values.enumerated().map { Point(x: start + Double($0.offset) * interval, y: Double($0.element)) }
      self.init(name, points: points)
    }
  }

  /// What the chart shows, as a headline.
  public var title: String

  /// What the horizontal axis counts or measures, with its unit.
  public var xLabel: String

  /// What the vertical axis counts or measures, with its unit.
  public var yLabel: String

  /// Whether the vertical axis is logarithmic.
  public var isLogarithmic: Bool

  /// The curves, in the order of the legend. Those after the sixth are dashed in the colors of the first.
  public var series: [Series]

  /// Makes a chart.
  public init(title: String, xLabel: String, yLabel: String, isLogarithmic: Bool = false, series: [Series]) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.isLogarithmic = isLogarithmic
    self.series = series
  }

  /// Writes the chart as an SVG file, as a whole or not at all.
  ///
  /// - Throws: An ``ImageError`` that names the file where it cannot be written.
  public func writeSVG(to url: URL) throws {
    try Data(svg.utf8).writeWhole(to: url)
  }

  /// Whether a point has a place in the chart. The bound on the coordinates keeps the arithmetic of the axes finite.
  func isDrawable(_ point: Point) -> Bool {
    abs(point.x) <= 1e100 && abs(point.y) <= 1e100 && (!isLogarithmic || point.y >= 1e-100)
  }

  /// The points of a curve between its gaps.
  func runs(of series: Series) -> [[Point]] {
    series.points.split { !isDrawable($0) }.map(Array.init)
  }
}

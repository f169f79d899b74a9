/// A point of the plane: x to the right, y down.
typealias Point = SIMD2<Float>

/// One movement of the pen on the paper: a smooth curve through `points`, which turns sharply at the corners only.
///
/// The digits are drawn on paper 10 wide and 14 high.
struct Stroke: Sendable {
  var points: [Point]
  /// The indices of the points at which the direction changes abruptly.
  let corners: [Int]

  init(_ points: (Float, Float)..., corners: [Int] = []) {
    self.points = points.map { Point($0.0, $0.1) }
    self.corners = corners
  }
}

/// The path of the pen cut into short straight pieces.
struct Polyline {
  /// The ends of the pieces.
  var vertices: [Point] = []
  /// The indices of vertices at which a stroke begins: no piece leads there.
  var starts: [Int] = []

  /// Adds a stroke: Catmull–Rom splines between its ends and corners, which pass through every point with the direction
  /// from the point before to the point after.
  mutating func append(_ stroke: Stroke, piecesPerSpan: Int) {
    let points = stroke.points
    guard let first = points.first else { return }
    starts.append(vertices.count)
    vertices.append(first)
    for index in 0..<(points.count - 1) {
      let from = points[index]
      let to = points[index + 1]
      let isSharpBefore = index == 0 || stroke.corners.contains(index)
      let isSharpAfter = index + 2 == points.count || stroke.corners.contains(index + 1)
      // Where the curve ends or turns, the missing neighbor is mirrored: the spline then ends with no curvature.
      let before = isSharpBefore ? from + from - to : points[index - 1]
      let after = isSharpAfter ? to + to - from : points[index + 2]
      let slopeFrom = (to - before) * 0.5
      let slopeTo = (after - from) * 0.5
      for piece in 1...piecesPerSpan {
        let t = Float(piece) / Float(piecesPerSpan)
        // Hermite's cubic with the given ends and slopes.
        let rest = 1 - t
        let a = rest * rest * (1 + 2 * t)
        let b = t * rest * rest
        let c = t * t * (3 - 2 * t)
        let d = t * t * rest
        vertices.append(from * a + slopeFrom * b + to * c - slopeTo * d)
      }
    }
  }
}

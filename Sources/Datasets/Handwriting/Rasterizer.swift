extension Polyline {
  /// The straight pieces, each as the indices of the vertices where it begins and ends.
  var pieces: [(from: Int, to: Int)] {
    var pieces: [(from: Int, to: Int)] = []
    pieces.reserveCapacity(vertices.count)
    for (number, start) in starts.enumerated() {
      let end = number + 1 < starts.count ? starts[number + 1] : vertices.count
      for vertex in start..<(end - 1) { pieces.append((vertex, vertex + 1)) }
    }
    return pieces
  }

  /// The ink that a round pen of the given radii leaves along the path, on a square of `side` × `side` pixels.
  ///
  /// A pixel is as dark as the pen covers it: fully within the radius, not at all a pixel further out, and in between
  /// in proportion to its distance from the path. Each piece visits only the pixels around it.
  ///
  /// - Parameter radii: The pen's radius at each vertex, in pixels.
  /// - Returns: The rows from the top, 0 for paper and 255 for ink.
  func rasterized(radii: [Float], side: Int) -> [UInt8] {
    var coverage = [Float](repeating: 0, count: side * side)
    coverage.withUnsafeMutableBufferPointer { coverage in
      for (from, to) in pieces {
        let a = vertices[from]
        let direction = vertices[to] - a
        let reach = Swift.max(radii[from], radii[to]) + 0.5 * softness
        let low = pointwiseMin(a, vertices[to]) - reach
        let high = pointwiseMax(a, vertices[to]) + reach
        let inverseLength = 1 / Swift.max((direction * direction).sum(), 1e-12)
        let inverseSoftness = 1 / softness
        let columns = pixels(from: low.x, to: high.x, side: side)
        for row in pixels(from: low.y, to: high.y, side: side) {
          for column in columns {
            let offset = Point(Float(column), Float(row)) - a
            let t = Swift.min(Swift.max((offset * direction).sum() * inverseLength, 0), 1)
            let away = offset - direction * t
            let distance = (away * away).sum().squareRoot()
            let radius = radii[from] + (radii[to] - radii[from]) * t
            let covered = 0.5 + (radius - distance) * inverseSoftness
            coverage[row * side + column] = Swift.max(coverage[row * side + column], covered)
          }
        }
      }
    }
    return coverage.map { UInt8(Swift.min($0, 1) * 255 + 0.5) }
  }

  /// Over how many pixels ink fades into paper: as in MNIST, whose digits were made by shrinking black-and-white scans.
  private var softness: Float { 1.1 }

  /// The rows or columns of pixels whose centers lie between two positions, cut off at the edge of the paper.
  private func pixels(from low: Float, to high: Float, side: Int) -> Range<Int> {
    let first = Swift.min(Swift.max(Int(low.rounded(.up)), 0), side)
    return first..<Swift.min(Swift.max(Int(high.rounded(.down)) + 1, first), side)
  }
}

/// One or two vectors of neighboring columns, which a tile computes together.
struct ColumnPanel {
  let first: Int
  let vectors: Int
  var width: Int { vectors * lanes }

  /// Panels that cover all columns, two vectors wide as far as possible. Where the last would reach beyond the last column
  /// it is moved back over columns of the one before, which are then computed twice; only fewer columns than a vector has
  /// cannot be covered exactly.
  static func covering(_ columns: Int, pairs: Bool = true) -> [ColumnPanel] {
    let widest = pairs && columns >= 2 * lanes ? 2 : 1
    var panels: [ColumnPanel] = []
    var first = 0
    while first < columns {
      let vectors = columns - first > lanes ? widest : 1
      panels.append(ColumnPanel(first: Swift.max(0, Swift.min(first, columns - vectors * lanes)), vectors: vectors))
      first += vectors * lanes
    }
    return panels
  }
}

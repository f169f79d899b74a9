/// Sums in which each channel stays by itself: convolutions of as many groups as channels.
///
/// Vectors run along the channels. A tile is eight pixels of one vector of channels, for which a vector of weights is
/// loaded once.
struct DepthwiseKernel: RowKernel {
  /// Where the first channel of each tap lies.
  private let taps: [Int]
  private let panels: [ColumnPanel]
  /// Vector of channels after vector of channels: what the sums start from, then the weights, tap after tap.
  private let packed: Buffer

  /// `sum.columns` are the channels, and `sum.terms` the places of the first one.
  init(_ sum: WeightedSum) {
    taps = sum.terms
    panels = ColumnPanel.covering(sum.columns, pairs: false)
    packed = Buffer(uninitialized: panels.count * (taps.count + 1) * lanes)
    var target = packed.base
    for panel in panels {
      for lane in 0..<lanes { target[lane] = sum.bias?[panel.first + lane] ?? 0 }
      target += lanes
      for tap in taps.indices {
        target.update(from: sum.weights.base + (sum.place(tap) + panel.first), count: lanes)
        target += lanes
      }
    }
  }

  func compute(_ rows: Rows, _ range: Range<Int>) {
    taps.withUnsafeBufferPointer { taps in
      var weights = UnsafePointer(packed.base)
      for panel in panels {
        TileKernels.gatherEach(
          TileKernels.Gathering(
            rows: rows.shifted(input: panel.first, output: panel.first), terms: taps, weights: weights + lanes,
            initial: weights),
          rows: range)
        weights += (taps.count + 1) * lanes
      }
    }
  }
}

/// The gradient of such weights: a vector of channels that comes back is multiplied with those under nine taps.
struct DepthwiseGradient: WeightGradientKernel {
  private let taps: Int
  /// Where the first channel of each tap lies, in whole tiles: the last tile repeats the last tap, and nobody asks for those
  /// sums.
  private let tiledTaps: [Int]
  private let panels: [ColumnPanel]

  init(taps: [Int], channels: Int) {
    self.taps = taps.count
    tiledTaps = TileKernels.filled(taps, rows: TileKernels.outerRows)
    panels = ColumnPanel.covering(channels, pairs: false)
  }

  var sumCount: Int { panels.count * tiledTaps.count * lanes }

  func add(
    _ field: TileKernels.Field, left: UnsafePointer<Float>, right: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>
  ) {
    tiledTaps.withUnsafeBufferPointer { taps in
      guard let taps = taps.baseAddress else { return }
      var sums = sums
      for panel in panels {
        for tile in stride(from: 0, to: tiledTaps.count, by: TileKernels.outerRows) {
          TileKernels.outerEach(
            field, left: left + panel.first, terms: taps + tile, right: right + panel.first, sums: sums)
          sums += TileKernels.outerRows * lanes
        }
      }
    }
  }

  func forEachStretch(_ body: (_ term: Int, _ column: Int, _ sum: Int, _ count: Int) -> Void) {
    for (index, panel) in panels.enumerated() {
      for tap in 0..<taps { body(tap, panel.first, (index * tiledTaps.count + tap) * lanes, lanes) }
    }
  }
}

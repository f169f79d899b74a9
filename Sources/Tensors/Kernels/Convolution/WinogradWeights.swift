/// The weights of a 3×3 convolution on their way to Winograd's products: [depth × columns] numbers for each of nine taps,
/// which become one matrix of that size for each of 36 elements.
struct WinogradWeights {
  let depth: Int
  let columns: Int
  private let taps: Buffer
  private let isFlipped: Bool

  /// Those of the convolution itself: inputs by outputs.
  init(_ g: ConvolutionGeometry, _ weight: Buffer) {
    (depth, columns, taps, isFlipped) = (g.inputs, g.outputs, weight, false)
  }

  /// Those of its adjoint: outputs by inputs, the kernel turned by half a turn.
  init(adjointOf g: ConvolutionGeometry, _ weight: Buffer) {
    let exchanged = Buffer(uninitialized: weight.count)
    MatrixKernels.transpose(weight, count: 9, rows: g.inputs, columns: g.outputs, into: exchanged)
    (depth, columns, taps, isFlipped) = (g.outputs, g.inputs, exchanged, true)
  }

  /// G g Gᵀ for some of the columns and terms, packed for the products: one right factor for each element. All terms but the
  /// first of the sums are added to what there is.
  func packed(_ range: Range<Int>, terms: Range<Int>? = nil) -> [GatherKernel] {
    let terms = terms ?? 0..<depth
    let size = (terms.count + 1) * range.count
    let storage = Buffer(uninitialized: WinogradTransforms.elements * size)
    let panels = ColumnPanel.covering(range.count)
    for element in 0..<WinogradTransforms.elements {
      for panel in panels {
        let start = element * size + GatherKernel.place(ofTerm: -1, in: panel, of: terms.count)
        (storage.base + start).update(repeating: 0, count: panel.width)
      }
    }
    let rowsAtOnce = 16
    parallel((terms.count + rowsAtOnce - 1) / rowsAtOnce) { [self] part in
      let transforms = WinogradTransforms()
      for row in (part * rowsAtOnce)..<Swift.min(terms.count, (part + 1) * rowsAtOnce) {
        for panel in panels {
          let place = GatherKernel.place(ofTerm: row, in: panel, of: terms.count)
          for column in stride(from: 0, to: panel.width, by: lanes) {
            transforms.weight(
              taps.base + ((terms.lowerBound + row) * columns + range.lowerBound + panel.first + column),
              tapStride: depth * columns, flipped: isFlipped, into: storage.base + (place + column),
              elementStride: size)
          }
        }
      }
    }
    let places = [Int](terms)
    return (0..<WinogradTransforms.elements).map {
      GatherKernel(
        terms: places, columns: range.count, packed: storage, at: $0 * size, continues: terms.lowerBound > 0)
    }
  }
}

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

  /// G g Gᵀ for some of the columns, from the beginning of a panel, packed for the products: one factor for each element.
  func packed(_ range: Range<Int>) -> [GatherKernel.Weights] {
    let elements = WinogradTransforms.elements
    let size = GatherKernel.Weights.storageSize(depth: depth, columns: range.count)
    let storage = Buffer(uninitialized: elements * size)
    let rowsAtOnce = 16
    parallel((depth + rowsAtOnce - 1) / rowsAtOnce) { [self] part in
      let transforms = WinogradTransforms()
      for row in (part * rowsAtOnce)..<Swift.min(depth, (part + 1) * rowsAtOnce) {
        for column in stride(from: 0, to: range.count, by: lanes) {
          let place = GatherKernel.Weights.offset(ofRow: row, column: column, depth: depth, columns: range.count)
          transforms.weight(
            taps.base + (row * columns + range.lowerBound + column), tapStride: depth * columns, flipped: isFlipped,
            into: storage.base + place, elementStride: size)
        }
      }
    }
    return (0..<elements).map {
      GatherKernel.Weights(depth: depth, columns: range.count, packed: storage, at: $0 * size)
    }
  }
}

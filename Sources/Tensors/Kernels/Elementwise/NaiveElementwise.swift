extension NaiveKernels {
  /// y[i] = f(x[i]).
  package static func map(_ operation: UnaryOperation, _ x: [Double]) -> [Double] { x.map(operation.reference) }

  /// y[i] = f(a[i], b[i]) with broadcasting: along an axis where an operand has extent 1, or that it does not have, it
  /// stands still.
  ///
  /// - Parameters:
  ///   - aShape: The extents of `a`.
  ///   - bShape: The extents of `b`.
  ///   - shape: What both broadcast to.
  package static func combine(
    _ operation: BinaryOperation, _ a: [Double], _ aShape: Shape, _ b: [Double], _ bShape: Shape, to shape: Shape
  ) -> [Double] {
    (0..<shape.elementCount).map { index in
      operation.reference(
        a[place(of: index, of: shape, in: aShape)], b[place(of: index, of: shape, in: bShape)])
    }
  }

  /// Where an operand of shape `operand` has the element that element `index` of the result of shape `shape` is made from.
  package static func place(of index: Int, of shape: Shape, in operand: Shape) -> Int {
    var (rest, place, step) = (index, 0, 1)
    for back in 1..<(shape.rank + 1) {
      let position = rest % shape[shape.rank - back]
      rest /= shape[shape.rank - back]
      guard back <= operand.rank else { continue }
      let extent = operand[operand.rank - back]
      place += (extent == 1 ? 0 : position) * step
      step *= extent
    }
    return place
  }
}

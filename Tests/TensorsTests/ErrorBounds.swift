import Tensors
import Testing

func random(_ shape: Shape, _ seed: UInt64) -> Tensor {
  var generator = RandomGenerator(seed: seed)
  return .normal(shape, using: &generator)
}

func exact(_ x: Tensor) -> [Double] { x.scalars.map(Double.init) }

func magnitudes(_ x: Tensor) -> [Double] { x.scalars.map { abs(Double($0)) } }

/// Expects sums of `depth` products to be as exact as `Float` allows: each within (depth + 2)·u of `sizes`, the same sum
/// over absolute values.
func expectWithinBound(
  _ actual: Tensor?, shape: Shape, depth: Int, _ expected: [Double], sizes: [Double],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let actual, actual.fault == nil, actual.shape == shape else {
    Issue.record(
      "the result is \(actual.map { "\($0)" } ?? "missing") instead of one of shape \(shape)",
      sourceLocation: sourceLocation)
    return
  }
  let u = Double(depth + 2) * 0x1p-24
  let excess = zip(zip(actual.scalars, expected), sizes).map { abs(Double($0.0) - $0.1) / (u / (1 - u) * $1) }
  // Nothing to add up is exactly 0, and 0 / 0 of its bound.
  let wrong = excess.indices.filter { !(excess[$0] <= 1 || (sizes[$0] == 0 && actual.scalars[$0] == 0)) }
  guard let first = wrong.first else { return }
  let position = Shape(zip(shape, shape.strides).map { first / $1 % $0 })
  Issue.record(
    """
    \(wrong.count) of \(excess.count) elements are outside the bound of rounding, the first at \(position): \
    \(actual.scalars[first]) instead of \(expected[first])
    """, sourceLocation: sourceLocation)
}

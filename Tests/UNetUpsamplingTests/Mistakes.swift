import Tensors
import TestSupport
import Testing

/// Standard normal numbers, the same each time.
func normal(_ shape: Shape, seed: UInt64) -> Tensor {
  var generator = RandomGenerator(seed: seed)
  return .normal(shape, using: &generator)
}

/// Expects a tensor to be close to another. If it is not, but close to what a known mistake would give, the failure names the
/// mistake; otherwise it names the element that is furthest off.
///
/// - Parameters:
///   - what: What is compared, the subject of the message.
///   - tolerance: The largest error allowed, as a fraction of the largest magnitude among the expected elements.
///   - mistakes: What each mistake would give.
/// - Returns: Whether they are close.
@discardableResult
func expectClose(
  _ actual: Tensor, _ expected: Tensor, _ what: String, tolerance: Float, mistakes: KeyValuePairs<String, Tensor>,
  sourceLocation: SourceLocation = #_sourceLocation
) -> Bool {
  if !isClose(actual, expected, tolerance), let made = mistakes.first(where: { isClose(actual, $0.value, tolerance) }) {
    Issue.record("\(what): \(made.key)", sourceLocation: sourceLocation)
    return false
  }
  return expectClose(actual, expected, what, tolerance: tolerance, sourceLocation: sourceLocation)
}

private func isClose(_ actual: Tensor, _ expected: Tensor, _ tolerance: Float) -> Bool {
  guard actual.fault == nil, expected.fault == nil, actual.shape == expected.shape else { return false }
  let expected = expected.scalars
  let largest = expected.reduce(0) { max($0, abs($1)) }
  return zip(actual.scalars, expected).allSatisfy { abs($0 - $1) <= tolerance * (largest > 0 ? largest : 1) }
}

/// The sum of the products of two tensors' elements, in Double: ⟨a, b⟩.
func innerProduct(_ a: Tensor, _ b: Tensor) -> Double {
  zip(a.scalars, b.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

import Tensors
import Testing

/// Expects two tensors to have one shape and nearly equal elements; where they have not, says which likely mistake the
/// answer looks like.
///
/// - Parameters:
///   - what: What is compared, the subject of the message where no mistake fits.
///   - tolerance: The largest error allowed, relative to the largest magnitude among the expected elements.
///   - mistakes: What is said about a wrong answer, and what it gives. Of several that fit the first is taken. One that gives
///     the right answer too is passed over.
/// - Returns: Whether they are close, for a test that need not go on where they are not.
@discardableResult
public func expectClose(
  _ actual: Tensor, _ expected: Tensor, _ what: String, tolerance: Float,
  mistakes: KeyValuePairs<String, Tensor>, sourceLocation: SourceLocation = #_sourceLocation
) -> Bool {
  let fitting = mistakes.first {
    isClose(actual, $0.value, tolerance) && !isClose($0.value, expected, tolerance)
  }
  return expectClose(
    actual, expected, fitting.map { "\(what): \($0.key)" } ?? what, tolerance: tolerance, sourceLocation: sourceLocation
  )
}

/// Whether two tensors have one shape and elements that differ by at most `tolerance` times the largest magnitude of `b`.
public func isClose(_ a: Tensor, _ b: Tensor, _ tolerance: Float) -> Bool {
  guard a.fault == nil, b.fault == nil, a.shape == b.shape else { return false }
  let (a, b) = (a.scalars, b.scalars)
  let largest = b.reduce(0) { max($0, abs($1)) }
  // Beside an infinity every number would be close.
  guard largest.isFinite else { return false }
  return zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(largest, 1e-6) }
}

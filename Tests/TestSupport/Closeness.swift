import Tensors
import Testing

/// What the error of an element is a fraction of.
public enum ErrorScale: Sendable {
  /// The largest magnitude among the expected elements: an element that cancels to nearly nothing carries the rounding of
  /// what canceled.
  case largest
  /// The expected magnitude of the element itself, but at least the given number.
  case element(atLeast: Float)
  /// A number.
  case number(Float)

  /// In a few words.
  fileprivate var name: String {
    switch self {
    case .largest: "the largest"
    case .element: "the element itself"
    case .number(let number): "\(number)"
    }
  }
}

/// Expects two tensors to have one shape and elements that differ by no more than `tolerance`, relative to a scale.
///
/// A failure names the element that is furthest off.
///
/// - Parameters:
///   - what: What is compared, the subject of the message.
///   - tolerance: The largest relative error allowed.
///   - scale: What the error is relative to.
/// - Returns: Whether they are close, for a test that need not go on where they are not.
@discardableResult
public func expectClose(
  _ actual: Tensor, _ expected: Tensor, _ what: String, tolerance: Float, relativeTo scale: ErrorScale = .largest,
  sourceLocation: SourceLocation = #_sourceLocation
) -> Bool {
  guard let difference = difference(actual, expected, tolerance: tolerance, relativeTo: scale) else { return true }
  Issue.record("\(what): \(difference)", sourceLocation: sourceLocation)
  return false
}

/// What is wrong with `actual`; nil where it is close.
private func difference(_ actual: Tensor, _ expected: Tensor, tolerance: Float, relativeTo scale: ErrorScale) -> String?
{
  if let fault = expected.fault { return "nothing to be compared with: \(fault)" }
  if let fault = actual.fault { return "a fault: \(fault)" }
  guard actual.shape == expected.shape else {
    return "yours has the shape \(actual.shape) instead of \(expected.shape)"
  }
  let (actual, expected, shape) = (actual.scalars, expected.scalars, expected.shape)

  let largest = expected.reduce(0) { max($0, abs($1)) }
  let errors = actual.indices.map { index in
    let scale =
      switch scale {
      case .largest: largest > 0 ? largest : 1
      case .element(let least): max(abs(expected[index]), least)
      case .number(let number): number
      }
    let error = abs(actual[index] - expected[index]) / scale
    // A NaN compares as false with everything, so it is made the largest of errors.
    return error.isNaN ? Float.infinity : error
  }
  guard let worst = errors.indices.max(by: { errors[$0] < errors[$1] }), errors[worst] > tolerance else { return nil }
  let index = shape.indices.map { worst / shape.strides[$0] % shape[$0] }
  // What is all the same was hardly computed, and no single element tells so.
  let alike =
    actual.allSatisfy(\.isNaN) ? ", of which all are NaN" : actual.allSatisfy { $0 == 0 } ? ", of which all are 0" : ""
  let found =
    "off in \(errors.count { $0 > tolerance }) of \(errors.count) elements\(errors.count > 1 ? alike : ""), most at "
  // A NaN may have a sign, which tells nothing, and is off by no number.
  let (yours, wanted) = (actual[worst], expected[worst])
  guard !yours.isNaN, !wanted.isNaN else {
    let (yours, wanted) = (yours.isNaN ? "NaN" : "\(yours)", wanted.isNaN ? "NaN" : "\(wanted)")
    return "\(found)\(Shape(index)): yours is \(yours) instead of \(wanted)"
  }
  return """
    \(found)\(Shape(index)): yours is \(yours) instead of \(wanted), an error of \(errors[worst]) relative to \
    \(scale.name), where \(tolerance) is allowed
    """
}

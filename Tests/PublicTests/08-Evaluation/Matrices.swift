import Evaluation
import Tensors
import TestSupport
import Testing

/// A matrix of standard normal elements.
func normalMatrix(size: Int, using generator: inout RandomGenerator) -> SquareMatrix {
  SquareMatrix(size: size) { _, _ in Double(generator.normal()) }
}

/// A Aᵀ for a normal A: symmetric, without negative eigenvalues.
func normalCovariance(size: Int, using generator: inout RandomGenerator) -> SquareMatrix {
  let factor = normalMatrix(size: size, using: &generator)
  return factor * factor.transposed
}

/// The turn of the plane by an angle of which 3/5 is the cosine and 4/5 the sine.
let turn = SquareMatrix(rows: [[0.6, -0.8], [0.8, 0.6]])

/// How far two matrices are from one another, as a fraction of the norm of the second; infinite where that is not a number.
func relativeDifference(_ a: SquareMatrix, _ b: SquareMatrix) -> Double {
  let error = (a - b).norm / max(b.norm, .leastNormalMagnitude)
  return error.isNaN || a.size != b.size ? .infinity : error
}

/// Expects a matrix to have the right size and elements that differ by no more than `tolerance` times the norm; where they
/// do, says which likely mistake the answer looks like, or a general sentence.
///
/// - Parameters:
///   - what: What is compared, the subject of the message.
///   - mistakes: What is said about a wrong answer, and what it gives. Of several that fit the first is taken.
///   - otherwise: What is said where no mistake fits.
func expectMatrix(
  _ found: SquareMatrix, _ right: SquareMatrix, _ what: String, tolerance: Double,
  _ mistakes: KeyValuePairs<String, SquareMatrix>, otherwise: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.size == right.size else {
    Issue.record(
      "\(what): yours is \(found.size) × \(found.size) instead of \(right.size) × \(right.size)",
      sourceLocation: sourceLocation)
    return
  }
  guard relativeDifference(found, right) > tolerance else { return }
  // A mistake is told by six digits, and not where it makes no difference.
  let fitting = mistakes.first {
    relativeDifference(found, $0.value) < 1e-6 && relativeDifference($0.value, right) > 1e-6
  }
  let short = (rows(of: found) { "\(Float($0))" }, rows(of: right) { "\(Float($0))" })
  let (yours, wanted) = short.0 == short.1 ? (rows(of: found) { "\($0)" }, rows(of: right) { "\($0)" }) : short
  Issue.record(
    """
    \(what): \(fitting?.key ?? otherwise). Yours is
    \(yours)
    instead of
    \(wanted)
    """, sourceLocation: sourceLocation)
}

/// The rows, each on a line.
private func rows(of matrix: SquareMatrix, _ shown: (Double) -> String) -> String {
  (0..<matrix.size).map { row in
    (0..<matrix.size).map { shown(matrix[row, $0]) }.joined(separator: ", ")
  }.joined(separator: "\n")
}

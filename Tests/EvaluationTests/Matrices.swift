import Evaluation
import Tensors

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

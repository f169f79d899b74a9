import Evaluation
import Tensors

/// A matrix of standard normal elements.
func normalMatrix(size: Int, using generator: inout RandomGenerator) -> SquareMatrix {
  SquareMatrix(size: size) { _, _ in Double(generator.normal()) }
}

/// A turn of the first two of some axes.
func rotation(size: Int, cosine: Double, sine: Double) -> SquareMatrix {
  var turn = SquareMatrix.identity(size: size)
  (turn[0, 0], turn[0, 1], turn[1, 0], turn[1, 1]) = (cosine, -sine, sine, cosine)
  return turn
}

/// Whether two matrices differ by no more than a fraction of the norm of the second.
func agree(_ a: SquareMatrix, _ b: SquareMatrix, relative tolerance: Double) -> Bool {
  a.size == b.size && (a - b).norm <= tolerance * b.norm
}

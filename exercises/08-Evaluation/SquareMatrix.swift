import Tensors

/// A square matrix of `Double`s, such as the covariance of features.
///
/// Reading outside a matrix gives NaN and writing outside does nothing, so matrices of different sizes have sums and products
/// that are NaN.
public struct SquareMatrix: Sendable, Equatable {
  /// The number of rows, and of columns.
  public let size: Int
  private var elements: [Double]

  /// A matrix whose elements are computed from row and column.
  public init(size: Int, _ element: (_ row: Int, _ column: Int) -> Double) {
    self.size = max(size, 0)
    elements = []
    elements.reserveCapacity(self.size * self.size)
    for row in 0..<self.size {
      for column in 0..<self.size { elements.append(element(row, column)) }
    }
  }

  /// A matrix of as many columns as there are rows given; what a row lacks is NaN.
  public init(rows: [[Double]]) {
    self.init(size: rows.count) { rows[$0].indices.contains($1) ? rows[$0][$1] : .nan }
  }

  /// Ones on the diagonal.
  public static func identity(size: Int) -> SquareMatrix { .init(size: size) { $0 == $1 ? 1 : 0 } }

  /// The given numbers on the diagonal, and zeros elsewhere.
  public static func diagonal(_ numbers: [Double]) -> SquareMatrix {
    .init(size: numbers.count) { $0 == $1 ? numbers[$0] : 0 }
  }

  /// One element.
  public subscript(row: Int, column: Int) -> Double {
    get { contains(row, column) ? elements[row * size + column] : .nan }
    set { if contains(row, column) { elements[row * size + column] = newValue } }
  }

  private func contains(_ row: Int, _ column: Int) -> Bool { row >= 0 && row < size && column >= 0 && column < size }
}

extension SquareMatrix {
  /// The numbers from the upper left to the lower right.
  public var diagonal: [Double] { (0..<size).map { self[$0, $0] } }

  /// The sum of the diagonal.
  public var trace: Double { diagonal.reduce(0, +) }

  /// Rows and columns exchanged.
  public var transposed: SquareMatrix { .init(size: size) { self[$1, $0] } }

  /// The root of the sum of all squares (Frobenius norm).
  public var norm: Double { elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// The root of the sum of the squares off the diagonal.
  public var offDiagonalNorm: Double {
    SquareMatrix(size: size) { $0 == $1 ? 0 : self[$0, $1] }.norm
  }

  /// Whether every element is a finite number.
  public var isFinite: Bool { elements.allSatisfy(\.isFinite) }

  /// The sum, element by element.
  public static func + (a: SquareMatrix, b: SquareMatrix) -> SquareMatrix {
    .init(size: max(a.size, b.size)) { a[$0, $1] + b[$0, $1] }
  }

  /// The difference, element by element.
  public static func - (a: SquareMatrix, b: SquareMatrix) -> SquareMatrix {
    .init(size: max(a.size, b.size)) { a[$0, $1] - b[$0, $1] }
  }

  /// The product of matrices.
  public static func * (a: SquareMatrix, b: SquareMatrix) -> SquareMatrix {
    let size = max(a.size, b.size)
    return .init(size: size) { row, column in
      (0..<size).reduce(0) { $0 + a[row, $1] * b[$1, column] }
    }
  }

  /// The matrix with each element multiplied by a number.
  public static func * (number: Double, matrix: SquareMatrix) -> SquareMatrix {
    .init(size: matrix.size) { number * matrix[$0, $1] }
  }
}

extension SquareMatrix: Placeholder {
  /// A matrix without elements.
  public static func placeholder(for fault: Fault) -> SquareMatrix { .init(rows: []) }
}

extension SquareMatrix: CustomStringConvertible {
  /// The rows.
  public var description: String {
    (0..<size).map { row in "\((0..<size).map { self[row, $0] })" }.joined(separator: "\n")
  }
}

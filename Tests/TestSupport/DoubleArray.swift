import Tensors

/// A tensor's twin in `Double`, for computing what an operation should give: slow, without gradients, and with sixteen digits.
public struct DoubleArray: Sendable, Equatable {
  /// The extents of the axes.
  public let shape: Shape
  /// The elements in row-major order.
  public var elements: [Double]

  /// Makes an array from its elements.
  public init(_ elements: [Double], shape: Shape) {
    precondition(elements.count == shape.elementCount, "\(elements.count) elements for the shape \(shape)")
    self.shape = shape
    self.elements = elements
  }

  /// The same numbers as a tensor's.
  public init(_ tensor: Tensor) { self.init(tensor.scalars.map(Double.init), shape: tensor.shape) }

  /// An array without axes that holds one number.
  public init(_ number: Double) { self.init([number], shape: []) }

  /// An array whose elements are computed from their positions.
  public init(shape: Shape, _ element: (_ position: [Int]) -> Double) {
    self.init((0..<shape.elementCount).map { element(Self.position($0, in: shape)) }, shape: shape)
  }

  /// The numbers rounded to `Float`.
  public var tensor: Tensor { Tensor(elements.map { Float($0) }, shape: shape) }

  /// The element at a position.
  public subscript(position: [Int]) -> Double {
    elements[zip(position, shape.strides).reduce(0) { $0 + $1.0 * $1.1 }]
  }

  private static func position(_ index: Int, in shape: Shape) -> [Int] {
    zip(shape, shape.strides).map { extent, stride in index / stride % extent }
  }
}

// MARK: - What references are made of

extension DoubleArray {
  /// A function of every element.
  public func map(_ function: (Double) -> Double) -> DoubleArray { DoubleArray(elements.map(function), shape: shape) }

  /// A function of pairs of elements, with broadcasting: what an operand lacks, or has once, is the same for all.
  public func combined(with other: DoubleArray, _ function: (Double, Double) -> Double) -> DoubleArray {
    guard let result = shape.broadcast(with: other.shape) else { preconditionFailure("\(shape) and \(other.shape)") }
    return DoubleArray(
      (0..<result.elementCount).map { index in
        function(
          elements[NaiveKernels.place(of: index, of: result, in: shape)],
          other.elements[NaiveKernels.place(of: index, of: result, in: other.shape)])
      }, shape: result)
  }

  /// The sum, with broadcasting.
  public static func + (a: DoubleArray, b: DoubleArray) -> DoubleArray { a.combined(with: b, +) }
  /// The difference, with broadcasting.
  public static func - (a: DoubleArray, b: DoubleArray) -> DoubleArray { a.combined(with: b, -) }
  /// The product element by element, with broadcasting.
  public static func * (a: DoubleArray, b: DoubleArray) -> DoubleArray { a.combined(with: b, *) }
  /// The quotient element by element, with broadcasting.
  public static func / (a: DoubleArray, b: DoubleArray) -> DoubleArray { a.combined(with: b, /) }

  /// The same elements in another shape.
  public func reshaped(_ shape: Shape) -> DoubleArray { DoubleArray(elements, shape: shape) }

  /// One number for all elements along some axes, which stay with extent 1.
  public func reduced(axes: [Int], _ function: ([Double]) -> Double) -> DoubleArray {
    let small = Shape(shape.indices.map { axes.contains($0) ? 1 : shape[$0] })
    var members = [[Double]](repeating: [], count: small.elementCount)
    for (index, element) in elements.enumerated() {
      members[NaiveKernels.place(of: index, of: shape, in: small)].append(element)
    }
    return DoubleArray(members.map(function), shape: small)
  }

  /// The sum over some axes, which stay with extent 1.
  public func sum(axes: [Int]) -> DoubleArray { reduced(axes: axes) { $0.reduce(0, +) } }

  /// The mean over some axes, which stay with extent 1.
  public func mean(axes: [Int]) -> DoubleArray { reduced(axes: axes) { $0.reduce(0, +) / Double($0.count) } }

  /// The mean over all elements, a scalar.
  public var mean: DoubleArray { DoubleArray(elements.reduce(0, +) / Double(elements.count)) }

  /// The difference from the mean over some axes in units of √(population variance + ε).
  public func normalized(axes: [Int], epsilon: Double) -> DoubleArray {
    let centered = self - mean(axes: axes)
    return centered / (centered * centered).mean(axes: axes).map { ($0 + epsilon).squareRoot() }
  }
}

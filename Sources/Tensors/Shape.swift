/// The extents of a tensor, outermost axis first.
///
/// Images are batches of shape `[count, height, width, channels]`: channels last.
public struct Shape: Hashable, Sendable {
  /// The extent of each axis.
  public let dimensions: [Int]

  /// Makes a shape from its extents.
  public init(_ dimensions: [Int]) { self.dimensions = dimensions }

  /// The number of axes; 0 for a scalar.
  public var rank: Int { dimensions.count }

  /// The number of elements: the product of all extents, 1 for a scalar.
  public var elementCount: Int { dimensions.reduce(1, *) }

  /// The distance in elements between neighbors along each axis of a row-major tensor.
  public var strides: [Int] {
    var strides = dimensions
    var step = 1
    for axis in dimensions.indices.reversed() {
      strides[axis] = step
      step *= dimensions[axis]
    }
    return strides
  }

  /// The axis meant by `axis`, where −1 is the last, −2 the one before; nil where there is no such axis.
  public func normalizedAxis(_ axis: Int) -> Int? {
    let positive = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(positive) ? positive : nil
  }

  /// The shape to which both shapes broadcast: extents are matched from the last axis, and an extent of 1, or a missing
  /// one, stretches to the other's. Nil where two extents differ and neither is 1.
  public func broadcast(with other: Shape) -> Shape? {
    let longest = Swift.max(rank, other.rank)
    var result = [Int](repeating: 1, count: longest)
    for back in 1..<(longest + 1) {
      let mine = back <= rank ? dimensions[rank - back] : 1
      let theirs = back <= other.rank ? other.dimensions[other.rank - back] : 1
      guard mine == theirs || mine == 1 || theirs == 1 else { return nil }
      result[longest - back] = mine == 1 ? theirs : mine
    }
    return Shape(result)
  }

  /// This shape with the extent of one axis replaced.
  func replacing(axis: Int, with extent: Int) -> Shape {
    var dimensions = dimensions
    dimensions[axis] = extent
    return Shape(dimensions)
  }
}

extension Shape: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Shape: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { dimensions.count }
  public subscript(axis: Int) -> Int { dimensions[axis] }
}

extension Shape: CustomStringConvertible {
  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}

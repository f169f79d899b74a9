/// An n-dimensional array of `Float`, row-major, with the semantics of a value.
///
/// Images are batches of shape `[count, height, width, channels]`. An operation on a tensor that depends on a parameter
/// records itself, so that ``gradients(from:)`` can later be asked how the result depends on the parameter. Operands
/// that do not fit together give a faulty result: see ``Fault``.
public struct Tensor: Sendable {
  /// The extents of the axes; a scalar has none.
  public let shape: Shape

  /// Why there is no result; nil for an ordinary tensor.
  public private(set) var fault: Fault?

  var contents: Contents
  var record: GradientRecord?

  init(_ shape: Shape, _ contents: Contents) {
    self.shape = shape
    self.contents = contents
  }

  init(_ shape: Shape, _ buffer: Buffer) { self.init(shape, .stored(buffer)) }

  /// The elements in memory; computed now, where nobody has read them before.
  var buffer: Buffer { contents.buffer }
}

// MARK: - Making tensors

extension Tensor {
  /// A tensor that holds no result but the reason for it. Its shape is that of a scalar.
  public init(fault: Fault) {
    self.init([], Buffer(repeating: .nan, count: 1))
    self.fault = fault
  }

  /// A tensor of the given shape with its elements in row-major order; faulty where their number does not fit the shape.
  public init(_ scalars: [Float], shape: Shape) {
    guard scalars.count == shape.elementCount, shape.allSatisfy({ $0 >= 0 }) else {
      self.init(fault: Fault("\(scalars.count) numbers do not fill the shape \(shape)"))
      return
    }
    self.init(shape, Buffer(copying: scalars))
  }

  /// A vector.
  public init(_ scalars: [Float]) { self.init(scalars, shape: [scalars.count]) }

  /// A tensor without axes that holds one number.
  public init(_ scalar: Float) { self.init([], Buffer(repeating: scalar, count: 1)) }

  /// A tensor with every element equal to `value`.
  public init(repeating value: Float, shape: Shape) {
    guard shape.allSatisfy({ $0 >= 0 }) else {
      self.init(fault: Fault("a shape has no negative extents, but \(shape) does"))
      return
    }
    self.init(shape, Buffer(repeating: value, count: shape.elementCount))
  }

  /// A tensor of zeros.
  public static func zeros(_ shape: Shape) -> Tensor { Tensor(repeating: 0, shape: shape) }

  /// A tensor of ones.
  public static func ones(_ shape: Shape) -> Tensor { Tensor(repeating: 1, shape: shape) }
}

// MARK: - Reading and writing elements

extension Tensor {
  /// The elements in row-major order. A faulty tensor has one, which is NaN; one that became faulty by writing outside of its
  /// shape has those that it had.
  public var scalars: [Float] { buffer.array }

  /// The only element of a tensor that has one; NaN for a faulty tensor or one of several elements.
  public var item: Float { fault == nil && buffer.count == 1 ? buffer[0] : .nan }

  /// Calls `body` with the elements in memory, in row-major order.
  package func withUnsafeScalars<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let buffer = buffer
    defer { withExtendedLifetime(buffer) {} }
    return try body(UnsafeBufferPointer(start: buffer.base, count: buffer.count))
  }

  /// A tensor of the given shape, whose extents are not negative, with elements that `initialize` writes, all of them.
  package init<Failure: Error>(
    _ shape: Shape, initializingWith initialize: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    let buffer = Buffer(uninitialized: shape.elementCount)
    try initialize(UnsafeMutableBufferPointer(start: buffer.base, count: buffer.count))
    self.init(shape, buffer)
  }

  /// One element. Reading outside the tensor gives NaN; writing outside makes the tensor faulty.
  public subscript(_ index: Int...) -> Float {
    get {
      guard let offset = offset(of: index) else { return .nan }
      return buffer[offset]
    }
    set {
      guard fault == nil else { return }
      guard let offset = offset(of: index) else {
        fault = Fault("the index \(Shape(index)) is outside the shape \(shape)")
        return
      }
      record = nil
      ownedBuffer()[offset] = newValue
    }
  }

  /// The elements in memory that no other tensor sees: a copy, unless they are this tensor's alone.
  mutating func ownedBuffer() -> Buffer {
    var elements = buffer
    // Given up here, or it would count as a second owner.
    contents = .stored(.empty)
    if !isKnownUniquelyReferenced(&elements) { elements = Buffer(copying: elements) }
    contents = .stored(elements)
    return elements
  }

  private func offset(of index: [Int]) -> Int? {
    guard index.count == shape.rank, fault == nil else { return nil }
    var offset = 0
    for (position, extent) in zip(index, shape) {
      guard position >= 0, position < extent else { return nil }
      offset = offset * extent + position
    }
    return offset
  }

  /// This tensor, unless it is faulty.
  ///
  /// - Throws: The ``Fault`` of a faulty tensor.
  @discardableResult
  public func checked() throws -> Tensor {
    if let fault { throw fault }
    return self
  }

  /// The same numbers, of which no gradient is recorded.
  public var detached: Tensor {
    var copy = self
    copy.record = nil
    return copy
  }

  /// Whether every element is a finite number.
  public var isFinite: Bool { fault == nil && buffer.array.allSatisfy(\.isFinite) }
}

extension Tensor: Equatable {
  /// Whether both have the same shape and equal elements; a faulty tensor equals none.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.fault == nil && right.fault == nil && left.shape == right.shape && left.scalars == right.scalars
  }
}

extension Tensor: CustomStringConvertible {
  public var description: String {
    if let fault { return "Tensor(fault: \(fault))" }
    let shown = scalars.prefix(16).map { "\($0)" }.joined(separator: ", ")
    return "Tensor\(shape)(\(shown)\(buffer.count > 16 ? ", …" : ""))"
  }
}

import Foundation

/// A function of one number, applied to every element.
package enum UnaryOperation: String, CaseIterable, Sendable {
  case negate, exp, log, sqrt, square, abs, reciprocal, sin, cos, tanh, sigmoid, relu, silu, gelu, softplus

  /// The definition, in Double: what the kernels are held against.
  package func reference(_ x: Double) -> Double {
    switch self {
    case .negate: -x
    case .exp: Foundation.exp(x)
    case .log: Foundation.log(x)
    case .sqrt: x.squareRoot()
    case .square: x * x
    case .abs: Swift.abs(x)
    case .reciprocal: 1 / x
    case .sin: Foundation.sin(x)
    case .cos: Foundation.cos(x)
    case .tanh: Foundation.tanh(x)
    case .sigmoid: 1 / (1 + Foundation.exp(-x))
    case .relu: Swift.max(x, 0)
    case .silu: x / (1 + Foundation.exp(-x))
    case .gelu: x / 2 * (1 + erf(x / 2.0.squareRoot()))
    case .softplus: Swift.max(x, 0) + log1p(Foundation.exp(-Swift.abs(x)))
    }
  }
}

/// A function of two numbers, applied to pairs of elements. In the last five the first is the gradient that comes back and
/// the second what the derivative is computed from: the operation's input `x`, or its result `y` where that is enough.
package enum BinaryOperation: String, CaseIterable, Sendable {
  case add, subtract, multiply, divide, maximum, minimum
  case reluGradient, siluGradient, geluGradient, sigmoidGradient, tanhGradient

  /// The definition, in Double: what the kernels are held against.
  package func reference(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide: return a / b
    // Swift's own max and min let a NaN go.
    case .maximum: return a < b || b.isNaN ? b : a
    case .minimum: return a > b || b.isNaN ? b : a
    case .reluGradient: return b <= 0 ? 0 : a
    case .siluGradient:
      let s = UnaryOperation.sigmoid.reference(b)
      return a * s * (1 + b * (1 - s))
    case .geluGradient:
      let density = Foundation.exp(-b * b / 2) / (2 * Double.pi).squareRoot()
      return a * ((1 + erf(b / 2.0.squareRoot())) / 2 + b * density)
    case .sigmoidGradient: return a * b * (1 - b)
    case .tanhGradient: return a * (1 - b * b)
    }
  }
}

/// The same functions on buffers.
enum ElementwiseKernels {
  /// Elements that one thread takes at a time.
  private static let chunk = 1 << 14

  // The threads share the elements first, and each then chooses the loop for the operation: closures that a thread is
  // given would be called for every vector, closures that never leave their function can be inlined. Loops that are large
  // are functions of their own, because the compiler stops inlining where a function has become too large.

  // MARK: One operand

  static func apply(_ operation: UnaryOperation, _ x: Buffer, into y: Buffer) {
    forEachChunk(of: y.count) { range in apply(operation, x, y, range) }
  }

  private static func apply(_ operation: UnaryOperation, _ x: Buffer, _ y: Buffer, _ range: Range<Int>) {
    switch operation {
    case .negate: map(x, y, range) { -$0 }
    case .exp: exponential(x, y, range)
    case .sqrt: map(x, y, range) { $0.squareRoot() }
    case .square: map(x, y, range) { $0 * $0 }
    case .abs: map(x, y, range) { $0.replacing(with: 0 - $0, where: $0 .<= 0) }
    case .reciprocal: map(x, y, range) { 1 / $0 }
    case .tanh: map(x, y, range) { $0.hyperbolicTangent() }
    case .sigmoid: map(x, y, range) { $0.sigmoid() }
    case .relu: map(x, y, range) { $0.replacing(with: 0, where: $0 .< 0) }
    case .silu: silu(x, y, range)
    case .log: mapScalars(x, y, range) { Foundation.log($0) }
    case .sin: mapScalars(x, y, range) { Foundation.sin($0) }
    case .cos: mapScalars(x, y, range) { Foundation.cos($0) }
    case .gelu: gelu(x, y, range)
    case .softplus: mapScalars(x, y, range) { Swift.max($0, 0) + log1p(Foundation.exp(-Swift.abs($0))) }
    }
  }

  /// The elements limited to a range; NaN stays NaN.
  static func clamp(_ x: Buffer, to range: ClosedRange<Float>, into y: Buffer) {
    let low = Vector(repeating: range.lowerBound)
    let high = Vector(repeating: range.upperBound)
    forEachChunk(of: y.count) { chunk in
      map(x, y, chunk) { $0.replacing(with: low, where: $0 .< low).replacing(with: high, where: $0 .> high) }
    }
  }

  /// x where positive, slope · x elsewhere.
  static func leakyReLU(_ x: Buffer, slope: Float, into y: Buffer) {
    forEachChunk(of: y.count) { chunk in
      map(x, y, chunk) { $0.replacing(with: $0 * slope, where: $0 .<= 0) }
    }
  }

  /// dy where x is positive, slope · dy elsewhere.
  static func leakyReLUGradient(_ dy: Buffer, _ x: Buffer, slope: Float, into dx: Buffer) {
    forEachChunk(of: dx.count) { chunk in
      map(dy, x, dx, chunk) { $0.replacing(with: $0 * slope, where: $1 .<= 0) }
    }
  }

  private static func silu(_ x: Buffer, _ y: Buffer, _ range: Range<Int>) {
    let target = UnsafeMutableRawPointer(y.base)
    for index in stride(from: range.lowerBound, to: range.upperBound, by: lanes) {
      target.storeBytes(of: load(x.base, index, step: 1).silu(), toByteOffset: index &* 4, as: Vector.self)
    }
  }

  @inline(never)
  private static func exponential(_ x: Buffer, _ y: Buffer, _ range: Range<Int>) {
    map(x, y, range) { $0.exponential() }
  }

  private static func gelu(_ x: Buffer, _ y: Buffer, _ range: Range<Int>) {
    let target = UnsafeMutableRawPointer(y.base)
    for index in stride(from: range.lowerBound, to: range.upperBound, by: lanes) {
      target.storeBytes(of: load(x.base, index, step: 1).gelu(), toByteOffset: index &* 4, as: Vector.self)
    }
  }

  private static func forEachChunk(of count: Int, _ body: @escaping @Sendable (Range<Int>) -> Void) {
    parallel((count + chunk - 1) / chunk) { part in body((part * chunk)..<Swift.min(count, (part + 1) * chunk)) }
  }

  /// Whole vectors only: a buffer's block is a multiple of sixteen numbers long, so what is past the end is free to use.
  @inline(__always)
  private static func map(_ x: Buffer, _ y: Buffer, _ range: Range<Int>, _ function: (Vector) -> Vector) {
    let source = UnsafeRawPointer(x.base)
    let target = UnsafeMutableRawPointer(y.base)
    var index = range.lowerBound
    while index < range.upperBound {
      let value = source.loadUnaligned(fromByteOffset: index * 4, as: Vector.self)
      target.storeBytes(of: function(value), toByteOffset: index * 4, as: Vector.self)
      index += lanes
    }
  }

  /// The same of pairs.
  @inline(__always)
  private static func map(
    _ a: Buffer, _ b: Buffer, _ y: Buffer, _ range: Range<Int>, _ function: (Vector, Vector) -> Vector
  ) {
    let target = UnsafeMutableRawPointer(y.base)
    var index = range.lowerBound
    while index < range.upperBound {
      let value = function(load(a.base, index, step: 1), load(b.base, index, step: 1))
      target.storeBytes(of: value, toByteOffset: index * 4, as: Vector.self)
      index += lanes
    }
  }

  @inline(never)
  private static func mapScalars(_ x: Buffer, _ y: Buffer, _ range: Range<Int>, _ function: (Float) -> Float) {
    for index in range { y.base[index] = function(x.base[index]) }
  }

  // MARK: Two operands

  static func apply(_ operation: BinaryOperation, _ a: Buffer, _ b: Buffer, _ layout: BroadcastLayout, into y: Buffer) {
    // An empty result may still have runs: none of them is to be written.
    if y.isEmpty { return }
    guard layout.rowCount > 1 else {
      if layout.runSteps == (1, 1), let loop = ownLoop(of: operation) {
        forEachChunk(of: layout.run) { loop(a, b, y, $0) }
        return
      }
      forEachChunk(of: layout.run) { apply(operation, a, b, layout, rows: 0..<1, $0, toTheEnd: true, into: y) }
      return
    }
    let rowsAtOnce = Swift.max(1, chunk / Swift.max(layout.run, 1))
    parallel((layout.rowCount + rowsAtOnce - 1) / rowsAtOnce) { part in
      let rows = (part * rowsAtOnce)..<Swift.min(layout.rowCount, (part + 1) * rowsAtOnce)
      apply(operation, a, b, layout, rows: rows, 0..<layout.run, toTheEnd: false, into: y)
    }
  }

  /// The loop of an operation that takes more arithmetic than one in a `switch` would be inlined with.
  private static func ownLoop(
    of operation: BinaryOperation
  ) -> (@Sendable (_ a: Buffer, _ b: Buffer, _ y: Buffer, _ range: Range<Int>) -> Void)? {
    switch operation {
    case .siluGradient: { siluGradient($0, $1, $2, $3) }
    case .geluGradient: { geluGradient($0, $1, $2, $3) }
    default: nil
    }
  }

  // Written out: given as closures, the two functions are called for every vector.

  private static func siluGradient(_ dy: Buffer, _ x: Buffer, _ dx: Buffer, _ range: Range<Int>) {
    let target = UnsafeMutableRawPointer(dx.base)
    for index in stride(from: range.lowerBound, to: range.upperBound, by: lanes) {
      let value = load(dy.base, index, step: 1) * load(x.base, index, step: 1).siluDerivative()
      target.storeBytes(of: value, toByteOffset: index &* 4, as: Vector.self)
    }
  }

  private static func geluGradient(_ dy: Buffer, _ x: Buffer, _ dx: Buffer, _ range: Range<Int>) {
    let target = UnsafeMutableRawPointer(dx.base)
    for index in stride(from: range.lowerBound, to: range.upperBound, by: lanes) {
      let value = load(dy.base, index, step: 1) * load(x.base, index, step: 1).geluDerivative()
      target.storeBytes(of: value, toByteOffset: index &* 4, as: Vector.self)
    }
  }

  /// - Parameters:
  ///   - range: The part of each row that is computed.
  ///   - toTheEnd: Whether the last vector may run past the end of the range.
  private static func apply(
    _ operation: BinaryOperation, _ a: Buffer, _ b: Buffer, _ layout: BroadcastLayout, rows: Range<Int>,
    _ range: Range<Int>, toTheEnd: Bool, into y: Buffer
  ) {
    @inline(__always)
    func combine(_ function: (Vector, Vector) -> Vector) {
      Self.combine(a.base, b.base, layout, rows, range, toTheEnd: toTheEnd, into: y.base, function)
    }
    switch operation {
    case .add: combine { $0 + $1 }
    case .subtract: combine { $0 - $1 }
    case .multiply: combine { $0 * $1 }
    case .divide: combine { $0 / $1 }
    // NaN wins from either side, so that a loss shows it.
    case .maximum: combine { $0.replacing(with: $1, where: ($0 .< $1) .| ($1 .!= $1)) }
    case .minimum: combine { $0.replacing(with: $1, where: ($0 .> $1) .| ($1 .!= $1)) }
    case .reluGradient: combine { $0.replacing(with: 0, where: $1 .<= 0) }
    case .sigmoidGradient: combine { $0 * $1 * (1 - $1) }
    case .tanhGradient: combine { $0 * (1 - $1 * $1) }
    case .siluGradient: combine { $0 * $1.siluDerivative() }
    case .geluGradient: combine { $0 * $1.geluDerivative() }
    }
  }

  @inline(never)
  private static func combine(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ layout: BroadcastLayout, _ rows: Range<Int>,
    _ range: Range<Int>, toTheEnd: Bool, into y: UnsafeMutablePointer<Float>, _ function: (Vector, Vector) -> Vector
  ) {
    let steps = layout.runSteps
    let last = toTheEnd ? range.upperBound : range.upperBound - lanes + 1
    layout.forEachStretch(in: rows) { stretch in
      var (a, b, y) = (a + stretch.starts.0, b + stretch.starts.1, y + stretch.row * layout.run)
      for _ in 0..<stretch.count {
        var index = range.lowerBound
        while index < last {
          let value = function(load(a, index, step: steps.0), load(b, index, step: steps.1))
          UnsafeMutableRawPointer(y + index).storeBytes(of: value, as: Vector.self)
          index &+= lanes
        }
        while index < range.upperBound {
          y[index] = function(Vector(repeating: a[index &* steps.0]), Vector(repeating: b[index &* steps.1]))[0]
          index &+= 1
        }
        a += stretch.strides.0
        b += stretch.strides.1
        y += layout.run
      }
    }
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>, _ index: Int, step: Int) -> Vector {
    step == 0
      ? Vector(repeating: pointer[0])
      : UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: index * 4, as: Vector.self)
  }
}

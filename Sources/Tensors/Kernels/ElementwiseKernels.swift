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

/// The same functions on vectors. Everything a loop calls stands in this file: in a debug build the compiler inlines
/// nothing from another one.
enum ElementwiseKernels {
  /// Elements that one thread takes at a time.
  private static let chunk = 1 << 14

  // MARK: One operand

  static func apply(_ operation: UnaryOperation, _ x: Buffer, into y: Buffer) {
    switch operation {
    case .negate: map(x, y) { -$0 }
    case .exp: map(x, y) { exponential($0) }
    case .sqrt: map(x, y) { $0.squareRoot() }
    case .square: map(x, y) { $0 * $0 }
    case .abs: map(x, y) { $0.replacing(with: 0 - $0, where: $0 .<= 0) }
    case .reciprocal: map(x, y) { 1 / $0 }
    case .tanh: map(x, y) { hyperbolicTangent($0) }
    case .sigmoid: map(x, y) { sigmoid($0) }
    case .relu: map(x, y) { $0.replacing(with: 0, where: $0 .< 0) }
    case .silu: map(x, y) { $0 * sigmoid($0) }
    case .log: mapScalars(x, y) { Foundation.log($0) }
    case .sin: mapScalars(x, y) { Foundation.sin($0) }
    case .cos: mapScalars(x, y) { Foundation.cos($0) }
    case .gelu: mapScalars(x, y) { $0 / 2 * (1 + erf($0 * Float(0.5).squareRoot())) }
    case .softplus: mapScalars(x, y) { Swift.max($0, 0) + log1p(Foundation.exp(-Swift.abs($0))) }
    }
  }

  /// The elements limited to a range; NaN stays NaN.
  static func clamp(_ x: Buffer, to range: ClosedRange<Float>, into y: Buffer) {
    let low = Vector(repeating: range.lowerBound)
    let high = Vector(repeating: range.upperBound)
    map(x, y) { value in
      value.replacing(with: low, where: value .< low).replacing(with: high, where: value .> high)
    }
  }

  /// Whole vectors only: a buffer's block is a multiple of sixteen numbers long, so what is past the end is free to use.
  @inline(__always)
  private static func map(_ x: Buffer, _ y: Buffer, _ function: @escaping @Sendable (Vector) -> Vector) {
    let count = y.count
    parallel((count + chunk - 1) / chunk) { part in
      let source = UnsafeRawPointer(x.base)
      let target = UnsafeMutableRawPointer(y.base)
      for index in stride(from: part * chunk, to: Swift.min(count, (part + 1) * chunk), by: lanes) {
        let value = source.loadUnaligned(fromByteOffset: index * 4, as: Vector.self)
        target.storeBytes(of: function(value), toByteOffset: index * 4, as: Vector.self)
      }
    }
  }

  @inline(__always)
  private static func mapScalars(_ x: Buffer, _ y: Buffer, _ function: @escaping @Sendable (Float) -> Float) {
    let count = y.count
    parallel((count + chunk - 1) / chunk) { part in
      for index in (part * chunk)..<Swift.min(count, (part + 1) * chunk) { y.base[index] = function(x.base[index]) }
    }
  }

  // MARK: Two operands

  static func apply(_ operation: BinaryOperation, _ a: Buffer, _ b: Buffer, _ layout: BroadcastLayout, into y: Buffer) {
    switch operation {
    case .add: combine(a, b, layout, y, { $0 + $1 }, { $0 + $1 })
    case .subtract: combine(a, b, layout, y, { $0 - $1 }, { $0 - $1 })
    case .multiply: combine(a, b, layout, y, { $0 * $1 }, { $0 * $1 })
    case .divide: combine(a, b, layout, y, { $0 / $1 }, { $0 / $1 })
    // NaN wins from either side, so that a loss shows it.
    case .maximum:
      combine(
        a, b, layout, y, { $0.replacing(with: $1, where: ($0 .< $1) .| ($1 .!= $1)) },
        { $0 < $1 || $1.isNaN ? $1 : $0 })
    case .minimum:
      combine(
        a, b, layout, y, { $0.replacing(with: $1, where: ($0 .> $1) .| ($1 .!= $1)) },
        { $0 > $1 || $1.isNaN ? $1 : $0 })
    case .reluGradient: combine(a, b, layout, y, { $0.replacing(with: 0, where: $1 .<= 0) }, { $1 <= 0 ? 0 : $0 })
    case .sigmoidGradient: combine(a, b, layout, y, { $0 * $1 * (1 - $1) }, { $0 * $1 * (1 - $1) })
    case .tanhGradient: combine(a, b, layout, y, { $0 * (1 - $1 * $1) }, { $0 * (1 - $1 * $1) })
    case .siluGradient:
      combine(
        a, b, layout, y,
        { upstream, x in
          let s = sigmoid(x)
          return upstream * s * (1 + x * (1 - s))
        },
        { Float(operation.reference(Double($0), Double($1))) })
    case .geluGradient:
      combineScalars(a, b, y) { Float(operation.reference(Double($0), Double($1))) }
    }
  }

  /// Runs of elements that are contiguous, or all the same, in each operand; vectors where a run is long enough.
  @inline(__always)
  private static func combine(
    _ a: Buffer, _ b: Buffer, _ layout: BroadcastLayout, _ y: Buffer,
    _ vectors: @escaping @Sendable (Vector, Vector) -> Vector, _ scalars: @escaping @Sendable (Float, Float) -> Float
  ) {
    // An empty result may still have runs: none of them is to be written.
    if y.isEmpty { return }
    let run = layout.run
    let (stepA, stepB) = (layout.runSteps.0, layout.runSteps.1)
    guard layout.rowCount > 1 else {
      // One run: split it among the threads, and let the last vector run past the end.
      parallel((run + chunk - 1) / chunk) { part in
        for index in stride(from: part * chunk, to: Swift.min(run, (part + 1) * chunk), by: lanes) {
          let left = load(a.base, index, step: stepA)
          let right = load(b.base, index, step: stepB)
          UnsafeMutableRawPointer(y.base).storeBytes(of: vectors(left, right), toByteOffset: index * 4, as: Vector.self)
        }
      }
      return
    }
    let rowsAtOnce = Swift.max(1, chunk / Swift.max(run, 1))
    parallel((layout.rowCount + rowsAtOnce - 1) / rowsAtOnce) { part in
      let rows = (part * rowsAtOnce)..<Swift.min(layout.rowCount, (part + 1) * rowsAtOnce)
      layout.forEachRow(in: rows) { row, offsetA, offsetB in
        let left = a.base + offsetA
        let right = b.base + offsetB
        let target = y.base + row * run
        var index = 0
        while index + lanes <= run {
          let value = vectors(load(left, index, step: stepA), load(right, index, step: stepB))
          UnsafeMutableRawPointer(target).storeBytes(of: value, toByteOffset: index * 4, as: Vector.self)
          index += lanes
        }
        while index < run {
          target[index] = scalars(left[index * stepA], right[index * stepB])
          index += 1
        }
      }
    }
  }

  @inline(__always)
  private static func load(_ pointer: UnsafeMutablePointer<Float>, _ index: Int, step: Int) -> Vector {
    step == 0
      ? Vector(repeating: pointer[0])
      : UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: index * 4, as: Vector.self)
  }

  /// For operands of one shape.
  @inline(__always)
  private static func combineScalars(
    _ a: Buffer, _ b: Buffer, _ y: Buffer, _ function: @escaping @Sendable (Float, Float) -> Float
  ) {
    let count = y.count
    parallel((count + chunk - 1) / chunk) { part in
      for index in (part * chunk)..<Swift.min(count, (part + 1) * chunk) {
        y.base[index] = function(a.base[index], b.base[index])
      }
    }
  }

  // MARK: Functions of a vector

  /// eˣ = 2ⁿ · 2ᶠ with n the nearest whole number to x / ln 2 and a polynomial for 2ᶠ on [−½, ½]. Relative error below
  /// 2e-7. Below −87.33, where eˣ stops being an ordinary number, the result is 0, and above 88.37 infinite.
  @inline(__always)
  private static func exponential(_ x: Vector) -> Vector {
    let limited = x.replacing(with: -87.33, where: x .< -87.33).replacing(with: 88.37, where: x .> 88.37)
    let whole = (limited * 1.44269504088896341).rounded(.toNearestOrEven)
    // x − n · ln 2, with ln 2 in two parts, the first so short that its multiples are exact (Cody and Waite 1980).
    let f = (limited - whole * 0.693359375 + whole * 2.12194440e-4) * 1.44269504088896341
    var power = Vector(repeating: 1.535336188319500e-4)
    power = multiplyAdd(power, f, 1.339887440266574e-3)
    power = multiplyAdd(power, f, 9.618437357674640e-3)
    power = multiplyAdd(power, f, 5.550332471162809e-2)
    power = multiplyAdd(power, f, 2.402264791363012e-1)
    power = multiplyAdd(power, f, 6.931472028550421e-1)
    power = multiplyAdd(power, f, 1)
    return (power * twoToThe(whole)).replacing(with: 0, where: x .< -87.33)
      .replacing(with: .infinity, where: x .> 88.37)
  }

  /// 2ⁿ for whole n between −126 and 127, by writing n into the exponent bits.
  @inline(__always)
  private static func twoToThe(_ n: Vector) -> Vector {
    // Adding 1.5 · 2²³ leaves n in the low bits of the number's pattern.
    let shifted = n + 12_582_912
    return unsafeBitCast(
      (unsafeBitCast(shifted, to: IntegerVector.self) &- 0x4B40_0000 &+ 127) &<< 23, to: Vector.self)
  }

  private typealias IntegerVector = Vector.MaskStorage

  @inline(__always)
  private static func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Float) -> Vector {
    #if AVX512 || AVX2 || arch(arm64)
      Vector(repeating: c).addingProduct(a, b)
    #else
      a * b + c
    #endif
  }

  @inline(__always)
  private static func sigmoid(_ x: Vector) -> Vector { 1 / (1 + exponential(-x)) }

  /// tanh x = 2 σ(2x) − 1, and near 0, where that difference would lose digits, the odd polynomial of its series.
  @inline(__always)
  private static func hyperbolicTangent(_ x: Vector) -> Vector {
    let square = x * x
    var series = Vector(repeating: 62.0 / 2835)
    series = multiplyAdd(series, square, -17.0 / 315)
    series = multiplyAdd(series, square, 2.0 / 15)
    series = multiplyAdd(series, square, -1.0 / 3)
    series = x + x * square * series
    let general = 2 * sigmoid(2 * x) - 1
    return general.replacing(with: series, where: square .< 0.0625)
  }
}
